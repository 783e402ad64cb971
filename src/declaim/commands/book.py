"""``declaim book``: a book into an audiobook; the same command again goes on where it was."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from declaim.errors import OptionError

if TYPE_CHECKING:
    from declaim.config import Config
    from declaim.studio.book import Book
    from declaim.studio.jobs.options import BookOptions
    from declaim.studio.jobs.own_project import OwnMaker
    from declaim.studio.jobs.plan import Plan


_PACKAGES = ("dbos", "lxml", "markdown_it", "pypdfium2")


def book(
    source: Annotated[Path, typer.Argument(help="EPUB, text, Markdown, HTML, DOCX, or PDF with text.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="An .m4b file, or a folder for a file a chapter."),
    ] = None,
    audio_format: Annotated[
        str | None, typer.Option("--format", help="m4b, mp3, opus, flac, or several with commas.")
    ] = None,
    voice: Annotated[str, typer.Option("--voice", "-v", help="The narrator's: a name or a blend.")] = "",
    cast: Annotated[
        Path | None,
        typer.Option(help="Who speaks with which voice; written with suggestions if it is not there."),
    ] = None,
    dialogue: Annotated[
        bool, typer.Option("--dialogue/--no-dialogue", help="Give characters voices of their own.")
    ] = True,
    subtitles: Annotated[str, typer.Option(help="srt, vtt, lrc, or several with commas.")] = "",
    read_along: Annotated[
        bool, typer.Option("--read-along", help="Write an EPUB whose sentences light up as they are heard.")
    ] = False,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Say what would be spoken, how long and how dear; speak nothing."),
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option(help="Where spoken sentences and the job are kept [OUTPUT.declaim, beside the output]."),
    ] = None,
    status: Annotated[bool, typer.Option("--status", help="Say how far the book is.")] = False,
    expressiveness: Annotated[
        float | None, typer.Option(help="How strongly the text's emotion is performed, 0 to 2.")
    ] = None,
    loudness: Annotated[str | None, typer.Option(help="Loudness in LUFS [-19], or `off`.")] = None,
    prosody: Annotated[
        str | None, typer.Option(help="Who reads the text for that: llm, rules or off.")
    ] = None,
    lexicon: Annotated[Path | None, typer.Option(help="Your pronunciations.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores that one worker uses.")] = None,
) -> None:
    """Make an audiobook. Interrupted, or after an edit, the same command speaks what is missing."""
    given = {
        "voice": voice,
        "formats": audio_format or _format_for(output),
        "subtitles": subtitles,
        "read_along": read_along,
        "dialogue": dialogue,
        "expressiveness": expressiveness,
    }
    if loudness is not None:
        given["loudness"] = None if loudness == "off" else loudness
    settings = {"prosody": prosody, "lexicon": lexicon, "threads": threads}
    _book(source, output, project, cast, given, settings, preview=preview, status=status)


def _format_for(output: Path | None) -> str:
    return "m4b" if output is None or output.suffix == ".m4b" else "mp3"


def _book(  # noqa: PLR0917 - all that was given
    source: Path,
    output: Path | None,
    project: Path | None,
    cast: Path | None,
    given: dict[str, Any],
    settings: dict[str, Any],
    *,
    preview: bool,
    status: bool,
) -> None:
    from declaim.commands.book_preview import show_preview  # noqa: PLC0415 - keeps `--help` quick
    from declaim.config import Config  # noqa: PLC0415
    from declaim.studio.jobs.making import plan_of  # noqa: PLC0415
    from declaim.studio.jobs.options import BookOptions  # noqa: PLC0415
    from declaim.studio.readers.choice import read_book  # noqa: PLC0415

    _require_studio()
    config = Config(**{name: value for name, value in settings.items() if value is not None})
    options = BookOptions.of(given)
    target = _target(source, output)
    folder = project or target.with_name(f"{target.stem}.declaim")
    if status:
        _tell_status(folder)
        return
    found = read_book(source)
    if cast is not None:
        options = _with_cast(found, options, config, cast)
    plan = plan_of(found, options, config)
    if preview:
        show_preview(found, plan, config)
        return
    from declaim.studio.jobs.own_project import OwnMaker  # noqa: PLC0415

    _make(OwnMaker(found, plan, options, target), plan, config, folder)


def _with_cast(found: Book, options: BookOptions, config: Config, path: Path) -> BookOptions:
    """The options with what a cast file says, to which whoever is missing has been added."""
    from declaim.studio.cast_file import read_cast, write_cast  # noqa: PLC0415
    from declaim.studio.dialogue.attribution import attribute  # noqa: PLC0415
    from declaim.studio.jobs.making import cast_of  # noqa: PLC0415

    if path.exists():
        read_cast(path)  # what is wrong in it is said with its name
        options = options.model_copy(update={"cast": path.read_text(encoding="utf-8")})
    added = write_cast(path, cast_of(found, options, config), attribute(found), found)
    if added:
        typer.echo(f"{path}: suggested voices for {', '.join(added)}; edit them and run this again", err=True)
    return options.model_copy(update={"cast": path.read_text(encoding="utf-8")})


def _target(source: Path, output: Path | None) -> Path:
    """The M4B's name; chapters are written into a folder of this name without its suffix."""
    if output is None:
        return source.with_suffix(".m4b")
    return output if output.suffix == ".m4b" else output.parent / f"{output.name}.m4b"


def _tell_status(folder: Path) -> None:
    from declaim.studio.jobs.job import JobNote  # noqa: PLC0415

    note = JobNote.read(folder)
    if note is None:
        raise OptionError(f"there is no book in {folder}", hint="begin it without --status")
    typer.echo(f"{note.title}: {note.state}{f' ({note.why})' if note.why else ''}")


def _require_studio() -> None:
    """Say what is to be installed, before a book is read for a minute."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise OptionError(
            f"books need the extra `studio`; {', '.join(missing)} is not installed",
            hint="pip install 'declaim[studio]'",
        )


def _make(maker: OwnMaker, plan: Plan, config: Config, folder: Path) -> None:
    from declaim.commands.book_progress import BookBars  # noqa: PLC0415
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415
    from declaim.server.workers.stages import fetch_models  # noqa: PLC0415
    from declaim.studio.jobs.manner_digest import manner_digest  # noqa: PLC0415
    from declaim.studio.jobs.own_project import owned  # noqa: PLC0415
    from declaim.studio.jobs.project import Project  # noqa: PLC0415
    from declaim.studio.jobs.workshop import make_own  # noqa: PLC0415

    with owned(folder):
        for missed in plan.left_out:  # before hours of work, not only behind them
            typer.echo(f"left out: {missed.where}: {missed.why}", err=True)
        with fetch_progress() as progress:
            fetch_models(config, progress)
        project = Project(folder, manner_digest(config))
        project.store.tidy()
        project.begin(plan)
        with BookBars() as bars:
            note = asyncio.run(make_own(config, project, maker, plan.title, bars.show))
    for each in note.omissions:
        typer.echo(f"not spoken: {each.where}: {each.what or 'all of it'}: {each.why}", err=True)
    for name in note.files:
        typer.echo(name)
