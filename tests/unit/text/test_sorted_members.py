import json

import pytest

from declaim.text.sorted_members import SortedMembers

WORDS = {"a": "ə", "ab": {"DEFAULT": "x", "VERB": "y"}, "b": ["1", "2"], "ba": None, "é": "e", "好": "hao"}
LAYOUTS = [(json.dumps(WORDS, ensure_ascii=False, indent=2).encode(), b'\n  "')]
NESTED = {"一丁": [["yī"], ["dīng"]], "一不": [["yí"], ["bù"]], "好": [["hǎo"]]}
LAYOUTS_OF_LISTS = [json.dumps(NESTED, ensure_ascii=False, indent=0).encode()]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_member_is_found(layout: tuple[bytes, bytes]) -> None:
    members = SortedMembers(*layout)
    assert list(members.names()) == list(WORDS)
    assert {name: members.get(name) for name in WORDS} == WORDS
    assert members.are_in_order()


@pytest.mark.parametrize("name", ["", "A", "aa", "abc", "c", "zz", "DEFAULT", "VERB", "ə", "😀"])
def test_nothing_else_is(name: str) -> None:
    assert SortedMembers(*LAYOUTS[0]).get(name) is None


def test_lists_one_value_to_a_line() -> None:
    members = SortedMembers(LAYOUTS_OF_LISTS[0], b'],\n"')
    assert {name: members.get(name) for name in NESTED} == NESTED
    assert members.get("yī") is None


def test_disorder_is_seen() -> None:
    assert not SortedMembers(b'{\n"b": 1,\n"a": 2\n}', b'\n"').are_in_order()
    assert not SortedMembers(b'{"a": 1, "b": 2}', b'\n"').are_in_order()
    with pytest.raises(ValueError, match="not found"):
        SortedMembers(b"{}", b"\n")
