"""``python -m bench.peers``: Declaim and its peers on the same weights, texts and machine, in turns.

Makes the peers' environments, measures, prints tables, and keeps every number, to be shown again or put
together with what is measured another time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.peers.cold import start_cold
from bench.peers.environments import folder
from bench.peers.files import prepare
from bench.peers.report import report
from bench.peers.results import Results, machine, merged
from bench.peers.roster import KINDS, Peer
from bench.peers.services import Load, serve_clients
from bench.peers.setting import Setting
from bench.peers.texts import TEXTS
from bench.peers.versions import versions
from bench.peers.warm import chosen, take_turns

PARTS = ("warm", "cold", "service")
RESULTS = Path("bench/results/peers.json")
_QUICK = {
    "texts": ["zh-10", "zh-30", "en-10", "en-30"],
    "threads": [2],
    "repeat": 3,
    "cold_repeat": 1,
    "clients": [1, 4],
    "seconds": 15.0,
    "service_repeat": 1,
}


def main() -> None:
    """Measure, or read what was measured, and show it."""
    options = parser().parse_args()
    results = read(options.read) if options.read else measure(options)
    print(report(results))
    if options.plot:
        from bench.peers.plot import draw  # noqa: PLC0415 - takes a second, and not everybody wants it

        draw(results, options.plot)


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser. Numbers default to None, which `_complete` replaces."""
    line = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    line.add_argument(
        "--peers",
        nargs="+",
        type=Peer.parse,
        default=[Peer.parse(name) for name in KINDS],
        metavar="PEER[:KEY=VALUE,…]",
        help=f"of {', '.join(KINDS)}; settings are Declaim's (default: all)",
    )
    line.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure (default: all)"
    )
    line.add_argument("--texts", nargs="+", choices=[text.name for text in TEXTS], help="(default: all)")
    line.add_argument("--threads", nargs="+", type=int, help="threads of each engine (default: 1 2)")
    line.add_argument("--repeat", type=int, help="runs of a short text; long ones a third (default: 9)")
    line.add_argument("--cold-repeat", type=int, help="fresh processes of each (default: 5)")
    line.add_argument("--clients", nargs="+", type=int, help="of the services (default: 1 2 4 8)")
    line.add_argument("--seconds", type=float, help="for which clients ask (default: 60)")
    line.add_argument("--service-repeat", type=int, help="turns of the services (default: 3)")
    line.add_argument("--quick", action="store_true", help="a few minutes: fewer texts, runs and clients")
    line.add_argument(
        "--read",
        nargs="+",
        type=Path,
        metavar="JSON",
        help="show results that were kept, of one run or of several together, and measure nothing",
    )
    line.add_argument("--plot", type=Path, help="also draw a picture, .svg or .png")
    line.add_argument("--json", type=Path, default=RESULTS, help="keeps every number (default: %(default)s)")
    return line


def read(paths: list[Path]) -> Results:
    """Read what was kept, and put it together."""
    try:
        return merged([Results.read(path) for path in paths])
    except (OSError, ValueError) as error:
        sys.exit(f"cannot be read: {error}")


def measure(options: argparse.Namespace) -> Results:
    """Make what is needed, and measure."""
    _complete(options)
    names = {peer.name for peer in options.peers}
    for peer in options.peers:
        peer.python()
    files = prepare(folder(), sherpa="sherpa-onnx" in names)
    results = Results(machine(versions(options.peers)))
    setting = Setting(options.peers, files, results, options.json)
    for threads in options.threads if "warm" in options.parts else ():
        take_turns(setting, chosen(options.texts), threads, options.repeat)
    most = max(options.threads)
    if "cold" in options.parts:
        start_cold(setting, most, options.cold_repeat)
    if "service" in options.parts:
        serve_clients(setting, Load(options.clients, options.seconds, options.service_repeat), most)
    return results


def _complete(options: argparse.Namespace) -> None:
    """Fill in what was not given: the quick numbers, or those of a whole run."""
    whole = {
        "texts": [text.name for text in TEXTS],
        "threads": [1, 2],
        "repeat": 9,
        "cold_repeat": 5,
        "clients": [1, 2, 4, 8],
        "seconds": 60.0,
        "service_repeat": 3,
    }
    for name, value in (_QUICK if options.quick else whole).items():
        if getattr(options, name) is None:
            setattr(options, name, value)


if __name__ == "__main__":
    main()
