"""Making an episode: everything that can be refused is refused before the first sentence is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from declaim.errors import NothingToSayError, OptionError, StorageError
from declaim.manner import main_language
from declaim.replacing import replacing
from declaim.studio.podcast.chapters import chapters_json, chapters_of
from declaim.studio.podcast.cover import Picture, read_cover
from declaim.studio.podcast.episode_file import Label, write_episode
from declaim.studio.podcast.feed import Published, feed_xml
from declaim.studio.podcast.listening import Listening, listen
from declaim.studio.podcast.mastering import mastered
from declaim.studio.podcast.mixer import MIX_RATE, Mix, SpeakerLevel, Track, speaker_gain
from declaim.studio.podcast.music import MEASURED, MusicFile, examine
from declaim.studio.podcast.show import Speaker
from declaim.studio.podcast.timeline import MusicLengths, Timeline, lay_out
from declaim.studio.podcast.transcript import FORMATS, transcript_of
from declaim.studio.podcast.voices import CastMember, cast_of, shared_voices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from declaim.studio.podcast.chapters import ChapterMark
    from declaim.studio.podcast.show import Show
    from declaim.studio.podcast.show_file import Production
    from declaim.studio.recording import Take

_WIDEST: Final = 0.35
"""Pan of the outermost of several speakers: apart, but no ping-pong in headphones."""
_ISO_639_2: Final = {"zh": "zho", "en": "eng"}


@dataclass(frozen=True, slots=True)
class Plan:
    """An episode that can be made.

    Attributes:
        production: the show and its script.
        cast: who speaks, in order of appearance.
        music: the files of ``intro``, ``outro`` and ``bed``, those there are.
        cover: None without.
    """

    production: Production
    cast: tuple[CastMember, ...]
    music: dict[str, MusicFile]
    cover: Picture | None

    @property
    def show(self) -> Show:
        """The show."""
        return self.production.show

    @property
    def channels(self) -> int:
        """2 for stereo, 1 for mono."""
        return 2 if self.show.stereo else 1

    @property
    def language(self) -> str:
        """What the episode is in, a BCP 47 tag."""
        return self.show.language or main_language(
            "\n".join(turn.text for _, _, turn in self.production.script.turns())
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user may not have meant, one sentence each."""
        shared = (
            f"{' and '.join(name or 'the narrator' for name in names)} have the same voice, {voice}"
            for voice, names in shared_voices(self.cast)
        )
        idle = (f"{name} is declared, and says nothing" for name in self._idle())
        missing = (
            [] if self.show.publication.url else ["without publication.url the feed entry names files only"]
        )
        missing += [] if self.show.publication.date else ["without publication.date the feed entry has none"]
        return (*self.production.script.warnings, *shared, *idle, *missing)

    def _idle(self) -> Iterator[str]:
        return (name for name in self.show.speakers if name not in self.production.script.speakers)


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode that was made.

    Attributes:
        audio: the MP3.
        files: all that was written.
        seconds: its length.
        chapters: in order.
    """

    audio: Path
    files: tuple[Path, ...]
    seconds: float
    chapters: tuple[ChapterMark, ...]


def plan(production: Production) -> Plan:
    """Choose voices, and look at the music and the cover.

    Raises:
        PodcastError: one of those files is not there, or is damaged.
    """
    show = production.show
    channels = 2 if show.stereo else 1
    music = {
        name: examine(piece.file, MIX_RATE, channels, piece.length)
        for name, piece in (("intro", show.intro), ("outro", show.outro))
        if piece
    }
    if show.bed:
        music["bed"] = examine(show.bed.file, MIX_RATE, channels, MEASURED)
    cover = read_cover(show.cover) if show.cover else None
    return Plan(production, cast_of(show, production.script), music, cover)


def check_output(path: Path) -> None:
    """Refuse a file that cannot be made, before anything is.

    Raises:
        OptionError: it is no MP3, or a folder.
        StorageError: its folder does not exist or cannot be written.
    """
    if path.suffix.lower() != ".mp3":
        raise OptionError(f"{path} is no MP3", hint="end its name in .mp3")
    if path.is_dir():
        raise OptionError(f"{path} is a folder", hint=f"name a file in it, such as {path / 'episode.mp3'}")
    if not path.parent.is_dir():
        raise StorageError(f"{path} cannot be written: no such folder", hint=f"mkdir -p {path.parent}")


def produce(made: Plan, takes: Sequence[Take], output: Path) -> Episode:
    """Mix and write an episode, its transcripts, its chapters and its entry for a feed.

    ``takes`` are all of its sentences in order; their places are indices of the script's sections and turns.
    The other files lie beside the MP3 and have its name with endings of their own. Each appears complete
    or not at all, the MP3 first.

    Raises:
        OptionError: ``output`` is no MP3, or a folder.
        NothingToSayError: not one sentence could be spoken.
        StorageError: the disk is full, or a file cannot be written.
        MusicError: a music file has gone meanwhile.
    """
    check_output(output)
    if not takes:
        raise NothingToSayError("not one sentence of the script could be spoken")
    heard = listen(takes)
    script = made.production.script
    timeline = lay_out(made.show, script, takes, heard, _lengths(made.music))
    chapters = chapters_of(made.show, script, timeline)
    mix = Mix(timeline, _levels(made, heard), _tracks(made, timeline), channels=made.channels)
    label = Label(_tags(made), chapters, made.cover)
    seconds = write_episode(output, mastered(mix), made.channels, label)
    published = Published(output, output.stat().st_size, seconds, made.language)
    beside = _beside(made, timeline, chapters, published)
    for path, text in beside.items():
        _write(path, text)
    return Episode(output, (output, *beside), seconds, chapters)


def _lengths(music: dict[str, MusicFile]) -> MusicLengths:
    return MusicLengths(**{name: file.seconds for name, file in music.items() if name != "bed"})


def _levels(made: Plan, heard: Listening) -> dict[str, SpeakerLevel]:
    """Everybody at the same loudness, side by side in order of appearance."""
    places = _places(len(made.cast))
    levels = {}
    for member, place in zip(made.cast, places, strict=True):
        speaker = made.show.speakers.get(member.name, Speaker())
        gain = speaker_gain(heard.loudness.get(member.name), speaker.gain)
        levels[member.name] = SpeakerLevel(gain, place if speaker.pan is None else speaker.pan)
    return levels


def _places(count: int) -> Sequence[float]:
    """Pans from left to right; who is alone is in the middle."""
    if count == 1:
        return (0.0,)
    return tuple(_WIDEST * (2 * index / (count - 1) - 1) for index in range(count))


def _tracks(made: Plan, timeline: Timeline) -> list[Track]:
    tracks = []
    for name, again in (("intro", False), ("outro", False), ("bed", True)):
        music, cue = getattr(made.show, name), getattr(timeline, name)
        if music and cue:
            tracks.append(Track(music, made.music[name], cue, again))
    return tracks


def _tags(made: Plan) -> dict[str, str]:
    show, publication = made.show, made.show.publication
    main = made.language.split("-", maxsplit=1)[0].lower()
    return {
        "title": show.title,
        "artist": show.author,
        "album": show.podcast or "",
        "genre": "Podcast",
        "comment": show.description,
        "language": _ISO_639_2.get(main, ""),
        "date": str(publication.date.year) if publication.date else "",
        "track": str(publication.episode or ""),
    }


def _beside(
    made: Plan, timeline: Timeline, chapters: tuple[ChapterMark, ...], published: Published
) -> dict[Path, str]:
    """The text of every other file."""
    stem = published.audio.with_suffix("")
    transcript = transcript_of(made.show, made.production.script, timeline, made.language)
    texts = {ending: written(transcript) for ending, written in FORMATS.items()}
    texts[".chapters.json"] = chapters_json(made.show, chapters, published.audio.name)
    texts[".rss.xml"] = feed_xml(made.show, published)
    return {stem.with_name(stem.name + ending): text for ending, text in texts.items()}


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        try:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written: {error.strerror}", hint="Free some space, or choose another disk."
            ) from error
