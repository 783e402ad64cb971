"""A folder that the user filled by hand (``DECLAIM_MODELS``): the way in for machines without a network.

For the artifact ``kokoro`` it may hold ``kokoro/kokoro.int8.onnx`` and the other members, which are then used
where they lie; or the registry archives as pip and npm name them, in the folder itself or in ``kokoro/``.
"""

from __future__ import annotations

from pathlib import Path

from declaim.errors import IntegrityError
from declaim.models.archives import extract, find_archives
from declaim.models.files import CHUNK, has_sizes, write_member
from declaim.models.manifest import Artifact, Member


def members_in_place(artifact: Artifact, local: Path) -> Path | None:
    """The folder below ``local`` that has a file of the right size for every member, if there is one."""
    folder = local / artifact.name
    return folder if has_sizes(artifact, folder) else None


def copy_members(artifact: Artifact, local: Path, wanted: list[Member], folder: Path) -> list[str]:
    """Write what ``local`` has of the ``wanted`` members into ``folder``: its files first, then its archives.

    Returns:
        What could not be used because its bytes are not the pinned ones, one sentence each.
    """
    failures = _copy_files(local / artifact.name, wanted, folder)
    for source in artifact.sources:
        missing = [member for member in wanted if not (folder / member.name).exists()]
        given = [member for member in missing if member.name in source.parts]
        archives = find_archives(source, local) or find_archives(source, local / artifact.name)
        if given and source.archives and archives:
            try:
                extract(source, archives, given, folder)
            except IntegrityError as error:
                failures.append(f"{archives[0].parent}: {error}")
    return failures


def _copy_files(local: Path, wanted: list[Member], folder: Path) -> list[str]:
    failures = []
    for member in wanted:
        path = local / member.name
        if path.is_file():
            try:
                with path.open("rb") as file:
                    write_member(iter(lambda: file.read(CHUNK), b""), member, folder, str(path))
            except IntegrityError as error:
                failures.append(str(error))
    return failures
