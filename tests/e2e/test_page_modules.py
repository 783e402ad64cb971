"""The page's modules without a browser: their types, and what Node can run of them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from npm_tools import page_tools

import declaim.server

SCRIPTS = Path(declaim.server.__file__).parent / "page" / "js"
TESTS = Path(__file__).parent / "page_modules"
TOOLS = Path(__file__).parent / "page_tools"


def checked(folder: Path, *files: Path) -> str:
    """What TypeScript says of some modules and of all that they import."""
    options = json.loads((TOOLS / "tsconfig.json").read_text()) | {"files": [str(file) for file in files]}
    (folder / "tsconfig.json").write_text(json.dumps(options))
    compiler = page_tools() / "node_modules/typescript/bin/tsc"
    command = ["node", str(compiler), "-p", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout


def test_types(tmp_path: Path) -> None:
    assert checked(tmp_path, SCRIPTS / "main.js") == ""


def test_types_are_checked_at_all(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.js"
    wrong.write_text(f'import {{ clock }} from "{SCRIPTS}/ui/numbers.js";\nclock("1");\n')
    assert "TS2345" in checked(tmp_path, wrong)


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.parametrize("test", sorted(TESTS.glob("*.mjs")), ids=lambda path: path.stem)
def test_module(test: Path, tmp_path: Path) -> None:
    shutil.copytree(SCRIPTS, tmp_path / "js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copy(test, tmp_path)
    command = ["node", "--test", str(tmp_path / test.name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"pass [1-9]", done.stdout)


def test_the_lock_names_no_registry() -> None:
    lock = (TOOLS / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r"https?:|resolved", lock)
    packages = json.loads(lock)["packages"]
    assert all(
        packages[f"node_modules/{name}"]["integrity"].startswith("sha512-")
        for name in ("axe-core", "typescript")
    )
