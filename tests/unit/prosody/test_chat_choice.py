"""When the chat reader is chosen, and what stands behind it."""

import logging
import subprocess
import sys
from pathlib import Path

import chat_server as chat
import pytest
from chat_sentences import sentences_in

from declaim.config import Config
from declaim.errors import ConfigError
from declaim.models.store import ModelStore
from declaim.prosody.reader import Reader, load_reader
from declaim.prosody.rules import RulesReader

TEXT = "We won today! Shall we go…?"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """Has no model and gets none."""
    return ModelStore(tmp_path / "models", offline=True)


def emotions(reader: Reader) -> list[float]:
    return [score.emotion.happy for _, score in reader.read(sentences_in(TEXT), TEXT)]


def test_with_an_address_the_chat_model_reads(store: ModelStore) -> None:
    with chat.serving(chat.scores(emotion={"happy": 70})) as server:
        config = Config(prosody="llm", chat_base_url=server.url, chat_model="m")
        assert emotions(load_reader(config, store, threads=1)) == [0.7, 0.7]


def test_behind_it_the_rules_when_there_is_no_other_model(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    with chat.serving(chat.sends(500)) as server:
        config = Config(prosody="llm", chat_base_url=server.url, chat_model="m", chat_timeout=0.3)
        found = list(load_reader(config, store, threads=1).read(sentences_in(TEXT), TEXT))
    assert found == list(RulesReader().read(sentences_in(TEXT), TEXT))
    said = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len(said) == 2
    assert "no language model" in said[0]
    assert "another reader stands in: it answered 500" in said[1]


@pytest.mark.parametrize("prosody", ["rules", "off"])
def test_it_is_not_asked_when_something_else_is_wanted(store: ModelStore, prosody: str) -> None:
    with chat.serving(chat.scores(emotion={"happy": 70})) as server:
        config = Config(prosody=prosody, chat_base_url=server.url, chat_model="m")
        assert emotions(load_reader(config, store, threads=1)) == [0, 0]
    assert server.requests == []


def test_what_is_wrong_is_said_before_a_model_is_looked_for(
    store: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ConfigError, match="chat_model"):
        load_reader(Config(prosody="llm", chat_base_url="http://localhost/v1"), store, threads=1)
    assert caplog.records == []


def test_without_its_package() -> None:
    script = (
        "import sys; sys.modules['httpx2'] = None\n"
        "from declaim.config import Config\n"
        "from declaim.errors import ConfigError\n"
        "from declaim.prosody.reader import load_reader\n"
        "config = Config(prosody='llm', chat_base_url='http://localhost/v1', chat_model='m')\n"
        "try: load_reader(config, None, threads=1)\n"
        "except ConfigError as error: print(error, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "needs the httpx2 package" in done.stdout
    assert 'pip install "declaim[chat]"' in done.stdout
