"""What is told of books and episodes that are made: the bodies of the answers of ``/v1/jobs``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from declaim.studio.jobs.job import JobKind, JobState
from declaim.studio.jobs.options import BookOptions
from declaim.studio.podcast.options import PodcastOptions


class ChapterShown(BaseModel):
    """A chapter of a book that is being made."""

    title: str
    share: float
    """Spoken, from 0 to 1."""
    seconds: float
    """Of audio, so far."""


class OmissionShown(BaseModel):
    """What is not in the audio."""

    where: str
    what: str
    why: str


class JobShown(BaseModel):
    """A book or an episode that is being made."""

    id: str
    kind: JobKind
    state: JobState
    title: str
    created: str
    why: str = ""
    """It failed, or pauses."""
    hint: str = ""
    """What to do about that."""
    share: float
    """Spoken, from 0 to 1."""
    sentences: int
    seconds: float
    """Of audio, so far."""
    real_time_factor: float | None
    """Seconds of work for a second of audio."""
    seconds_left: float | None
    """Until all is spoken; null while too little is known."""
    chapters: list[ChapterShown]
    omissions: list[OmissionShown] = []
    files: list[str] = []


class JobsShown(BaseModel):
    """A client's jobs, the latest first."""

    jobs: list[JobShown]


class FileShown(BaseModel):
    """A file of a finished book."""

    name: str
    bytes: int


class FilesShown(BaseModel):
    """All of them."""

    files: list[FileShown]


class ChapterAhead(BaseModel):
    """A chapter that is not spoken yet."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    level: int
    """Depth in the table of contents, from 1."""
    characters: int
    seconds: float
    """Of speech, estimated."""


class RoleShown(BaseModel):
    """A character, and how they would be spoken."""

    name: str
    lines: int
    sample: str
    """Something that they say."""
    voice: str
    """Empty: the narrator's, livelier."""
    aliases: list[str]
    gender: str
    age: str
    rate: float
    pitch: float
    expressiveness: float | None


class SkippedShown(BaseModel):
    """What the file has and the audio will not have."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    where: str
    why: str
    count: int


class PreviewShown(BaseModel):
    """What is going to be made."""

    kind: JobKind
    title: str
    authors: list[str]
    language: str
    chapters: list[ChapterAhead]
    seconds: float
    """Of speech, estimated."""
    work_seconds: float
    """That making it will take, estimated."""
    prices: dict[str, float]
    """What each channel would cost if it spoke all of it."""
    skipped: list[SkippedShown]
    narrator: str
    """Empty where only the cast speaks."""
    cast: list[RoleShown]
    warnings: list[str]
    """What may not have been meant."""
    options: BookOptions | PodcastOptions


class SentenceHeard(BaseModel):
    """A sentence that was spoken."""

    text: str
    speaker: str
    """Empty is the narrator."""
    take: str
    """Its audio is ``/v1/jobs/{id}/takes/{take}``."""
    seconds: float
    """Of the take."""
    pause: float
    """Seconds of silence behind it."""


class ChapterHeard(BaseModel):
    """What there is to hear of a chapter."""

    title: str
    sentences: list[SentenceHeard]
    is_whole: bool
