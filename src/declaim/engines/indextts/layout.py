"""The folder of the weights: which file is where, and whether all are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.engines.indextts.licence import require_acceptance
from declaim.errors import ConfigError, ModelMissingError

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.engines.indextts.settings import IndexTTSConfig

_ALONE = ("campplus", "emo_vec", "length_regulator", "semantic_codec_decode")
_IN_FOLDERS = ("semantic_model", "gpt_prefill", "gpt_step", "cfm_estimator")
"""Graphs that have a folder of their own."""
_WITH_DATA = ("semantic_model", "gpt_prefill", "gpt_step")
"""Graphs whose weights lie in a file beside them."""
_VOCODER = "bigvgan"
_VOCABULARY = "multilingual_zh_ja_yue_char_del.tiktoken"
_PROJECTION = "spk_proj.npz"
_FEATURES = "hf_cache/w2v-bert-2.0/preprocessor_config.json"
_EMOTIONS = ("feat1.pt", "feat2.pt")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in the layout of the package ``index-tts-2-5-onnx`` 0.1.0."""

    path: Path

    def graph(self, name: str) -> Path:
        """The file of a graph."""
        return self.path / (f"{name}/{name}.onnx" if name in _IN_FOLDERS else f"{name}.onnx")

    @property
    def vocabulary(self) -> Path:
        """The text tokens, in tiktoken's format."""
        return self.path / _VOCABULARY

    @property
    def projection(self) -> Path:
        """``weight`` (1280, 192) and ``bias`` (1280,), which make a condition of a voice's style."""
        return self.path / _PROJECTION

    @property
    def feature_settings(self) -> Path:
        """How w2v-BERT's input is to be padded."""
        return self.path / _FEATURES

    @property
    def emotions(self) -> tuple[Path, Path]:
        """The styles (N, 192) of N recordings of emotions, and their emotion vectors (N, 1280).

        The published model has them; the package leaves them out, so they may be missing here.
        """
        styles, vectors = _EMOTIONS
        return self.path / styles, self.path / vectors

    @property
    def has_emotions(self) -> bool:
        """Whether both are there."""
        return all(path.is_file() for path in self.emotions)

    def files(self, *, vocoder: bool, emotions: bool) -> list[Path]:
        """What must be there.

        Args:
            vocoder: whether BigVGAN is among it.
            emotions: whether the files for emotions by vector are.
        """
        names = [*_ALONE, *_IN_FOLDERS, *([_VOCODER] if vocoder else [])]
        data = [self.graph(name).with_name(f"{name}.onnx.data") for name in _WITH_DATA]
        rest = [self.vocabulary, self.projection, self.feature_settings]
        return [*map(self.graph, names), *data, *rest, *(self.emotions if emotions else ())]


def model_folder(settings: IndexTTSConfig) -> ModelFolder:
    """The folder that the settings name, its licence accepted and its files complete.

    Raises:
        ConfigError: they name none, or the licence has not been accepted.
        ModelMissingError: the folder or some of its files are missing; the message names them.
    """
    path = settings.model_dir
    if path is None:
        raise ConfigError(
            "indextts needs its weights", hint="Set engines.indextts.model_dir to the folder that has them."
        )
    if not path.is_dir():
        raise ModelMissingError(f"{path} is no folder", hint="Correct engines.indextts.model_dir.")
    require_acceptance(path, accepted=settings.accept_licence)
    folder = ModelFolder(path)
    needed = folder.files(vocoder=settings.vocoder == "bigvgan", emotions=settings.emotion == "score")
    missing = [str(file.relative_to(path)) for file in needed if not file.is_file()]
    if missing:
        raise ModelMissingError(f"{path} lacks {', '.join(missing)}", hint=_hint(missing))
    return folder


def _hint(missing: list[str]) -> str:
    if set(missing) <= set(_EMOTIONS):
        return (
            "They are in the published model, IndexTeam/IndexTTS-2.5. Copy them there, or set "
            "engines.indextts.emotion = 'reference'."
        )
    return "See docs/engines/indextts.md for what the folder must hold."
