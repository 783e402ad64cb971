import pytest

from bench.quality.metrics import count_errors, count_syllable_errors
from bench.quality.normalise import language_of, tokens


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        ("会议定在二零二四年三月十五日举行。", "会议定在2024年3月15日举行"),
        ("今年的产量比去年提高了百分之二十三点五。", "今年的产量比去年提高了23.5%。"),
        ("这款电脑很贵。", "這款電腦很貴"),
        ("请拨打四零零八二零五五五五。", "請撥打4008205555"),
        ("我住在幺零二号。", "我住在一零二号"),
        ("十四点三十分出发", "14:30出发"),
        ("十四点半出发", "14:30出发"),
        ("他说：“好。”", "嗯，他说好!"),
    ],
)
def test_chinese_is_compared_as_it_is_spoken(asked: str, heard: str) -> None:
    assert tokens(asked, "zh") == tokens(heard, "zh")


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        ("Only twelve point five percent voted.", "only 12.5% voted"),
        ("The library holds forty eight thousand books.", "The library holds 48,000 books"),
        ("He was born in nineteen eighty seven.", "He was born in 1987"),
        ("Doctor Wilson", "Dr. Wilson"),
        ("The U.S. team", "the US team"),
        ("Save it on a USB stick", "save it on a U S B stick"),
        ("I don’t know", "Um, I don't know"),
    ],
)
def test_english_is_compared_as_it_is_spoken(asked: str, heard: str) -> None:
    assert tokens(asked, "en") == tokens(heard, "en")


def test_mixed_tokens_are_characters_and_words() -> None:
    assert tokens("我们去 Central Park 散步吧！", "zh") == [
        "我",
        "们",
        "去",
        "central",
        "park",
        "散",
        "步",
        "吧",
    ]


def test_full_width_letters_are_letters() -> None:
    assert tokens("用ＡＰＰ打开", "zh") == ["用", "app", "打", "开"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("打开 Bluetooth，然后连接", "zh"),
        ("The word 朋友 means friend.", "en"),
        ("hello", "en"),
        ("你好", "zh"),
    ],
)
def test_numbers_take_the_language_of_most_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("The cat sat", 0),
        ("the cat sad", 1),
        ("the cat", 1),
        ("the big cat sat", 1),
        ("", 3),
    ],
)
def test_insertions_deletions_and_substitutions_count_one_each(heard: str, errors: int) -> None:
    count = count_errors(["The cat sat."], heard, "en")
    assert (count.errors, count.length) == (errors, 3)


def test_the_reference_that_fits_best_counts() -> None:
    references = ["Room 407", "Room four oh seven", "Room four hundred and seven"]
    count = count_errors(references, "room four oh seven", "en")
    assert (count.errors, count.length) == (0, 4)
    assert count_errors(references, "room four nine seven", "en").errors == 1


def test_a_homophone_is_a_character_error_but_no_syllable_error() -> None:
    assert count_errors(["他姓张"], "她姓章", "zh").errors == 2
    assert count_syllable_errors(["他姓张"], "她姓章", "zh").errors == 0


def test_a_wrong_tone_is_a_syllable_error() -> None:
    assert count_syllable_errors(["我要买书"], "我要卖书", "zh").errors == 1


def test_syllables_keep_english_words() -> None:
    count = count_syllable_errors(["我用 Python 写书"], "我用 Titan 写书", "zh")
    assert (count.errors, count.length) == (1, 5)


def test_what_cannot_be_written_out_is_counted_as_it_was_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object, text: str) -> str:
        raise AssertionError(text)

    monkeypatch.setattr("wetext.Normalizer.normalize", fails)
    assert tokens("诶，OK", "zh") == ["诶", "ok"]
