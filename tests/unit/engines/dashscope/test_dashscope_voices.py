import pytest

from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.dashscope.voices import CloudVoice, CloudVoices, is_han
from declaim.engines.voices import VOICES
from declaim.errors import ConfigError, UnknownVoiceError


def voices(price: float | None = None, **chosen: str) -> CloudVoices:
    return CloudVoices(DashScopeConfig(voices=chosen, price=price))


def test_every_voice_has_somebody_of_its_gender_who_speaks_both_languages() -> None:
    found = {(name[1], voices().of(name)) for name in VOICES}
    assert found == {("f", CloudVoice("sambert-zhijia-v1")), ("m", CloudVoice("sambert-zhixiang-v1"))}
    assert all(voice.speaks_chinese and voice.sample_rate == 48_000 for _, voice in found)


def test_the_closest_name_decides() -> None:
    chosen = voices(f="sambert-zhiru-v1", zf="sambert-zhiqi-v1", zf_xiaobei="cosyvoice-v3-flash/longanhuan")
    assert chosen.of("af_heart").model == "sambert-zhiru-v1"
    assert chosen.of("zf_xiaoxiao").model == "sambert-zhiqi-v1"
    assert chosen.of("zf_xiaobei") == CloudVoice("cosyvoice-v3-flash", "longanhuan")
    assert chosen.of("zf_xiaobei*0.4+zm_yunxi*0.6").model == "sambert-zhixiang-v1"


def test_no_such_voice() -> None:
    with pytest.raises(UnknownVoiceError):
        voices().of("zf_nobody")


@pytest.mark.parametrize(
    "written", ["", "sambert-zhiru-v1/longanyang", "cosyvoice-v3-flash", "/longanyang", "cosyvoice-v3-flash/"]
)
def test_what_is_no_voice_of_theirs(written: str) -> None:
    with pytest.raises(ConfigError, match="no voice of DashScope"):
        voices(f=written)


def test_what_is_no_voice_of_ours() -> None:
    with pytest.raises(ConfigError, match="'zx'"):
        voices(zx="sambert-zhiru-v1")


@pytest.mark.parametrize(
    ("model", "rate"),
    [("sambert-zhichu-v1", 48_000), ("sambert-zhishuo-v1", 16_000), ("cosyvoice-v3-plus", 24_000)],
)
def test_the_rate_that_a_voice_has(model: str, rate: int) -> None:
    assert CloudVoice(model).sample_rate == rate


@pytest.mark.parametrize(
    ("model", "text", "counted"),
    [
        ("sambert-zhijia-v1", "床前明月光，", 6),
        ("cosyvoice-v3-flash", "你好", 4),
        ("cosyvoice-v3-flash", "中A文123", 8),
        ("cosyvoice-v3-flash", "中文。", 5),
        ("cosyvoice-v3-flash", "中 文。", 6),
    ],
)
def test_characters_are_counted_as_in_the_documentation(model: str, text: str, counted: int) -> None:
    assert CloudVoice(model).characters(text) == counted


def test_what_a_text_costs() -> None:
    sambert, cosyvoice = CloudVoice("sambert-zhiru-v1"), CloudVoice("cosyvoice-v3-plus", "longanyang")
    listed, ours = DashScopeConfig(), DashScopeConfig(price=7.0)
    assert sambert.cost("你好。", listed) == pytest.approx(3 * 1.0 / 10_000)
    assert cosyvoice.cost("你好。", listed) == pytest.approx(5 * 2.0 / 10_000)
    assert sambert.cost("你好。", ours) == pytest.approx(3 * 7.0 / 10_000)


def test_a_model_without_a_list_price_needs_one() -> None:
    with pytest.raises(ConfigError, match="price"):
        voices(f="another-model/somebody")
    settings = DashScopeConfig(price=1.5)
    assert CloudVoice("another-model", "somebody").cost("hi", settings) == pytest.approx(0.0003)


def test_ideographs() -> None:
    assert all(map(is_han, "中㐀𠀀豈"))
    assert not any(map(is_han, "aあ가，1é"))
