"""From spoken chapters to finished files: audiobooks, subtitles, read-along books and a manifest.

`write_outputs` makes all that is wanted of a book and measures its loudness once; the other functions make
one kind each. See docs/studio-outputs.md.
"""

from declaim.studio.outputs.chapter_files import ChapterFormat, write_chapter_files
from declaim.studio.outputs.everything import OutputKind, write_outputs
from declaim.studio.outputs.m4b import write_m4b
from declaim.studio.outputs.manifest import write_manifest
from declaim.studio.outputs.mastering import measure_gain
from declaim.studio.outputs.progress import Progress
from declaim.studio.outputs.read_along.writer import write_read_along
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.subtitles import SubtitleFormat, write_chapter_subtitles, write_subtitles
from declaim.studio.outputs.takes import TakeError

__all__ = [
    "ChapterFormat",
    "OutputKind",
    "OutputSettings",
    "Progress",
    "SubtitleFormat",
    "TakeError",
    "measure_gain",
    "write_chapter_files",
    "write_chapter_subtitles",
    "write_m4b",
    "write_manifest",
    "write_outputs",
    "write_read_along",
    "write_subtitles",
]
