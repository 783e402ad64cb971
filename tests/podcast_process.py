"""``python podcast_process.py [--full] ARGUMENTS``: ``declaim podcast ARGUMENTS`` with the tiny model.

With ``--full`` there is no room on the disk for the episode.
"""

import functools
import sys
from pathlib import Path
from typing import NoReturn

from declaim import cli
from declaim.config import Config
from declaim.models.files import disk_full
from declaim.server.workers.speech import PooledSpeechService
from declaim.studio.podcast import making
from tiny_stages import _use_tiny_models, load_tiny_reader, load_tiny_speaker


def service(config: Config) -> PooledSpeechService:
    """Workers that have the tiny model."""
    return PooledSpeechService(config, load_reader=load_tiny_reader, load_speaker=load_tiny_speaker)


def no_room(_made: object, _takes: object, output: Path) -> NoReturn:
    """Writes no episode."""
    raise disk_full(output.parent, 1_000_000)


def main() -> None:
    _use_tiny_models()
    if "--full" in sys.argv:
        sys.argv.remove("--full")
        making.produce = no_room
    making.make_episode = functools.partial(making.make_episode, make_service=service)  # type: ignore[assignment]
    sys.argv[1:1] = ["podcast"]
    cli.main()


if __name__ == "__main__":
    main()
