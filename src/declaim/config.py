"""Configuration: one strict model, from a TOML file, ``DECLAIM_*`` variables and what a caller gives."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_config_path
from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from declaim.cluster.settings import ClusterConfig
from declaim.engines.choice import ChannelName
from declaim.engines.configuration import EnginesConfig
from declaim.errors import ConfigError
from declaim.prosody.checked import limited
from declaim.server.settings import ServerConfig, comma_separated
from declaim.studio.settings import StudioConfig

_ELSEWHERE = {
    "DECLAIM_CACHE", "DECLAIM_MODELS", "DECLAIM_CONFIG",
    "DECLAIM_CHAT_API_KEY", "DECLAIM_API_KEYS", "DECLAIM_DASHSCOPE_API_KEY",
}  # fmt: skip
"""Variables that say where things are rather than how to speak, and those that are secrets."""
_ENGINES = "DECLAIM_ENGINES__"
"""How variables begin that set a key of the table ``engines``, which itself refuses what it does not know."""
_NESTED = "__"
"""Between a table's name and a key of it, in the name of a variable."""


def _checked_channels(names: tuple[ChannelName, ...]) -> tuple[ChannelName, ...]:
    if not names:
        raise ValueError("somebody must speak")
    if len(set(names)) < len(names):
        raise ValueError("a channel is named twice")
    return names


def _none_if_off(loudness: object) -> object:
    """TOML, variables and the command line have no None: they say ``off``."""
    if not isinstance(loudness, str):
        return loudness
    try:
        return None if loudness == "off" else float(loudness)
    except ValueError:
        raise ValueError(f"{loudness!r} is neither a number of LUFS nor `off`") from None


ChannelList = Annotated[
    tuple[ChannelName, ...], BeforeValidator(comma_separated), AfterValidator(_checked_channels)
]


class Config(BaseSettings):
    """How to speak. Unknown keys are errors.

    Raises:
        ConfigError: a value is wrong or unknown; the message says which and where it came from.
    """

    model_config = SettingsConfigDict(
        env_prefix="DECLAIM_",
        env_nested_delimiter=_NESTED,
        enable_decoding=False,  # lists are written with commas, not in JSON
        extra="forbid",
        frozen=True,
    )

    voice: str | None = None
    """A voice or a blend. None: ``zf_xiaoxiao`` for a text that is mostly Chinese, else ``af_heart``."""
    language: Literal["zh", "en"] | None = None
    """The language of numbers and symbols that have no words around them. None: the text's."""
    rate: Annotated[float, limited("rate")] = 1.0
    """Speaking rate, as a ratio."""
    pitch: Annotated[float, limited("pitch")] = 0.0
    """Semitones."""
    pitch_range: Annotated[float, limited("pitch_range")] = 1.0
    """Ratio by which F0 moves around its mean."""
    energy: Annotated[float, limited("energy")] = 0.0
    """dB."""
    prosody: Literal["llm", "rules", "off"] = "llm"
    """Who decides how each sentence is said: a language model, rules for marks and words, or nobody."""
    expressiveness: Annotated[float, Field(ge=0, le=2)] = 1.0
    """How strongly that is performed: 0 is the voice's own manner, 2 twice as much as usual."""
    language_model: Path | None = None
    """A GGUF file of the llama architecture to use in place of SmolLM2."""
    chat_base_url: HttpUrl | None = None
    """An OpenAI-compatible endpoint whose model reads the text; the key is in the environment only."""
    chat_model: str | None = None
    """The model's name there."""
    chat_timeout: Annotated[float, Field(ge=0.1, le=600)] = 8.0
    """Seconds after which a call to it is given up."""
    sentence_pause: Annotated[float, Field(ge=0, le=10)] = 0.35
    """Seconds between sentences."""
    paragraph_pause: Annotated[float, Field(ge=0, le=10)] = 0.75
    """Seconds between paragraphs."""
    lexicon: Path | None = None
    """A file of ``word = pronunciation`` lines."""
    loudness: Annotated[Annotated[float, Field(ge=-40, le=-6)] | None, BeforeValidator(_none_if_off)] = -16.0
    """Integrated loudness of files in LUFS (ITU-R BS.1770); None or ``"off"`` leaves the level."""
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    """Cores that synthesis may use. None: as many as this process may use, up to four."""
    offline: bool = False
    """Never fetch a model."""
    channels: ChannelList = ("kokoro",)
    """Who speaks, and who stands in for it, in this order: ``kokoro``, ``fastspeech``, ``sambert``,
    ``indextts``."""
    never_cloud: bool = False
    """No text leaves this machine to be spoken."""
    max_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """What one request may cost, in the currency of the channels' prices. None: no limit."""
    engines: EnginesConfig = EnginesConfig()
    """How each of them speaks."""
    server: ServerConfig = ServerConfig()
    """How the service runs."""
    studio: StudioConfig = StudioConfig()
    """How books are made."""
    cluster: ClusterConfig = ClusterConfig()
    """How the service is spread over machines."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigError(
                _explain(error, values), hint="see docs/configuration.md for all keys"
            ) from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes all of them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a caller gives comes before the environment, and that before the file."""
        _refuse_unknown_variables(cls)
        return init_settings, env_settings, InitSettingsSource(settings_cls, _from_file())


def config_file() -> Path:
    """The configuration file: ``DECLAIM_CONFIG``, or ``config.toml`` in the platform's folder."""
    chosen = os.environ.get("DECLAIM_CONFIG")
    return Path(chosen) if chosen else user_config_path("declaim", appauthor=False) / "config.toml"


def variables_of(config: type[Config]) -> Iterator[tuple[str, str]]:
    """Every key (``server.port``) that a variable can set, with the variable's name, but those of engines."""
    for name in config.model_fields:
        if name not in {"server", "studio", "cluster", "engines"}:
            yield name, _variable(name)
    for name in ServerConfig.model_fields:
        if name != "api_keys":  # DECLAIM_API_KEYS is their variable
            yield f"server.{name}", _variable("server", name)
    for name in StudioConfig.model_fields:
        yield f"studio.{name}", _variable("studio", name)
    for name in ClusterConfig.model_fields:
        yield f"cluster.{name}", _variable("cluster", name)


def _variable(*keys: object) -> str:
    return f"DECLAIM_{_NESTED.join(map(str, keys)).upper()}"


def _refuse_unknown_variables(config: type[Config]) -> None:
    known = {variable for _, variable in variables_of(config)} | _ELSEWHERE
    ours = (name for name in os.environ if name.startswith("DECLAIM_") and not name.startswith(_ENGINES))
    unknown = sorted(name for name in ours if name not in known)
    if unknown:
        raise ConfigError(
            f"unknown variables: {', '.join(unknown)}", hint=f"known are {', '.join(sorted(known))}"
        )


def _from_file() -> dict[str, Any]:
    """What the configuration file says; nothing if there is none."""
    path = config_file()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # neither TOML nor UTF-8
        raise ConfigError(f"{path} is not TOML: {error}") from error


def _explain(error: ValidationError, given: Mapping[str, Any]) -> str:
    problems = (
        f"{'.'.join(map(str, each['loc']))}: {each['msg']}{_origin(each['loc'], given)}"
        for each in error.errors()
    )
    return f"the configuration is wrong: {'; '.join(problems)}"


def _origin(place: tuple[int | str, ...], given: Mapping[str, Any]) -> str:
    """Where a value came from that the caller did not give."""
    value: Any = given
    for key in place:
        if not isinstance(value, Mapping):
            return ""  # what was given holds the place, or should
        if key not in value:
            break
        value = value[key]
    else:
        return ""
    variables = (_variable(*place[:depth]) for depth in range(len(place), 0, -1))
    variable = next((name for name in variables if name in os.environ), None)
    return f" (from {variable or config_file()})"
