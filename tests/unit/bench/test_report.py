from bench.quality.report import report
from bench.quality.results import Result


def result(engine: str, number: int, errors: int = 0, p808: float = 4.0) -> Result:
    return Result(
        engine=engine,
        set_name="en",
        voice="af_heart",
        id=f"en-{number}",
        kind="short",
        text="a b",
        heard="a b",
        errors=errors,
        tokens=2,
        syllable_errors=errors,
        syllables=2,
        p808=p808,
        overall=3.0,
        audio_seconds=1.0,
        synthesis_seconds=0.5,
    )


def difference(text: str) -> list[str]:
    return text.splitlines()[-1].strip("| ").split(" | ")


def test_engines_are_compared_on_the_sentences_that_both_have() -> None:
    mine = [result("declaim", number, p808=4.5) for number in (1, 2, 3)]
    its = [result("peer", number, errors=1) for number in (3, 2, 4)]
    row = difference(report([*mine, *its], baseline="peer"))
    assert row[:4] == ["en", "af_heart", "declaim", "2"]
    assert row[4].startswith("-50.0 [")
    assert row[6].startswith("+0.50 [")


def test_without_the_baseline_there_is_no_table_of_differences() -> None:
    assert "Difference" not in report([result("declaim", 1)], baseline="peer")
    assert "Difference" not in report([result("declaim", 1), result("peer", 2)], baseline="peer")
