"""What is read aloud against the clock: (name, voice, text)."""

TEXTS = (
    ("zh, 10 characters", "zf_xiaoxiao", "今天的天气真的很好。"),
    ("zh, 30 characters", "zf_xiaoxiao", "吃过晚饭以后，我们沿着河边慢慢走，一直走到月亮升起来才回家。"),
    (
        "en, one sentence",
        "af_heart",
        "The library opens at nine, and the first bus from the station gets there at ten.",
    ),
    (
        "zh, a paragraph",
        "zf_xiaoxiao",
        (
            "春天来了，山坡上的桃花都开了。孩子们放学以后，常常跑到那里去玩，一直玩到太阳落山才肯回家。"
            "村里的老人坐在树下，一边喝茶，一边聊着过去的事情。风吹过来，花瓣落在他们的肩上，谁也不急着把它拂去。"
        ),
    ),
)
