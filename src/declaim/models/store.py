"""The model store: artifacts fetched once, checked, and found again in under a millisecond."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from platformdirs import user_cache_path

from declaim.errors import ConfigError, IntegrityError, ModelMissingError, StorageError
from declaim.models.files import (
    has_sizes,
    lock_of,
    problem_of,
    require_free_space,
    size_below,
    sync_folder,
    typed_disk_errors,
    write_member,
)
from declaim.models.graphs import derive, derived_size, remove_derived
from declaim.models.local import members_in_place
from declaim.models.manifest import Artifact, Manifest, Member, packaged_manifest
from declaim.models.progress import ProgressCallback
from declaim.models.stamp import stamp_matches, write_stamp

_LOG = logging.getLogger(__name__)

State: TypeAlias = Literal["installed", "local", "unchecked", "damaged", "missing"]


@dataclass(frozen=True, slots=True)
class ArtifactStatus:
    """Where an artifact stands on this machine."""

    artifact: Artifact
    state: State
    """``local``: used in place from the user's own folder. ``unchecked``: all files are there, but were
    changed or copied since they were hashed, which `ModelStore.ensure` will do again. ``damaged``: a file is
    missing or has the wrong size."""
    path: Path | None
    """Folder of the members, or None when missing."""
    derived: int
    """Bytes of the graphs that were derived from it, older ones too."""


def cache_folder() -> Path:
    """Where this package keeps what it can fetch or compute again: ``DECLAIM_CACHE`` or the platform's place.

    Raises:
        StorageError: there is no home folder to derive it from.
    """
    chosen = os.environ.get("DECLAIM_CACHE")
    folder = Path(chosen).absolute() if chosen else user_cache_path("declaim", appauthor=False)
    if not folder.is_absolute():  # platformdirs leaves a "~" that nothing resolves
        raise StorageError(
            "this user has no home folder to keep models in",
            hint="Set DECLAIM_CACHE to a folder that may be written.",
        )
    return folder


def local_folder() -> Path | None:
    """The folder that the user filled by hand: ``DECLAIM_MODELS``, if set.

    Raises:
        ConfigError: it names no folder.
    """
    chosen = os.environ.get("DECLAIM_MODELS")
    if not chosen:
        return None
    folder = Path(chosen).absolute()
    if not folder.is_dir():
        raise ConfigError(f"DECLAIM_MODELS names no folder: {folder}", hint="Make it, or unset the variable.")
    return folder


class ModelStore:
    """Gives folders of verified model files, and fetches what is missing.

    Safe to use from several threads and processes at once: each artifact is fetched under a file lock into a
    folder of its own, which is renamed into place when all its bytes are right.

    Args:
        root: where artifacts are kept; `cache_folder` by default.
        local: a folder filled by hand, which is used before anything is fetched; `local_folder` by default.
        manifest: what exists; the packaged one by default.
        offline: never fetch over a network.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        local: Path | None = None,
        manifest: Manifest | None = None,
        offline: bool = False,
    ) -> None:
        self.root = root or cache_folder() / "models"
        self.local = local or local_folder()
        self.manifest = manifest or packaged_manifest()
        self.offline = offline

    @property
    def graphs(self) -> Path:
        """Where graphs derived from artifacts are kept."""
        return self.root.parent / "graphs"

    def ensure(self, name: str, progress: ProgressCallback | None = None) -> Path:
        """The folder that holds the verified members of ``name``, fetched now if they are not there.

        Raises:
            OptionError: no artifact has this name.
            ModelMissingError: it is not here, and the store is offline.
            FetchError: every source failed; the message lists them with their reasons.
            StorageError: the disk is full, or a folder may not be read or written.
        """
        artifact = self.manifest[name]
        with typed_disk_errors(self.root, artifact.size):
            return self._find(artifact) or self._bring(artifact, progress, trust_stamps=True)

    def has(self, name: str) -> bool:
        """Whether ``name`` is here, so that `ensure` would fetch nothing.

        Raises:
            OptionError: no artifact has this name.
            StorageError: a folder may not be read.
        """
        with typed_disk_errors(self.root, 0):
            return self._find(self.manifest[name]) is not None

    def derive(self, name: str, recipe: str, make: Callable[[Path], None]) -> Path:
        """The folder of graphs that ``make`` derives from ``name``, made if need be; see `graphs.derive`."""
        return derive(self.graphs, self.manifest[name], recipe, make)

    def path(self, name: str) -> Path:
        """The folder of ``name``, without fetching.

        Raises:
            ModelMissingError: it is not on this machine, or is damaged.
        """
        artifact = self.manifest[name]
        with typed_disk_errors(self.root, 0):
            found = self._find(artifact)
        if found is None:
            raise _missing(artifact)
        return found

    def pull(self, name: str, progress: ProgressCallback | None = None) -> Path:
        """Fetch ``name`` unless it is here with the right bytes, which are hashed again.

        This mends what `verify` finds; `ensure` is for everyday use. The errors are those of `ensure`.
        """
        artifact = self.manifest[name]
        with typed_disk_errors(self.root, artifact.size):
            return self._bring(artifact, progress, trust_stamps=False)

    def receive(self, name: str, files: Iterable[tuple[Member, Iterable[bytes]]], source: Path) -> Path:
        """Take members of ``name`` from somewhere else; it is there when all of them are.

        Args:
            name: of an artifact that is not here, see `has`.
            files: members with their bytes, in chunks; each is read before the next one is asked for.
            source: what errors name.

        Raises:
            IntegrityError: bytes are not the pinned ones, or a member is missing. Those that were right are
                kept for the next time.
            StorageError: the disk is full, or a folder may not be written.
        """
        from declaim.models.fetch import Fetch  # noqa: PLC0415 - see `_fetch`

        artifact = self.manifest[name]
        with typed_disk_errors(self.root, artifact.size):
            self.root.mkdir(parents=True, exist_ok=True)
            with lock_of(self.root, name):
                partial = self.root / f"{artifact.folder}.fetching"
                fetch = Fetch(artifact, partial)
                fetch.resume()
                require_free_space(partial, sum(member.size for member in fetch.missing()))
                for member, chunks in files:
                    write_member(chunks, member, partial, str(source))
                if missing := fetch.missing():
                    raise IntegrityError(
                        f"{source} lacks {', '.join(member.name for member in missing)} of {name}"
                    )
                fetch.tidy()
                return self._install(artifact, partial)

    def verify(self, name: str) -> list[str]:
        """Hash every member of ``name`` again and say what is wrong with each; nothing when all are right.

        Raises:
            ModelMissingError: it is not on this machine.
        """
        with typed_disk_errors(self.root, 0):
            status = self._status(self.manifest[name])
            if status.path is None:
                raise _missing(status.artifact)
            found = (problem_of(status.path / member.name, member) for member in status.artifact.members)
            return [problem for problem in found if problem]

    def remove(self, name: str) -> int:
        """Delete ``name`` from the cache; gives the bytes freed.

        Older versions go too, broken-off fetches, and the graphs derived from any of them. A folder filled
        by hand is left alone.

        Raises:
            OptionError: no artifact has this name.
            StorageError: something may not be deleted.
        """
        freed = remove_derived(self.graphs, self.manifest[name].name)
        if not self.root.is_dir():
            return freed
        with typed_disk_errors(self.root, 0), lock_of(self.root, name):
            versions = re.compile(re.escape(name) + r"-[0-9a-f]{12}(\.fetching)?")
            folders = [path for path in self.root.iterdir() if versions.fullmatch(path.name)]
            freed += sum(map(size_below, folders))
            for path in folders:
                shutil.rmtree(path)
                path.with_name(f"{path.name}.stamp").unlink(missing_ok=True)
            return freed

    def status(self) -> list[ArtifactStatus]:
        """Where every artifact of the manifest stands, by the stamps alone: nothing large is hashed.

        Raises:
            StorageError: a folder may not be read.
        """
        with typed_disk_errors(self.root, 0):
            return [self._status(artifact) for artifact in self.manifest.artifacts.values()]

    def _status(self, artifact: Artifact) -> ArtifactStatus:
        state, path = self._state(artifact)
        return ArtifactStatus(artifact, state, path, derived_size(self.graphs, artifact.name))

    def _state(self, artifact: Artifact) -> tuple[State, Path | None]:
        local = self.local and members_in_place(artifact, self.local)
        if local:
            return "local", local
        folder = self._folder(artifact)
        if not folder.is_dir():
            return "missing", None
        if stamp_matches(self._stamp(artifact), folder, artifact):
            return "installed", folder
        return "unchecked" if has_sizes(artifact, folder) else "damaged", folder

    def _bring(self, artifact: Artifact, progress: ProgressCallback | None, *, trust_stamps: bool) -> Path:
        if self.offline and self.local is None:
            return self.path(artifact.name)
        self.root.mkdir(parents=True, exist_ok=True)
        with lock_of(self.root, artifact.name):
            if not trust_stamps:
                self._stamp(artifact).unlink(missing_ok=True)
                self._stamp(artifact, ".local").unlink(missing_ok=True)
            # Another process may have brought it while this one waited for the lock.
            return self._find(artifact) or self._fetch(artifact, progress)

    def _find(self, artifact: Artifact) -> Path | None:
        """The artifact's folder, if it is here and has the right bytes."""
        local = self.local and members_in_place(artifact, self.local)
        if local and self._is_sound(artifact, local, self._stamp(artifact, ".local")):
            return local
        folder = self._folder(artifact)
        return folder if self._is_sound(artifact, folder, self._stamp(artifact)) else None

    def _is_sound(self, artifact: Artifact, folder: Path, stamp: Path) -> bool:
        """Whether all bytes are right: as the stamp says or, if files look new to it, by hashing them."""
        if stamp_matches(stamp, folder, artifact):
            return True
        if not folder.is_dir():
            return False
        problems = [problem_of(folder / member.name, member) for member in artifact.members]
        for problem in filter(None, problems):
            _LOG.warning("not used: %s", problem)
        if any(problems):
            return False
        self._remember(artifact, folder, stamp)
        return True

    def _remember(self, artifact: Artifact, folder: Path, stamp: Path) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            write_stamp(stamp, folder, artifact)
        except OSError as error:  # a read-only machine still speaks: it hashes its models at every start
            _LOG.info("the check of %s cannot be remembered: %s", folder, error)

    def _fetch(self, artifact: Artifact, progress: ProgressCallback | None) -> Path:
        # HTTP takes 0.1 s to import and most runs fetch nothing.
        from declaim.models.fetch import Fetch  # noqa: PLC0415

        partial = self.root / f"{artifact.folder}.fetching"
        fetch = Fetch(artifact, partial, progress)
        fetch.resume()
        if self.local is not None:
            fetch.take_local(self.local)
        if self.offline and fetch.missing():
            raise _missing(artifact, fetch.failures)
        fetch.download()
        return self._install(artifact, partial)

    def _install(self, artifact: Artifact, partial: Path) -> Path:
        """Move finished members to where `ensure` looks; a damaged older folder makes way."""
        folder = self._folder(artifact)
        stamp = self._stamp(artifact)
        stamp.unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
        partial.replace(folder)
        sync_folder(self.root)
        write_stamp(stamp, folder, artifact)
        return folder

    def _folder(self, artifact: Artifact) -> Path:
        return self.root / artifact.folder

    def _stamp(self, artifact: Artifact, of: str = "") -> Path:
        return self.root / f"{artifact.folder}{of}.stamp"


def _missing(artifact: Artifact, failures: Sequence[str] = ()) -> ModelMissingError:
    tried = "".join(f"\n  - not used: {failure}" for failure in failures)
    return ModelMissingError(
        f"the model {artifact.name} is not on this machine{tried}",
        hint=f"Run `declaim models pull {artifact.name}` where there is a network.",
    )
