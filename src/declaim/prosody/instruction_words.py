"""The words by which people say how something is to be spoken, in English and Chinese.

A word ends in ``*`` where any ending may follow. Articles and possessives are left out: "raise your voice" is
looked up as ``raise voice``. The longest match counts, so that 高兴 is not 高, and 不耐烦 holds no "not".

How much each meaning does to the voice is our own choice, within what :mod:`declaim.prosody.expression` calls
natural, but for what is asked outright: a whisper, a shout.
"""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from declaim.prosody.prosody import NEUTRAL, Prosody

Field: TypeAlias = Literal["rate", "pitch", "pitch_range", "energy"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A way of speaking, as it is asked for plainly: neither a little nor very much of it."""

    words: str
    """Separated by commas."""
    prosody: Prosody = NEUTRAL
    emotion: Mapping[str, float] = field(default_factory=dict)
    """Weights."""
    is_unemotional: bool = False
    """Whether no emotion is asked for."""
    own: Field | None = None
    """What is to be the voice's own."""


def _feels(words: str, prosody: Prosody = NEUTRAL, **emotion: float) -> Meaning:
    return Meaning(words, prosody, emotion)


def _sounds(words: str, **prosody: float) -> Meaning:
    return Meaning(words, Prosody(**prosody))


MEANINGS: Final = (
    # Emotions. What they do to the voice is the table's in `expression`.
    _feels("happy, happily, happier, happiness, cheer*, joy*, glad*, delight*, upbeat, bright, brightly, sunny,"
           "positive, playful*, jolly, merry, merrily, light-hearted, lighthearted, fun, smil*, optimis*, proud*,"
           "高兴, 开心, 快乐, 愉快, 愉悦, 喜悦, 欣喜, 欢乐, 兴高采烈, 喜气洋洋, 乐观, 幸福, 骄傲, 自豪, 微笑, 笑着, 带笑, 俏皮,"
           "得意", happy=0.7),
    _feels("light and quick, 欢快, 轻快", Prosody(rate=1.1), happy=0.6),
    _feels("excite*, thrill*, ecstatic, exuberant*, passion*, 激动, 兴奋, 亢奋, 振奋", happy=0.7, surprised=0.2),
    _feels("enthusias*, 热情, 热烈, 激情, 慷慨激昂, 激昂", Prosody(energy=1.5, pitch_range=1.1), happy=0.6),
    _feels("warm*, friendl*, kind, kindly, welcoming, inviting, affable, sweet, sweetly, charming, approachable,"
           "温暖, 亲切, 友好, 友善, 和善, 热心, 甜美, 甜甜, 可爱, 亲和", happy=0.35, calm=0.25),
    _feels("angry, angrily, anger, angrier, furious*, fury, rage, enraged, mad, irate, outrage*, aggressive*, hostile,"
           "fierce*, scold*, 生气, 愤怒, 暴跳如雷, 火冒三丈, 怒不可遏, 恼怒, 恼火, 发火, 暴怒, 怒气, 怒吼, 愤慨, 气愤, 凶狠, 凶巴巴, 凶, 责备, 训斥, 斥责, 不满",
           angry=0.7),
    _feels("annoy*, irritat*, grump*, impatient*, cranky, frustrat*, resentful*, 不耐烦, 烦躁, 暴躁, 不高兴, 不爽, 抱怨, 埋怨",
           angry=0.45),
    _feels("menac*, threaten*, sinister, evil, villain*, 威胁, 阴险, 恶狠狠, 反派", Prosody(pitch=-1.5), angry=0.4),
    _feels("sad, sadly, sadder, sadness, sorrow*, grie*, mourn*, heartbroken, tearful*, cry, crying, weep*, sob*,"
           "depress*, despair*, desperate*, somber, sombre, gloomy, funeral, miserable, hopeless*, devastat*,"
           "悲伤, 伤心, 难过, 悲痛, 悲哀, 哀伤, 哀痛, 悲凉, 沉痛, 沮丧, 失落, 绝望, 哭, 哭腔, 哽咽, 委屈, 痛苦, 凄凉, 悲切, 悼词,"
           "葬礼, 心碎", sad=0.7),
    _feels("afraid, fear*, scared, scary, frighten*, terrif*, nervous*, anxious*, anxiety, panic*, worried, worry,"
           "timid*, trembling, shak*, tense, 害怕, 恐惧, 吓, 惊吓, 吓坏, 恐慌, 惊恐, 紧张, 焦虑, 担心, 担忧, 胆怯, 胆小, 颤抖, 发抖, 慌张, 惊慌,"
           "不安, 恐怖, 忐忑", afraid=0.7),
    _feels("disgust*, arrogan*, haughty, 傲慢, 高傲, revolted, repuls*, contempt*, disdain*, scorn*, 恶心, 厌恶, 嫌弃, 鄙视, 鄙夷, 轻蔑, 不屑, 反感, 讨厌",
           disgusted=0.7),
    _feels("sarcas*, mock*, cynical*, snark*, ironic*, 讽刺, 嘲讽, 嘲笑, 阴阳怪气, 挖苦", Prosody(pitch_range=1.15),
           disgusted=0.4),
    _feels("melanchol*, wistful*, nostalg*, longing, pensive*, bittersweet, yearning, lonely, rueful*, regretful*,"
           "忧伤, 忧郁, 惆怅, 伤感, 感伤, 怀念, 怀旧, 思念, 怅然, 忧愁, 落寞, 孤独, 寂寞, 遗憾", melancholic=0.7),
    _feels("surpris*, astonish*, amaze*, shock*, stunned, disbelief, can't believe, cannot believe, incredulous*,"
           "awe, wonder, 惊讶, 吃惊, 震惊, 惊奇, 诧异, 惊喜, 不敢相信, 难以置信, 意外, 惊叹", surprised=0.7),
    _feels("calm*, relax*, peaceful*, seren*, tranquil*, soothing*, sooth*, reassur*, composed, comfort*, mellow, zen,"
           "patient, patiently, compassion*, sympath*, empath*, understanding, laid-back, laid back, level-headed,"
           "平静, 冷静, 镇定, 沉着, 从容, 淡定, 安静, 安详, 宁静, 放松, 轻松, 舒缓, 安慰, 安抚, 治愈, 耐心, 体贴, 关切, 慈祥, 慈爱,"
           "平和, 沉稳, 稳重", calm=0.7),
    _feels("customer service, support agent, receptionist, 客服, 前台", happy=0.3, calm=0.35),
    Meaning("neutral, matter-of-fact, unemotional*, objective, 中性, 客观, 冷淡, 冷漠", is_unemotional=True),
    Meaning("emotionless, no emotion, no emotions, any emotion, without emotion, without any emotion, no feeling, deadpan,"
           "没有感情, 没感情, 无感情, 毫无感情, 不带感情, 不带任何感情, 不要感情, 没有情绪, 没有任何感情, 面无表情, 冷冰冰",
           Prosody(pitch_range=0.65), is_unemotional=True),
    # Rate.
    _sounds("fast, faster, fastest, quick*, rapid*, swift*, brisk*, hurr*, rush*, speed up, speedy, speedily, hasty,"
            "快, 快点, 快速, 急促, 赶快, 尽快, 迅速, 加快, 加速, 提速, 飞快, 着急, 赶时间, 利落, 连珠炮", rate=1.25),
    _sounds("slow*, unhurried*, leisure*, deliberate*, measured, take time, drawl*, draw out, drawn out, languid*,"
            "慢, 慢慢, 缓慢, 放慢, 缓缓, 减速, 慢速, 慢吞吞, 慢条斯理, 不慌不忙, 不紧不慢, 不急不慢, 不疾不徐, 不急不缓, 一字一句,"
            "一字一顿, 徐徐", rate=0.8),
    _sounds("urgent*, urgency, breathless*, frantic*, 急切, 急迫, 紧急, 十万火急", rate=1.2, energy=1.5),
    _sounds("auctioneer, rapper, rap, 机关枪", rate=1.4),
    # Level.
    _sounds("loud, louder, loudly, raise voice, speak up, project voice, booming, forceful*, powerful*, strong, strongly,"
            "大声, 大点声, 高声, 响亮, 洪亮, 有力, 铿锵, 提高嗓门, 大嗓门, 放声", energy=4.0),
    _sounds("quiet*, soft, softer, softly, hushed, lower voice, keep voice down, keep it down, under breath, murmur*,"
            "小声, 小点声, 低声, 轻声, 轻声细语, 细声细语, 轻轻, 压低声音, 压低嗓音, 轻柔, 柔和, 悄悄", energy=-4.0),
    _sounds("whisper*, asmr, telling secret, tell secret, secretive*, 耳语, 悄悄话, 悄声, 说悄悄话, 气声, 窃窃私语", energy=-9.0, pitch_range=0.7, rate=0.92),
    _sounds("shout*, yell*, scream*, bellow*, 尖叫, at the top of lungs, at top of lungs, 大喊, 大叫, 喊, 喊叫, 吼, 咆哮, 呐喊, 嘶吼,"
            "扯着嗓子", energy=6.0, pitch=1.5),
    _sounds("noisy, 吵, 吵闹", energy=4.0),
    # Pitch.
    _sounds("high-pitched, high pitched, squeak*, shrill*, falsetto, 尖细, 尖锐, 尖声, 尖, 高亢, 高音, 娃娃音, 夹子音, 细声",
            pitch=3.0),
    _sounds("deep*, low-pitched, low pitched, bass, baritone, gravel*, husky, resonant, 低沉, 浑厚, 低音, 低音炮, 深沉, 厚重, 粗犷,"
            "磁性, 沙哑, 粗声", pitch=-2.5),
    _sounds("child voice, like child, like kid, little kid, little girl, little boy, small child, childlike, childish, like toddler,"
            "小孩, 小朋友, 童声, 孩子气, 小女孩, 小男孩, 萌, 卡通", pitch=3.0, pitch_range=1.15),
    _sounds("old man, elderly man, grandfather, grandpa, 老人, 老爷爷, 老头, 老者, 老奶奶, 大叔", pitch=-1.0, rate=0.88),
    # Range.
    _sounds("expressive*, animated, dramatic*, drama, theatrical*, varied, lively, vivid*, melodic, sing-song, exaggerat*, emphatic*,"
            "抑扬顿挫, 有感情, 情绪饱满, 感情充沛, 富有感情, 声情并茂, 绘声绘色, 生动, 活泼, 夸张, 戏剧化, 戏剧性, 跌宕起伏, 表现力, 有起伏, 顿挫", pitch_range=1.35),
    _sounds("monoton*, flat, flatly, dull, robotic, robot, machine-like, like machine, wooden, dry, dryly, bland, less variation, less inflection,"
            "平淡, 平铺直叙, 单调, 呆板, 机械, 机器人, 平一点, 平稳, 干巴巴, 念经", pitch_range=0.6),
    _sounds("serious*, stern*, formal*, solemn*, grave, gravely, 严肃, 庄重, 庄严, 正式, 肃穆, 郑重, 一本正经", pitch_range=0.85),
    _sounds("bored, boring, 无聊, 厌倦, 没精打采, 无精打采", pitch_range=0.75, rate=0.9),
    # Vigour, and mixtures of the above.
    _sounds("energetic*, vigorous*, hype, hyped, hype up, hype it up, dynamic, high energy, high-energy, full of energy, full of life, vibrant*, perky, peppy,"
            "活力, 有活力, 充满活力, 精神饱满, 元气, 朝气, 有劲, 干劲", energy=3.0, rate=1.06, pitch_range=1.15),
    _sounds("low energy, tired*, exhausted, weary, wearily, sleepy, sleepily, weak, weakly, drowsy, letharg*, sick, ill,"
            "疲惫, 疲倦, 疲劳, 累, 有气无力, 无力, 虚弱, 困倦, 困, 慵懒, 懒洋洋, 睡眼惺忪", energy=-3.0, rate=0.85,
            pitch_range=0.85),
    _sounds("confident*, authorit*, commanding, assertive*, bold, boldly, firm, firmly, decisive*, determined, intense, intensely,"
            "intensity, 自信, 坚定, 权威, 果断, 有气势, 霸气, 威严, 命令, 强硬", energy=2.0),
    _feels("gentle, gently, tender*, delicate*, loving*, caring, 温柔, 柔声, 柔情, 轻柔地, 温和, 温婉", Prosody(energy=-2.5), calm=0.5),
    _feels("bedtime, lullaby, to sleep, 哄孩子, 哄睡, 睡前, 摇篮曲, 哄", Prosody(rate=0.85, energy=-3.0), calm=0.5),
    _feels("meditat*, hypnotic*, yoga, mindful*, 冥想, 瑜伽, 催眠", Prosody(rate=0.8, energy=-2.0), calm=0.7),
    _feels("grandmother, grandma, 老太太, 奶奶, 外婆", Prosody(rate=0.9), calm=0.3),
    _sounds("sensual*, seductive*, sultry, flirt*, mysterious*, 性感, 妩媚, 神秘, 撩人, 暧昧", pitch=-1.0, rate=0.9, energy=-2.0),
    _sounds("news anchor, newscaster, newsreader, news reader, news presenter, news broadcaster, broadcaster, reporter,"
            "新闻, 播音员, 播音腔, 主播, 主持人, 新闻联播, 播报", rate=1.06, energy=1.5),
    _feels("sports commentator, commentator, announcer, sportscaster, play-by-play, 解说员, 体育解说, 足球解说",
           Prosody(rate=1.15, energy=3.0, pitch_range=1.3), happy=0.4),
    _sounds("storytell*, telling story, narrator, audiobook, fairy tale, 讲故事, 说书, 评书, 有声书, 童话", rate=0.93, pitch_range=1.15),
    _sounds("娓娓道来", rate=0.88),
    _sounds("movie trailer, film trailer, 电影预告", pitch=-2.0, energy=2.0, pitch_range=1.2),
    _sounds("drill sergeant, military, 军人, 教官", energy=4.0, rate=1.1),
)  # fmt: skip

ATTRIBUTES: Final[Mapping[Field, str]] = {
    "rate": "speed, pace, pacing, tempo, rate, 语速, 速度, 节奏, 速率",
    "pitch": "pitch, voice, 音调, 音高, 声调, 语调, 调子, 嗓音, 声线, 音色",
    "energy": "volume, loudness, energy, 音量, 声音, 声, 嗓门, 力度",
    "pitch_range": "intonation, inflection, expression, expressiveness, variation, 起伏, 变化",
}
"""What a direction is said of."""

DIRECTIONS: Final[Mapping[int, str]] = {
    1: "high, higher, raise*, increas*, up, boost*, large, larger, wide, wider, add, 高, 大, 强, 提高, 升高, 加大, 增大, 增强, 增加, 提升, 调高, 调大, 丰富",
    -1: "low, lower, lowered, reduc*, decreas*, down, drop, small, smaller, narrow, narrower, 低, 小, 弱, 降低, 减小, 减弱, 减少, 压低, 调低, 调小, 少",
    0: "normal*, moderate*, medium, natural, average, regular, standard, conversational, 正常, 适中, 中等, 自然, 一般, 平常, 标准, 普通",
}  # fmt: skip
"""By themselves these say nothing."""

STEPS: Final[Mapping[Field, tuple[Prosody, Prosody]]] = {
    "rate": (Prosody(rate=0.8), Prosody(rate=1.25)),
    "pitch": (Prosody(pitch=-2.5), Prosody(pitch=2.5)),
    "energy": (Prosody(energy=-4.0), Prosody(energy=4.0)),
    "pitch_range": (Prosody(pitch_range=0.7), Prosody(pitch_range=1.35)),
}
"""A step down, and a step up."""

DEGREES: Final[Mapping[float, str]] = {
    2.2: "as possible, extremely, incredibly, insanely, 极其, 极度, 尽可能, 尽量, 最大限度, 超级, 无比, 最",
    1.6: "very, really, super, so, much, highly, truly, deeply, especially, lot, 非常, 很, 特别, 十分, 相当, 超, 极, 更加, 格外, 好, 得多, 许多",
    0.8: "fairly, quite, rather, pretty, 比较, 较, 更",
    0.5: "little, bit, slightly, somewhat, mildly, kind of, sort of, touch, tad, subtl*, hint of, almost, slight, 稍微, 稍稍, 稍, 略, 略微, 略带, 有点, 有一点, 有些, 一点, 一点点, 一些, 些, 点儿, 微微, 轻微, 几分, 一丝",
    -0.5: "less, 少些, 少一点",
    -0.7: "too, overly, 太, 过于, 过分",
}  # fmt: skip
"""How strongly a meaning is asked for. What there is too much of, or should be less of, is turned round."""

FOLLOWING_DEGREES: Final = frozenset({"一点", "一点点", "一些", "些", "点儿", "得多", "许多", "as possible"})
"""Those that follow what they say the degree of."""

NEGATED: Final = -0.5
"""The degree of what is not wanted: "not fast" is somewhat slow."""

NEGATIONS: Final = (
    "not, don't, do not, dont, doesn't, shouldn't, isn't, never, without, avoid*, no, neither, nor, rather than,"
    "instead of, stop, 不要, 别, 不用, 不能, 不可, 不必, 不太, 不是, 不, 没有, 没, 无需, 勿, 莫, 避免, 切勿, 不宜"
)
NO_NEGATIONS: Final = "not only, not just, not afraid to, no matter, 不仅, 不但, 不只, 不够, 不错, 不同, 不断, 不由得, 忍不住, 别人"
"""They only look like one."""

STOPS: Final = "but, yet, however, although, 但是, 但, 而是, 不过, 只是"
"""With punctuation, the ends of what a negation speaks of."""
JOINTS: Final = "and, or, then, with, 和, 并, 而且, 并且, 又, 以及"
"""No degree reaches across one."""
