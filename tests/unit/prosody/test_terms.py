from declaim.prosody.reading import Reading, reading_of
from declaim.prosody.terms import Discourse, Term
from declaim.text.sentence import Clause, Language, Sentence, Word


def said(text: str, language: Language = "en") -> Reading:
    """Clauses parted by commas, words by spaces."""
    clauses = []
    for clause in text.split(","):
        words = tuple(Word((i, i + 1), word, "a", language) for i, word in enumerate(clause.split()))
        clauses.append(Clause(words, (0, 1), ","))
    return reading_of(Sentence(tuple(clauses)))


def given(terms: list[Term]) -> list[str]:
    return [term.text for term in terms if term.is_given]


def content(terms: list[Term]) -> list[str]:
    return [term.text for term in terms if term.is_content]


def test_grammar_has_no_meaning_of_its_own() -> None:
    assert content(Discourse().read(said("She's put the Red hat on and it doesn't fit her"))) == [
        "red",
        "hat",
        "fit",
    ]
    assert content(Discourse().read(said("他 昨天 已经 把 书 还了", "zh"))) == ["昨天", "书"]


def test_a_chinese_word_is_as_many_terms_as_a_dictionary_has() -> None:
    terms = Discourse().read(said("是 你 没接, 车是 租 的", "zh"))
    assert [(term.text, term.word, term.clause) for term in terms] == [
        ("是", 0, 0),
        ("你", 1, 0),
        ("没", 2, 0),
        ("接", 2, 0),
        ("车", 3, 1),
        ("是", 3, 1),
        ("租", 4, 1),
        ("的", 5, 1),
    ]


def test_what_was_said_before_is_given() -> None:
    discourse = Discourse()
    assert given(discourse.read(said("We saw two parrots fly"))) == []
    assert given(discourse.read(said("The Parrot's wings were flying by, a parrot"))) == [
        "parrot's",
        "flying",
        "parrot",
    ]


def test_in_chinese_a_part_is_given_with_the_whole_and_the_other_way_round() -> None:
    discourse = Discourse()
    discourse.read(said("村子 后面 有 一个 湖", "zh"))
    assert given(discourse.read(said("湖面 会 结冰", "zh"))) == ["湖面"]
    assert given(discourse.read(said("村", "zh"))) == ["村"]


def test_grammar_is_never_given() -> None:
    discourse = Discourse()
    discourse.read(said("It is the one"))
    assert given(discourse.read(said("It is the one"))) == []


def test_after_three_sentences_a_word_is_new_again() -> None:
    discourse = Discourse()
    discourse.read(said("Parrots sing"))
    for _ in range(2):
        discourse.read(said("Nothing happened"))
    assert given(discourse.read(said("parrots"))) == ["parrots"]
    fresh = Discourse()
    for text in ("Parrots sing", *["Nothing happened"] * 3):
        fresh.read(said(text))
    assert given(fresh.read(said("parrots"))) == []


def test_languages_are_mixed() -> None:
    words = tuple(
        Word((i, i + 1), text, "a", "en" if text.isascii() else "zh")
        for i, text in enumerate(["我", "用", "Python", "写", "程序"])
    )
    terms = Discourse().read(reading_of(Sentence((Clause(words, (0, 5), "."),))))
    assert [(term.text, bool(term.tag)) for term in terms] == [
        ("我", True),
        ("用", True),
        ("python", False),
        ("写", True),
        ("程序", True),
    ]


def test_nothing_is_nothing() -> None:
    assert Discourse().read(Reading("", ())) == []
