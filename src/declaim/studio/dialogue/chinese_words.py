"""Words by which Chinese books say who speaks, and of what gender somebody is."""

from __future__ import annotations

# ruff: noqa: SIM905 - as lists of strings these would be three times as long

SPEECH_VERBS = """
    说道 说着 说 道 问道 问 答道 回答 答应 答 喊道 喊 叫道 大叫 叫 嚷道 嚷 骂道 骂 叹道 叹 笑道
    笑着说 吩咐 命令 嘱咐 告诉 劝道 劝 催 央求 请求 恳求 哀求 自语 自言自语 嘟囔 嘀咕 咕哝 吼道
    吼 喝道 吆喝 呵斥 斥道 接口 插嘴 接着说 补充 解释 反驳 应道 应声 应 回道 回报 回骂 报道 开口
    低语 耳语 念道 念 唱道 唱 喃喃 附和 提议 宣布 抗议 承认 保证 警告 提醒 安慰 招呼 求饶 争辩
    分辩 辩道 质问 追问 反问 讥笑 嘲笑 惊呼 呼道 尖叫 怒道 奇道 忙道 便道 云 曰 說道 說 問道 問
    嘆道 笑罵 高呼 欢呼 叫喊 诉说 讲 想道 想 暗想 心想 寻思 思忖 沉吟 估量
    """.split()
THOUGHT_VERBS = frozenset({"想", "想道", "暗想", "心想", "寻思", "思忖", "估量"})
WEAK_VERBS = frozenset(
    """
    答应 应 叫 骂 叹 吩咐 命令 告诉 劝 催 开口 念 唱 招呼 讥笑 嘲笑 云 讲 想 估量
    """.split()
)
"""Verbs that introduce a quote only where a colon, a comma or the quote itself follows."""
HE = frozenset({"他", "祂"})
SHE = frozenset({"她", "伊"})
THEY = frozenset({"他们", "她们", "它们", "大家", "众人", "我们", "咱们", "人们", "两人", "二人"})
FIRST = frozenset({"我", "咱", "俺"})
OTHER = frozenset(
    """
    它 人 谁 你 您 你们 自己 有人 别人 这 那 什么 此 其
    """.split()
)
LEADING = """
    于是 这时候 这时 那时候 那时 此时 忽然 忽而 突然 但是 但 却 可是 不过 然而 只见 接着 随后
    然后 后来 原来 果然 所以 因此 当下 一会 一会儿 过了一会 终于 而且 并且 仿佛 照例 便 就 又 也
    才 还 只 只是 而 同时 最后 不料 谁知 谁料 于是乎 有一天 有一回 有时 偶然 偶尔 其时 幸而 当 每
    等 待 单是 连 恰好
    """.split()
"""What may stand before a clause's subject."""
ADVERBS = frozenset(
    """
    着 回 叹 笑 自 接 口 插嘴 嘴 和 怒 忙 便 心 自己 于 忽 忽然 突然 却 只 见 来 因 一 了 终于 并
    仿佛 就 又 也 才 还 都 正 再 更 很 先 已 已经 一面 一边 一同 一齐 赶紧 连忙 急 急忙 慌忙 赶忙
    轻轻 慢慢 低声 大声 轻声 高声 齐声 小声 厉声 冷笑 大笑 微笑 苦笑 哭 大怒 喜 冷冷 淡淡 立刻
    立即 马上 不由 不禁 忍不住 仍 仍然 似乎 好像 大约 只得 只好 渐渐 反而 竟 从 向 对 与 跟 给 被
    把 将 在 到 去 走 站 坐 看 听 点头 头 摇头 起来 上来 嘴里 心里 一头 呆 愤愤 恨恨 讷讷 悄悄 亦
    方 乃 遂 故 眼 眼睛 眼光 脸 脸上 嘴唇 手 脚 心中 声音 身 身子 话 吃惊 诧异 惊讶
    """.split()
)
"""What ends a subject."""
FEMALE_SIGNS = """
    娘 嫂 妈 婆 奶 姐 妹 姑 婶 姨 太太 女 媳 妃 夫人 小姐 大姐 丫 妇 女士 母 伊 媪 妻 嬷 尼 后 妞
    婢 老师太
    """.split()
MALE_SIGNS = """
    爷 伯 叔 哥 弟 翁 公 先生 父 爹 爸 汉 兄 舅 僧 和尚 少爷 老爷 秀才 举人 掌柜 男 儿子 胡子
    老头 王爷 皇上 大海 驼背 船长 员外 大王 师父 将军 相公 地保
    """.split()
CHILD_SIGNS = """
    孩 小儿 童 娃 小栓 小弟 小妹 丫头 小尼姑
    """.split()
OLD_SIGNS = """
    老头 老太 老婆 老汉 老爷爷 婆婆 奶奶 爷爷 老人 公公 老妇 太爷 老尼
    """.split()
FEMALE_LETTERS = frozenset(
    "秀娟婷娜芳莉丽雅琴玲慧静淑芬艳玉莲翠香兰英梅桂霞凤黛钗嫣媛妍婉姗姝晴雯袭莺燕蓉薇倩怡悦菲琳瑶"
)
MALE_LETTERS = frozenset("海军栓强伟刚勇杰涛斌鹏辉磊超雄龙虎彪武豪峰波壮柱福贵财发")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑罗梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康乔葛"
)
"""The hundred and some that nine in ten Chinese have."""
NEVER_IN_NAMES = frozenset(
    "得说道着问叹笑低忙便想有是忽却不只了并就又也才还都正再很已从向对被把将在走站坐看听点摇亦乃的没则曾拿抬"
)
"""Characters that stand behind names, not in them."""
