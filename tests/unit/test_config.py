import re
from pathlib import Path
from typing import Any

import pytest

from declaim.cluster.settings import ClusterConfig
from declaim.config import Config, config_file, variables_of
from declaim.errors import ConfigError
from declaim.server.settings import ServerConfig
from declaim.studio.settings import StudioConfig


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "declaim.toml"
    monkeypatch.setenv("DECLAIM_CONFIG", str(path))
    return path


@pytest.mark.usefixtures("file")
def test_a_missing_file_is_fine() -> None:
    config = Config()
    assert (config.voice, config.rate, config.loudness, config.offline) == (None, 1.0, -16.0, False)


def test_the_caller_comes_before_the_environment_and_that_before_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('voice = "af_heart"\nrate = 0.8\npitch = 1\n')
    monkeypatch.setenv("DECLAIM_RATE", "0.9")
    monkeypatch.setenv("DECLAIM_PITCH", "2")
    config = Config(pitch=3)
    assert (config.voice, config.rate, config.pitch) == ("af_heart", 0.9, 3)


def test_the_platforms_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.config.user_config_path", lambda *_, **__: tmp_path)
    assert config_file() == tmp_path / "config.toml"
    (tmp_path / "config.toml").write_text("rate = 1.5\n")
    assert Config().rate == 1.5


@pytest.mark.usefixtures("file")
def test_it_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        Config().rate = 2  # type: ignore[misc]


def test_an_unknown_key_names_itself_and_the_file(file: Path) -> None:
    file.write_text("speed = 2\n")
    with pytest.raises(ConfigError, match="speed") as caught:
        Config()
    assert str(file) in str(caught.value)


@pytest.mark.usefixtures("file")
def test_an_unknown_key_of_the_caller() -> None:
    with pytest.raises(ConfigError, match="speed"):
        Config(speed=2)


@pytest.mark.usefixtures("file")
def test_an_unknown_variable_lists_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_VOIC", "af_heart")
    with pytest.raises(ConfigError, match="DECLAIM_VOIC") as caught:
        Config()
    assert "DECLAIM_VOICE" in caught.value.hint
    assert "DECLAIM_CACHE" in caught.value.hint


@pytest.mark.parametrize(
    "line",
    ['rate = "fast"', "rate = nan", "rate = 3", "rate = [1]", "pitch = inf", 'language = "fr"', "threads = 0",
     "threads = 1.5", "threads = 100000", "loudness = 0", "voice = 5", 'offline = "perhaps"', "[rate]",
     "sentence_pause = -1", "paragraph_pause = 1e9"],
)  # fmt: skip
def test_a_wrong_value_names_its_key(file: Path, line: str) -> None:
    file.write_text(f"{line}\n")
    with pytest.raises(ConfigError) as caught:
        Config()
    assert line.strip("[]").split()[0] in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE", "fast"),
        ("RATE", "nan"),
        ("RATE", ""),
        ("THREADS", "-1"),
        ("OFFLINE", "perhaps"),
        ("LANGUAGE", "fr"),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_wrong_variable_names_its_key(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DECLAIM_{name}", value)
    with pytest.raises(ConfigError, match=f"{name.lower()}: .*DECLAIM_{name}"):
        Config()


@pytest.mark.parametrize("content", [b"rate = \n", b"rate = 1\nrate = 2\n", b"\xff\xfe", b"= 3", b"[[["])
def test_a_broken_file_is_a_config_error_that_names_it(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        Config()
    assert str(file) in str(caught.value)


def test_a_folder_in_place_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_CONFIG", str(tmp_path))
    with pytest.raises(ConfigError, match=str(tmp_path)):
        Config()


def test_a_file_that_was_named_but_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_CONFIG", str(tmp_path / "typo.toml"))
    Config()  # it may be written later


@pytest.mark.usefixtures("file")
def test_variables_of_where_things_are_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_CACHE", "/somewhere")
    monkeypatch.setenv("DECLAIM_MODELS", "/elsewhere")
    assert Config() == Config()


def test_loudness_can_be_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Config(loudness=None).loudness is None
    file.write_text('loudness = "off"\n')
    assert Config().loudness is None
    monkeypatch.setenv("DECLAIM_LOUDNESS", "-20")
    assert Config().loudness == -20
    monkeypatch.setenv("DECLAIM_LOUDNESS", "off")
    assert Config().loudness is None
    monkeypatch.setenv("DECLAIM_LOUDNESS", "loud")
    with pytest.raises(ConfigError, match=r"'loud' is neither .* `off` .from DECLAIM_LOUDNESS"):
        Config()


@pytest.mark.usefixtures("file")
def test_a_language_model_reads_unless_one_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config()
    assert (config.prosody, config.expressiveness, config.language_model) == ("llm", 1.0, None)
    monkeypatch.setenv("DECLAIM_PROSODY", "rules")
    monkeypatch.setenv("DECLAIM_EXPRESSIVENESS", "0")
    assert (Config().prosody, Config().expressiveness) == ("rules", 0)
    for wrong in ({"prosody": "LLM"}, {"prosody": None}, {"expressiveness": 2.1}, {"expressiveness": -1}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            Config(**wrong)


def test_every_key_is_in_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "configuration.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [(row.split("`")[1], row.split("`")[3]) for row in rows]
    assert listed == list(variables_of(Config))
    names = {name for name, _ in listed} | {"server.api_keys"}
    tables = {"server": ServerConfig, "studio": StudioConfig, "cluster": ClusterConfig}
    nested = {f"{table}.{name}" for table, kind in tables.items() for name in kind.model_fields}
    assert names == (set(Config.model_fields) - tables.keys() - {"engines"}) | nested


def test_the_table_of_the_service_is_merged_from_all_sources(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[server]\nport = 1\nhost = "localhost"\nworkers = 2\ncors_origins = ["https://a"]\n')
    monkeypatch.setenv("DECLAIM_SERVER__PORT", "2")
    monkeypatch.setenv("DECLAIM_SERVER__WORKERS", "3")
    server = Config(server={"port": 4}).server
    assert (server.host, server.port, server.workers) == ("localhost", 4, 3)
    assert server.cors_origins == ("https://a",)
    monkeypatch.setenv("DECLAIM_SERVER__CORS_ORIGINS", "https://b, https://c")
    assert Config().server.cors_origins == ("https://b", "https://c")


def test_a_wrong_key_of_the_service_names_itself_and_its_origin(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[server]\nport = 70000\n")
    with pytest.raises(ConfigError, match=rf"server\.port: .*\(from {re.escape(str(file))}\)"):
        Config()
    monkeypatch.setenv("DECLAIM_SERVER__PORT", "-1")
    with pytest.raises(ConfigError, match=r"server\.port: .*\(from DECLAIM_SERVER__PORT\)"):
        Config()
    with pytest.raises(ConfigError, match=r"server\.port: [^(]*$"):
        Config(server={"port": 70000})


@pytest.mark.parametrize("line", ["[server]\nprot = 1", "server = 3", "[server]\ntimeout = nan"])
def test_a_wrong_table_of_the_service(file: Path, line: str) -> None:
    file.write_text(f"{line}\n")
    with pytest.raises(ConfigError, match=re.escape(str(file))):
        Config()


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("name", ["SERVER__PROT", "SERVER", "SERVER__API_KEYS", "SERVER_PORT"])
def test_an_unknown_variable_of_the_service(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"DECLAIM_{name}", "1")
    with pytest.raises(ConfigError, match=f"unknown variables: DECLAIM_{name}$") as caught:
        Config()
    assert "DECLAIM_SERVER__PORT" in caught.value.hint
    assert "DECLAIM_API_KEYS" in caught.value.hint


def test_keys_are_not_shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('[server]\napi_keys = ["a-secret"]\n')
    monkeypatch.setenv("DECLAIM_API_KEYS", "another-secret")
    assert "secret" not in repr(Config())


def test_engines_and_channels_from_all_sources(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(
        'channels = ["kokoro", "sambert"]\n[engines.sambert.voices]\nzf = "sambert-zhiru-v1"\n'
        "[engines.kokoro.channel]\nfirst_audio = 4\n[engines.kokoro.channel.breaker]\nprobes = 3\n"
    )
    monkeypatch.setenv("DECLAIM_ENGINES__FASTSPEECH__VOCODER", "griffin_lim")
    monkeypatch.setenv("DECLAIM_ENGINES__KOKORO__CHANNEL__BETWEEN_CHUNKS", "6.5")
    config = Config()
    assert config.channels == ("kokoro", "sambert")
    assert config.engines.sambert.voices == {"zf": "sambert-zhiru-v1"}
    assert config.engines.fastspeech.vocoder == "griffin_lim"
    channel = config.engines.channel("kokoro")
    assert (channel.first_audio, channel.between_chunks, channel.breaker.probes) == (4, 6.5, 3)
    monkeypatch.setenv("DECLAIM_CHANNELS", "fastspeech, kokoro")
    assert Config().channels == ("fastspeech", "kokoro")


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": ()},
        {"channels": ("kokoro", "kokoro")},
        {"channels": ("nobody",)},
        {"engines": {"nobody": {}}},
        {"engines": {"kokoro": {"vocoder": "x"}}},
        {"max_cost": -1},
    ],
)
def test_channels_that_are_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Config(**wrong)


@pytest.mark.usefixtures("file")
def test_an_unknown_key_of_an_engine_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_ENGINES__KOKORO__SPEED", "2")
    with pytest.raises(ConfigError, match="speed"):
        Config()
