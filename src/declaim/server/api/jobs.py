"""``/v1/jobs``: books and scripts in, audiobooks and episodes out, hours later."""

# ruff: noqa: FAST003 - `TheJob` takes the name out of the path
from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, TypeAlias, cast

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import OptionError
from declaim.server.api.backend import TheBackend, client_of
from declaim.server.api.documentation import problems
from declaim.server.api.job_events import EVENTS, MEDIA_TYPE, job_events
from declaim.server.api.jobs_shown import (
    ChapterAhead,
    ChapterHeard,
    FileShown,
    FilesShown,
    JobShown,
    JobsShown,
    PreviewShown,
    RoleShown,
    SentenceHeard,
    SkippedShown,
)
from declaim.server.job_kinds import JobOptions, kind_of, options_of, read_options
from declaim.server.jobs import BookJobs
from declaim.server.sending import StreamedResponse
from declaim.studio.jobs.job import ENDED, Job, JobKind
from declaim.studio.jobs.preview import Role
from declaim.studio.recording import Take

router = APIRouter(prefix="/v1/jobs", tags=["studio"], responses=problems(401, 404, 422, 429, 503))


async def _jobs_of(request: Request) -> BookJobs:
    return cast("BookJobs", request.app.state.jobs)


TheJobs: TypeAlias = Annotated[BookJobs, Depends(_jobs_of)]


async def _job_of(name: str, jobs: TheJobs, request: Request) -> Job:
    job = jobs.find(name, client_of(request))
    if job is None:
        raise HTTPException(404)
    return job


TheJob: TypeAlias = Annotated[Job, Depends(_job_of)]
_FOR_GOOD: Final = "private, max-age=31536000, immutable"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The book itself: EPUB, text, Markdown, HTML, DOCX, or PDF with text. Or a podcast's "
        "script: lines of `NAME: …`, or a show in YAML or TOML.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
GivenOptions: TypeAlias = Annotated[dict[str, object] | None, Body()]
"""Which keys there are depends on the job."""
_OPTIONS: Final[dict[str, Any]] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/BookOptions"},
                        {"$ref": "#/components/schemas/PodcastOptions"},
                    ]
                }
            }
        },
        "description": "Without a body, the options that it has.",
    }
}


@router.post("", status_code=202, openapi_extra=_BODY, responses=problems(408, 413, 507))
async def begin(
    request: Request,
    jobs: TheJobs,
    filename: Annotated[str, Query(min_length=1, max_length=300)],
    options: Annotated[str, Query(max_length=250_000)] = "",
    kind: JobKind | None = None,
    *,
    draft: bool = False,
) -> JobShown:
    """Send a book or a podcast's script as the body, and have it made.

    `filename` names it, `kind` says what it is: without, a show (`.yaml`, `.toml`) is a podcast, and anything
    else a book. `options` are JSON. Of a book: `voice`, `formats` (m4b, mp3, opus, flac), `subtitles` (srt,
    vtt, lrc), `read_along`, `dialogue`, `cast`, `expressiveness`, `loudness`; of a podcast: `voices` by
    speaker, `stereo`. A `draft` is only kept: look at its preview, then begin it.
    """
    kind = kind or kind_of(filename)
    job = await jobs.submit(
        request.stream(),
        filename,
        read_options(kind, options),
        client_of(request),
        kind=kind,
        is_draft=draft,
    )
    return _shown(job)


@router.get("")
async def listed(jobs: TheJobs, request: Request) -> JobsShown:
    """Your jobs, the latest first."""
    return JobsShown(jobs=[_shown(job) for job in jobs.listed(client_of(request))])


@router.get("/{name}")
async def one(job: TheJob) -> JobShown:
    """How a job is."""
    return _shown(job)


@router.post("/{name}/preview", openapi_extra=_OPTIONS, responses=problems(403, 413, 415))
async def preview(job: TheJob, jobs: TheJobs, options: GivenOptions = None) -> PreviewShown:
    """What is going to be made, with these options or else with its own: nothing is spoken."""
    wanted = _options(job, options)
    found, factor = await jobs.preview(job, wanted)
    seconds = sum(chapter.seconds for chapter in found.chapters)
    return PreviewShown(
        kind=job.note.kind,
        title=found.title,
        authors=list(found.authors),
        language=found.language,
        chapters=[ChapterAhead.model_validate(each) for each in found.chapters],
        seconds=seconds,
        work_seconds=seconds * factor,
        prices=found.prices,
        skipped=[SkippedShown.model_validate(each) for each in found.skipped],
        narrator=found.narrator,
        cast=[_role(each) for each in found.roles],
        warnings=list(found.warnings),
        options=wanted,
    )


@router.post("/{name}/begin", openapi_extra=_OPTIONS)
async def begin_draft(job: TheJob, jobs: TheJobs, options: GivenOptions = None) -> JobShown:
    """Begin a draft, or make again what has ended: only what the options change is spoken again."""
    if job.note.state not in {"draft", *ENDED}:
        raise OptionError(f"the job is {job.note.state}", hint="Cancel it first.")
    await jobs.begin(job, _options(job, options))
    return _shown(job)


@router.get("/{name}/chapters/{index}")
async def chapter(job: TheJob, jobs: TheJobs, index: Annotated[int, Path(ge=0)]) -> ChapterHeard:
    """The sentences of a chapter that can be heard already, in order; they come some minutes at a time."""
    heard = await jobs.heard(job, index)
    if heard is None:
        raise HTTPException(404)
    is_whole = job.note.state == "done" or job.progress.chapters[index].share == 1
    return ChapterHeard(
        title=heard.title, sentences=[_sentence(take) for take in heard.takes], is_whole=is_whole
    )


@router.get("/{name}/takes/{take}", response_class=FileResponse)
async def take(job: TheJob, jobs: TheJobs, take: str) -> FileResponse:
    """A sentence's audio, as FLAC. Its name is that of its content, so it may be kept for good."""
    path = jobs.take(job, take)
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="audio/flac", headers={"Cache-Control": _FOR_GOOD})


@router.get("/{name}/events", response_class=Response, responses={200: EVENTS})
async def events(job: TheJob, jobs: TheJobs, backend: TheBackend) -> Response:
    """How a job goes on, as server-sent events, until it has ended."""
    stream = job_events(job, lambda: backend.service.state().phase == "draining" or not jobs.is_kept(job))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    first = await anext(stream)
    return StreamedResponse(
        first, stream, media_type=MEDIA_TYPE, headers=headers, send_timeout=backend.settings.send_timeout
    )


@router.post("/{name}/pause")
async def pause(job: TheJob) -> JobShown:
    """Begin no further sentence. Holds through restarts of the service."""
    _require_alive(job)
    job.control.pause()
    return _shown(job)


@router.post("/{name}/resume")
async def resume(job: TheJob) -> JobShown:
    """Go on after a pause, or when there is room on the disk again."""
    _require_alive(job)
    job.control.resume()
    return _shown(job)


@router.post("/{name}/cancel")
async def cancel(job: TheJob, jobs: TheJobs) -> JobShown:
    """End a job for good, within a sentence."""
    _require_alive(job)
    await jobs.cancel(job)
    return _shown(job)


@router.delete("/{name}", status_code=204)
async def delete(job: TheJob, jobs: TheJobs) -> None:
    """Forget a job and all its files."""
    await jobs.delete(job)


@router.get("/{name}/files")
async def files(job: TheJob, jobs: TheJobs) -> FilesShown:
    """The files of a finished job."""
    found = ((name, jobs.file(job, name)) for name in job.note.files)
    return FilesShown(
        files=[
            FileShown(name=name, bytes=path.stat().st_size) for name, path in found if path and path.is_file()
        ]
    )


@router.get("/{name}/files/{file:path}", response_class=FileResponse)
async def file(job: TheJob, jobs: TheJobs, file: str) -> FileResponse:
    """One of them; ranges of it can be asked for."""
    path = jobs.file(job, file)
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=path.name)


def _options(job: Job, given: dict[str, object] | None) -> JobOptions:
    return options_of(job.note.kind, job.note.options if given is None else given)


def _shown(job: Job) -> JobShown:
    omissions = [{"where": each.where, "what": each.what, "why": each.why} for each in job.note.omissions]
    return JobShown.model_validate(job.told() | {"omissions": omissions, "files": job.note.files})


def _role(role: Role) -> RoleShown:
    return RoleShown.model_validate(
        asdict(role.character) | {"name": role.name, "lines": role.lines, "sample": role.sample}
    )


def _sentence(take: Take) -> SentenceHeard:
    return SentenceHeard(
        text=take.text,
        speaker=take.speaker,
        take=take.path.stem,
        seconds=take.samples / SAMPLE_RATE,
        pause=take.pause,
    )


def _require_alive(job: Job) -> None:
    if job.note.state in {"draft", *ENDED}:
        raise OptionError(f"the job is {job.note.state}", hint="Begin another one.")
