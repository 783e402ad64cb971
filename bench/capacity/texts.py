"""Sentences of six to thirty words, or of eight to fifty characters: what is read aloud usually."""

_EN = (
    "The train will be about ten minutes late.",
    "Would you like to hear the rest of the message now?",
    "Turn left at the second traffic light, and keep going until you see the river.",
    "She put the letter back into its envelope, and for a long time neither of them said a word.",
    "Tomorrow will be mostly dry with a little sun in the morning, and a fresh wind from the west.",
    "When the old bridge was built, nobody believed that it would outlast the mill, and most families.",
)
_ZH = (
    "火车大约晚点十分钟。",
    "请问您现在要听剩下的留言吗？",
    "在第二个红绿灯左转，然后一直往前走，直到看见那条河。",
    "她把信放回信封里，很长一段时间，两个人谁都没有说话。",
    "明天大部分地区天气晴好，早晨有一点薄雾，西风三到四级。",
    "这座老桥刚修好的时候，山谷里没有人相信，它会比磨坊、客栈和当年出钱的大多数人家都留得更久。",
)
TEXTS = (*(("af_heart", text) for text in _EN), *(("zf_xiaoxiao", text) for text in _ZH))
"""With the voices that say them."""
