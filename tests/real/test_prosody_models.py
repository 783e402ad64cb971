"""SmolLM2 and Multilingual E5 as they are published, in our graphs."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from declaim.models.session import Session
from declaim.models.store import ModelStore
from declaim.prosody.emotion_reader import EmotionReader
from declaim.prosody.encoder.bert_graph import GRAPH_FILE
from declaim.prosody.encoder.classifier import EncoderClassifier, encoder_input
from declaim.prosody.encoder.packed_file import PackedFile
from declaim.prosody.language_model.model import CACHE_LIMIT, MODEL_FILE, LanguageModel, Passage
from llama_reference import LlamaReference

pytestmark = pytest.mark.real

SENTENCE = "The old lighthouse keeper climbed the stairs every evening."


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return ModelStore()


@pytest.fixture(scope="module")
def model(store: ModelStore) -> LanguageModel:
    return LanguageModel.load(store, threads=2)


@pytest.fixture(scope="module")
def encoder(store: ModelStore) -> EncoderClassifier:
    return EncoderClassifier.load(store, threads=2)


@pytest.fixture(scope="module")
def emotion_reader(store: ModelStore) -> EmotionReader:
    return EmotionReader.load(store, threads=2)


def test_surprisals_of_a_sentence(model: LanguageModel) -> None:
    """Nats of the float model, behind the token that parts documents."""
    tokens, surprisals = Passage(model).read(SENTENCE)
    words = [SENTENCE[token.start : token.end].strip() for token in tokens]
    assert words == [
        "The",
        "old",
        "lighthouse",
        "keeper",
        "climbed",
        "the",
        "stairs",
        "every",
        "evening",
        ".",
    ]
    measured = dict(zip(words, surprisals.tolist(), strict=True))
    for word, expected in {"the": 2.2, "stairs": 1.4, "every": 9.3, "evening": 4.7}.items():
        assert measured[word] == pytest.approx(expected, abs=0.5)
    assert measured["climbed"] > 8


def test_8_bits_are_near_the_floats(model: LanguageModel, store: ModelStore) -> None:
    tokens, surprisals = Passage(model).read(f"{SENTENCE} 老守塔人每天晚上都要爬上那段楼梯。")
    reference = LlamaReference(store.ensure("smollm2") / MODEL_FILE)
    expected = reference.surprisals([token.id for token in tokens])
    assert np.abs(surprisals - expected).mean() < 0.25
    assert np.corrcoef(surprisals, expected)[0, 1] > 0.99


def test_what_was_said_before_makes_it_expected(model: LanguageModel) -> None:
    passage = Passage(model)
    first, again = (passage.read(SENTENCE)[1] for _ in range(2))
    assert again.sum() < first.sum() / 4


def test_a_long_passage_stays_sensible_when_the_cache_slides(model: LanguageModel) -> None:
    text = (
        f"{SENTENCE} He carried a small brass lamp and a bag of bread for the gulls, who knew him well. "
        "When the storms came he slept beside the great lens and listened to the sea."
    )
    passage = Passage(model)
    while passage.evaluated < 2 * CACHE_LIMIT:
        surprisals = passage.read(text)[1]
    assert surprisals.mean() < 1.5  # it has read this text many times
    assert passage.read("Purple elephants negotiate quietly.")[1].mean() > 5


@pytest.mark.parametrize("text", ["\x04 \U000e0067", "👩‍👩‍👧 e\u0301 你好", "\x00\x7f\x80 2024 ½"])
def test_any_character_is_read(model: LanguageModel, text: str) -> None:
    tokens, surprisals = Passage(model).read(text)
    assert tokens[-1].end == len(text)
    assert np.isfinite(surprisals).all()


@pytest.fixture(scope="module")
def pooled(store: ModelStore, encoder: EncoderClassifier, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Sentences → their unit vectors: the encoder as it is published, without the head's changes."""
    from declaim.prosody.encoder.bert_graph import build
    from declaim.prosody.encoder.head import Head

    folder: Path = tmp_path_factory.mktemp("encoder")
    plain = Head(np.zeros((384, 8), np.float32), np.zeros(8, np.float32), {})
    build(PackedFile(store.ensure("multilingual-e5-small") / "e5-small-q4.bin"), plain, folder)
    graph = onnx.load(folder / GRAPH_FILE, load_external_data=False)
    graph.graph.output.append(
        onnx.helper.make_tensor_value_info("pooled", onnx.TensorProto.FLOAT, [1, 1, 384])
    )
    onnx.save(graph, folder / GRAPH_FILE)
    session = Session(folder / GRAPH_FILE, 2)

    def embed(sentence: str) -> np.ndarray:
        ids, own = encoder_input(encoder._tokenizer, sentence, "")
        shares = np.zeros((1, 1, len(ids)), np.float32)
        shares[0, 0, own] = 1 / (own.stop - own.start)
        (vector,) = session.run(["pooled"], embeddings=encoder._embed(np.array(ids))[None], shares=shares)
        return vector.ravel() / np.linalg.norm(vector)

    return embed


def test_translations_are_nearer_than_other_sentences(pooled) -> None:  # noqa: ANN001
    english = [
        "I am so happy today!",
        "The train leaves at eight.",
        "He died last winter.",
        "Don't touch that!",
    ]
    chinese = ["我今天太开心了！", "火车八点出发。", "他去年冬天去世了。", "别碰那个！"]
    near = np.array([[pooled(one) @ pooled(other) for other in chinese] for one in english])
    assert (near.argmax(axis=1) == np.arange(4)).all()
    assert (near.argmax(axis=0) == np.arange(4)).all()
    others = near[~np.eye(4, dtype=bool)]
    assert near.diagonal().min() > others.mean() + 0.03


READ_AS = {
    "我们赢了，太棒了！": {"happy"},
    "She got the job, and we danced around the kitchen!": {"happy"},
    "你凭什么动我的东西？给我滚出去！": {"angry"},
    "How dare you lie to me again!": {"angry"},
    "奶奶昨天夜里走了，我哭了一整夜。": {"sad"},
    "He never came home, and she cried all night.": {"sad", "melancholic"},
    "别开灯，门外有人，我不敢出声。": {"afraid"},
    "Something is breathing under my bed, and I cannot move.": {"afraid"},
    "什么？他居然是你弟弟？": {"surprised"},
    "The meeting has been moved to Wednesday at ten.": {"calm"},
    "本次列车终点站是上海虹桥，途经苏州。": {"calm"},
}


@pytest.mark.parametrize(
    "before", [[], [SENTENCE, "The quarterly report was published on Monday.", "明天多云。"]]
)
def test_emotions_of_sentences_that_leave_no_doubt(
    emotion_reader: EmotionReader, model: LanguageModel, before: list[str]
) -> None:
    right = 0
    for sentence, emotions in READ_AS.items():
        passage = Passage(model)
        for other in before:
            passage.read(other)
        passage.read(sentence)
        weights = emotion_reader(sentence, " ".join(before[-2:]), passage.state).model_dump()
        right += max(weights, key=weights.__getitem__) in emotions
    assert right >= len(READ_AS) - 1
