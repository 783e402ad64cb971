"""What is read aloud against the clock.

A text named ``zh-100`` has a hundred characters, give or take a tenth; a paragraph has ten sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

VOICES = {"zh": "zf_xiaoxiao", "en": "af_heart"}
"""Of Kokoro's, one that speaks the language well."""

_ZH = (
    "春天来了，山坡上的桃花都开了。孩子们放学以后，常常跑到那里去玩，一直玩到太阳落山才肯回家。"
    "村里的老人坐在树下，一边喝茶，一边聊着过去的事情。风吹过来，花瓣落在他们的肩上，谁也不急着把它拂去。"
)
_ZH_LONGER = (
    "有一年，一位年轻的画家来到这个村子，想在这里住上几天。他每天清晨背着画板上山，傍晚才慢慢走回来。"
    "老人们问他画了些什么，他总是笑着说，还没有画好。后来大家才知道，他画的是同一棵树，只是每天的光都不一样。"
    "夏天过去了，画家还没有走。他帮着村民修好了河上的小桥，又教孩子们用树枝在沙地上画画。"
    "到了秋天，山上的叶子红了，他终于拿出了那幅画。画里没有花，也没有人，只有一棵安静的老树，和树后面一片很亮的天空。"
    "老人们看了很久，谁都没有说话。最后，最年长的那一位点了点头，轻轻地说：就是这个样子，我小时候见过。"
    "第二年春天，桃花又开了，画家却没有再来。那幅画一直挂在村里的小学校里。每当有客人问起，"
    "孩子们就会争着告诉他，那一年的夏天特别长，河上的小桥是怎么修好的，还有那棵树，现在还站在山坡上，等着看花的人。"
    "晚上，月亮从山后面升起来，照着安静的村子，也照着那扇小小的窗户。"
)
_EN = "The library opens at nine, and the first bus from the station gets there a little after ten o'clock."
_EN_LONGER = (
    " Most people who come early bring their own coffee and wait on the steps, talking about the weather. "
    "Inside it is always quiet and a bit too warm. An old man reads the newspapers near the window, page by "
    "page, and folds each of them exactly as he found it. Nobody has ever seen him borrow a book. When the "
    "children come in after school, he looks up once, smiles, and goes on reading until the lamps are lit."
)


@dataclass(frozen=True, slots=True)
class Text:
    """Something to read."""

    name: str
    language: str
    text: str

    @property
    def voice(self) -> str:
        """Who reads it, of Kokoro's voices."""
        return VOICES[self.language]

    @property
    def is_short(self) -> bool:
        """Whether it is spoken in seconds, so that many runs of it cost little."""
        return len(self.text) <= _SHORT


_SHORT = 40

TEXTS = (
    Text("zh-10", "zh", "今天的天气真的很好。"),
    Text("zh-30", "zh", "吃过晚饭以后，我们沿着河边慢慢走，一直走到月亮升起来才回家。"),
    Text("zh-100", "zh", _ZH),
    Text("zh-500", "zh", _ZH + _ZH_LONGER),
    Text(
        "zh-paragraph",
        "zh",
        "早上下了一场小雨。路上的人不多，公园里很安静。我在湖边坐了一会儿。有两只鸭子慢慢游过来。"
        "它们好像在等谁喂它们。我的包里正好有一块面包。我掰了一点扔进水里。它们马上游得更近了。"
        "不一会儿太阳也出来了。这真是一个很好的早晨。",
    ),
    Text("en-10", "en", "Good day."),
    Text("en-30", "en", "The bus was late again today."),
    Text("en-100", "en", _EN),
    Text("en-500", "en", _EN + _EN_LONGER),
    Text(
        "en-paragraph",
        "en",
        "It rained a little this morning. The park was almost empty. I sat down by the lake for a while. "
        "Two ducks came slowly across the water. They seemed to be waiting for somebody. I had a piece of "
        "bread in my bag. I threw them a few crumbs. They came closer at once. Then the sun came out too. "
        "It was a good way to start the day.",
    ),
)
