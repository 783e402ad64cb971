"""The sentence encoder: packed file, tokenizer, graph and head, against one in plain numpy."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

import tiny_encoder
from bert_reference import BertReference
from declaim.errors import ModelError
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.encoder.bert_graph import GRAPH_FILE, build
from declaim.prosody.encoder.classifier import MAX_CONTEXT, MAX_SENTENCE, EncoderClassifier, encoder_input
from declaim.prosody.encoder.head import packaged_digest, packaged_head
from declaim.prosody.encoder.packed_file import PackedFile
from declaim.prosody.encoder.tokenizer import TOKENIZER_FILE, EncoderTokenizer, kept_pieces, write_tokenizer


@pytest.fixture(scope="module")
def tokenizer(packed_path: Path, tmp_path_factory: pytest.TempPathFactory) -> EncoderTokenizer:
    vocabulary = PackedFile(packed_path).vocabulary
    path = tmp_path_factory.mktemp("tokenizer") / TOKENIZER_FILE
    write_tokenizer(vocabulary, kept_pieces(vocabulary), path)
    return EncoderTokenizer(path)


@pytest.fixture(scope="module")
def kept() -> list[int]:
    return [i for i, piece in enumerate(tiny_encoder.PIECES) if piece != "да"]


def expected_logits(ids: list[int], own: slice, kept: list[int], *, adapted: bool = True) -> np.ndarray:
    tensors, head = tiny_encoder.weights(), tiny_encoder.head()
    tensors["emb.word"] = tensors["emb.word"][kept]
    for name in tiny_encoder.ADAPTED if adapted else ():
        down, up = head.adapters[f"{name}.down"], head.adapters[f"{name}.up"]
        tensors[f"{name}.w"] = tensors[f"{name}.w"] + (down @ up).T
    bert = BertReference(tensors, tiny_encoder.LAYERS, tiny_encoder.HEADS, tiny_encoder.EPSILON)
    return bert.pooled(ids, own) @ head.weights + head.bias


@pytest.mark.parametrize(
    ("sentence", "context"),
    [("the thing sings.", ""), ("他们 they!", "the end, a thing."), ("x" * 300, "y z " * 100), ("he?", "他")],
)
def test_logits_are_those_of_the_architecture(
    encoder: EncoderClassifier, tokenizer: EncoderTokenizer, kept: list[int], sentence: str, context: str
) -> None:
    ids, own = encoder_input(tokenizer, sentence, context)
    np.testing.assert_allclose(encoder(sentence, context), expected_logits(ids, own, kept), atol=0.06)


def test_without_the_heads_changes_it_would_be_far_off(tokenizer: EncoderTokenizer, kept: list[int]) -> None:
    ids, own = encoder_input(tokenizer, "the thing sings.", "")
    changed, unchanged = (expected_logits(ids, own, kept, adapted=adapted) for adapted in (True, False))
    assert np.abs(changed - unchanged).max() > 0.3


def test_the_context_counts(encoder: EncoderClassifier) -> None:
    alone, behind = (encoder("the thing sings.", context) for context in ("", "he is a thing"))
    assert np.abs(alone - behind).max() > 0.06


def test_whatever_is_written_gets_a_logit_for_each_emotion(encoder: EncoderClassifier) -> None:
    for sentence in ("the thing", "", "他们。", "?" * 5000, "да"):
        logits = encoder(sentence)
        assert logits.shape == (len(EMOTIONS),)
        assert np.isfinite(logits).all()


def test_what_the_encoder_is_given(tokenizer: EncoderTokenizer) -> None:
    ids, own = encoder_input(tokenizer, "the thing", "he is")
    assert ids[0] == tokenizer.begin
    assert ids[-1] == tokenizer.end
    assert ids[own] == tokenizer("the thing")
    assert ids[1 : own.start] == tokenizer("query: ") + tokenizer("he is")


def test_of_much_text_the_end_is_read(tokenizer: EncoderTokenizer) -> None:
    ids, own = encoder_input(tokenizer, "a b " * 500 + "end", "c d " * 500 + "last")
    assert own.stop - own.start == MAX_SENTENCE
    assert len(ids) == 2 + len(tokenizer("query: ")) + MAX_CONTEXT + MAX_SENTENCE
    assert ids[own][-len(tokenizer("end")) :] == tokenizer("end")
    assert len(ids) <= tiny_encoder.POSITIONS


def test_pieces_of_other_scripts_are_left_out(
    packed_path: Path, tokenizer: EncoderTokenizer, kept: list[int]
) -> None:
    assert kept_pieces(PackedFile(packed_path).vocabulary) == kept
    names = [tiny_encoder.PIECES[i] for i in kept]
    assert names[tokenizer("他们")[-1]] == "他们"  # ids are places among the kept
    assert names[tokenizer("да")[-1]] == "<unk>"


def test_text_is_read_in_its_compatible_form(tokenizer: EncoderTokenizer) -> None:
    assert tokenizer("ｔｈｅ！") == tokenizer("the!")


def test_matrices_are_read_exactly(packed_path: Path) -> None:
    file, tensors = PackedFile(packed_path), tiny_encoder.weights()
    np.testing.assert_array_equal(file.matrix("l0.fi.w", tiny_encoder.WIDTH), tensors["l0.fi.w"])
    np.testing.assert_array_equal(file.matrix("emb.word", 64, [5, 1]), tensors["emb.word"][[5, 1]])
    np.testing.assert_array_equal(file.vector("l1.oln.b"), tensors["l1.oln.b"])


def test_the_packaged_head_fits_the_emotions() -> None:
    head = packaged_head()
    assert head.weights.shape == (384, len(EMOTIONS))
    assert head.bias.shape == (len(EMOTIONS),)
    assert len(packaged_digest()) == 12


def test_gelu_is_exact(packed_path: Path, tmp_path: Path) -> None:
    """Its usual approximation is nearer than 8 bits can tell."""
    build(PackedFile(packed_path), tiny_encoder.head(), tmp_path)
    operators = {
        node.op_type for node in onnx.load(tmp_path / GRAPH_FILE, load_external_data=False).graph.node
    }
    assert "Gelu" in operators
    assert not operators & {"FastGelu", "QuickGelu"}


def build_from(path: Path, folder: Path) -> None:
    folder.mkdir()
    build(PackedFile(path), tiny_encoder.head(), folder)


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.03, 0.1, 0.5, 0.999])
def test_cut_off(tmp_path: Path, packed_path: Path, share: float) -> None:
    whole = packed_path.read_bytes()
    path = tmp_path / "cut.bin"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelError, match=r"cut\.bin") as caught:
        PackedFile(path)
    assert "declaim models pull" in caught.value.hint


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.bin cannot be read"):
        PackedFile(tmp_path / "none.bin")


def _without(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        tensors = tiny_encoder.weights()
        del tensors[name]
        tiny_encoder.write(path, tensors)

    return write


@pytest.mark.parametrize("name", ["emb.word", "emb.pos", "l1.fo.w", "l0.aln.b"])
def test_a_tensor_is_missing(tmp_path: Path, name: str) -> None:
    _without(name)(tmp_path / "tiny.bin")
    with pytest.raises(ModelError, match=name):
        build_from(tmp_path / "tiny.bin", tmp_path / "graph")


@pytest.mark.parametrize(("at", "value"), [(8, 0), (8, -64), (8, 65), (16, 3), (20, 0), (40, 16)])
def test_hyperparameters_that_cannot_be(tmp_path: Path, packed_path: Path, at: int, value: int) -> None:
    damaged = bytearray(packed_path.read_bytes())
    struct.pack_into("<i", damaged, at, value)
    path = tmp_path / "wrong.bin"
    path.write_bytes(damaged)
    with pytest.raises(ModelError, match=r"wrong\.bin"):
        build_from(path, tmp_path / "graph")


def test_flipped_bytes_are_never_another_error(tmp_path: Path, packed_path: Path) -> None:
    whole = packed_path.read_bytes()
    random = np.random.default_rng(6)
    failures = 0
    for number in range(80):
        damaged = bytearray(whole)
        for at in random.integers(0, 2_000, 3):
            damaged[at] = random.integers(256)
        (tmp_path / "flipped.bin").write_bytes(damaged)
        try:
            build_from(tmp_path / "flipped.bin", tmp_path / str(number))
        except ModelError:
            failures += 1
    assert failures > 5
