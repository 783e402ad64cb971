"""``python book_process.py FOLDER``: makes the book of a folder with the tiny model, or goes on with it."""

import asyncio
import sys
from pathlib import Path

from book_speech import plan_of
from declaim import Config
from declaim.server.workers.speech import PooledSpeechService
from declaim.studio.jobs.job import Job
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.workshop import make_own
from tiny_stages import _use_tiny_models, load_tiny_reader, load_tiny_speaker


class SamplesMaker:
    """Writes the names and lengths of all takes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def plan(self, _: Job) -> Plan:
        return self._plan

    def publish(self, job: Job) -> list[str]:
        takes = [take for chapter in job.project.recorded() for take in chapter.takes]
        lines = [f"{take.text} {take.path.name} {take.samples} {take.pause:.2f}" for take in takes]
        (job.project.folder / "takes.txt").write_text("\n".join(lines), encoding="utf-8")
        return []


def book() -> Plan:
    chapters = [
        "\n".join(f"第{chapter}章的第{line}天，老王走了{line * 7}步。我们去公园吧！" for line in range(12))
        for chapter in range(1, 5)
    ]
    return plan_of(*chapters)


def main() -> None:
    folder = Path(sys.argv[1])
    _use_tiny_models()
    engines = {"kokoro": {"vocoder": "float"}}
    config = Config(prosody="rules", engines=engines, server={"workers": 2})
    project = Project(folder, "manner")
    plan = book()
    project.store.tidy()
    project.begin(plan)
    maker = SamplesMaker(plan)

    def service(config: Config) -> PooledSpeechService:
        return PooledSpeechService(config, load_reader=load_tiny_reader, load_speaker=load_tiny_speaker)

    asyncio.run(make_own(config, project, maker, plan.title, lambda _: None, make_service=service))


if __name__ == "__main__":
    main()
