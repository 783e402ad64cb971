"""What the tokenizers make of a text, against their definitions written out."""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest

import tiny_llama
from declaim.errors import ModelError
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.language_model.tokenizer import Token

TEXTS = [
    "the hen is in the inn",
    "The  hen,\tand 2024 hens… don't sing.",
    "你好，世界。",
    "😀 and 👩‍👩‍👧 and 😁",
    "cafe\u0301 na\u0308ive e\u0301\u0301",
    "a\x00b\x04c\x7f\x80\xff",
    "\U000e0067 a tag, \U000f0000",
    " two  spaces   ",
    "\n",
    " ",
    "x",
    "....",
    "ﷺ ½ ² Ⅷ",
]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    """A model with a SentencePiece tokenizer."""
    from declaim.prosody.language_model.gguf_file import GgufFile
    from declaim.prosody.language_model.llama_graph import build

    folder = tmp_path_factory.mktemp("pieces")
    build(GgufFile(tiny_llama.write(folder / "tiny.gguf", tokenizer="llama")), folder)
    return LanguageModel(folder, threads=1)


def byte_level(text: str) -> list[int]:
    """Byte-level BPE by its definition: cut, then merge the pair that stands first in the list."""
    characters = tiny_llama.byte_characters()
    tokens, metadata = tiny_llama._byte_level()
    numbers = {token: i for i, token in enumerate(tokens)}
    ranks = {tuple(merge.split(" ")): i for i, merge in enumerate(metadata["tokenizer.ggml.merges"])}
    ids = []
    for stretch in smollm_stretches(text):
        parts = [characters[byte] for byte in stretch.encode()]
        while pairs := [(ranks[pair], i) for i, pair in enumerate(pairwise(parts)) if pair in ranks]:
            _, at = min(pairs)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        ids += [numbers.get(part, tiny_llama.UNKNOWN) for part in parts]
    return ids


def smollm_stretches(text: str) -> list[str]:
    """Digits one by one; English endings; letters, and marks, with the space before them; spaces."""
    kinds = "".join(
        " " if char.isspace() else {"L": "L", "N": "N"}.get(unicodedata.category(char)[0], "x")
        for char in text
    )
    stretches, at = [], 0
    while at < len(text):
        ending = re.compile(r"'(?:[sdmt]|ll|ve|re)").match(text, at)
        own = re.compile("N").match(kinds, at) or re.compile(" ?L+| ?x+| +(?! )(?<! .)| +").match(kinds, at)
        assert own
        end = (ending or own).end()
        if not ending and kinds[at:end].isspace() and end < len(text) and end - at > 1:
            end -= 1  # the last space belongs to the word behind it
        if text[at] != " " and kinds[at] == " " and kinds[at:end].strip():
            end = at + 1  # only a space itself is drawn to a word
        stretches.append(text[at:end])
        at = end
    return stretches


def sentencepiece(text: str) -> list[int]:
    """SentencePiece's BPE by its definition: merge neighbours whose piece scores best; the rest is bytes."""
    tokens, metadata = tiny_llama._sentencepiece()
    numbers = {token: i for i, token in enumerate(tokens)}
    scores = metadata["tokenizer.ggml.scores"]
    parts = list("▁" + text.replace(" ", "▁"))
    while pairs := [
        (-scores[numbers[a + b]], i) for i, (a, b) in enumerate(pairwise(parts)) if a + b in numbers
    ]:
        _, at = min(pairs)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    ids = []
    for part in parts:
        spelt = [f"<0x{byte:02X}>" for byte in part.encode()]
        ids += [numbers[part]] if part in numbers else [numbers[byte] for byte in spelt]
    return ids


@pytest.mark.parametrize("text", TEXTS)
def test_byte_level_by_its_definition(model: LanguageModel, text: str) -> None:
    assert [token.id for token in model.tokenize(text)] == byte_level(text)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.isprintable() and "ﷺ" not in text])
def test_sentencepiece_by_its_definition(pieces: LanguageModel, text: str) -> None:
    assert [token.id for token in pieces.tokenize(text)] == sentencepiece(text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("continues", [False, True])
@pytest.mark.parametrize("kind", ["model", "pieces"])
def test_ranges_cover_the_text(request: pytest.FixtureRequest, kind: str, text: str, continues: bool) -> None:
    tokens = request.getfixturevalue(kind).tokenize(text, continues=continues)
    assert tokens[0].start == 0
    assert tokens[-1].end == len(text)
    assert all(one.end == other.start for one, other in pairwise(tokens))
    assert all(0 <= token.start <= token.end for token in tokens)


@pytest.mark.parametrize("kind", ["model", "pieces"])
def test_no_text(request: pytest.FixtureRequest, kind: str) -> None:
    assert request.getfixturevalue(kind).tokenize("") == []


def test_a_character_belongs_to_the_token_that_ends_it(model: LanguageModel) -> None:
    tokens = model.tokenize("a你好")
    assert [(token.start, token.end) for token in tokens] == [(0, 1), (1, 2), (2, 2), (2, 2), (2, 3)]


def test_a_byte_that_the_vocabulary_lacks_is_unknown(model: LanguageModel) -> None:
    assert model.tokenize("\x04") == [Token(tiny_llama.UNKNOWN, 0, 1)]


@pytest.mark.parametrize("kind", ["model", "pieces"])
@pytest.mark.parametrize("text", ["the inn. the hen. sing", "你好 the 你好", "a 😀 b"])
def test_read_on_as_if_it_had_been_one_text(request: pytest.FixtureRequest, kind: str, text: str) -> None:
    model = request.getfixturevalue(kind)
    whole = [token.id for token in model.tokenize(text)]
    words = text.split(" ")
    parts = [model.tokenize(word, continues=i > 0) for i, word in enumerate(words)]
    assert [token.id for part in parts for token in part] == whole


def test_the_space_between_texts_belongs_to_the_first_token(model: LanguageModel) -> None:
    assert model.tokenize("the hen", continues=True)[0][1:] == (0, 3)
    assert [(token.start, token.end) for token in model.tokenize("1", continues=True)] == [(0, 0), (0, 1)]


def test_sentencepiece_without_a_space_in_front(build_model: Callable[..., LanguageModel]) -> None:
    bare = build_model(tokenizer="llama", tokenizer__ggml__add_space_prefix=False)
    assert len(bare.tokenize("the")) == len(bare.tokenize("the", continues=True)) + 1  # t, he; ▁the
    assert bare.tokenize("the", continues=True)[0][1:] == (0, 3)


def test_the_passage_of_a_sentencepiece_model(pieces: LanguageModel) -> None:
    passage = Passage(pieces)
    parts = [passage.read(text) for text in ("the hen.", "你好!", "sing")]
    whole = Passage(pieces).read("the hen. 你好! sing")
    assert [token.id for part, _ in parts for token in part] == [token.id for token in whole[0]]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"tokenizer__ggml__model": "rwkv"}, "rwkv"),
        ({"tokenizer__ggml__model": None}, "not supported"),
        ({"tokenizer__ggml__pre": "of-its-own"}, "of-its-own"),
        ({"tokenizer__ggml__merges": ["h e", "Ġ t"]}, "order"),
        ({"tokenizer__ggml__merges": ["q q"]}, "damaged"),
        ({"tokenizer__ggml__merges": None}, "damaged"),
        ({"tokenizer__ggml__token_type": [1, 1]}, "damaged"),
        ({"tokenizer": "llama", "tokenizer__ggml__scores": None}, "damaged"),
        ({"tokenizer": "llama", "tokenizer__ggml__token_type": [1] * 9}, "damaged"),
    ],
)
def test_what_cannot_be_used_is_a_model_error_that_says_what_to_do(
    build_model: Callable[..., LanguageModel], changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ModelError, match=complaint) as caught:
        build_model(**changes)
    assert "SmolLM2" in caught.value.hint
