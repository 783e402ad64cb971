"""A small book in Chinese and English, different in every sentence."""

from __future__ import annotations

from pathlib import Path

_CHAPTERS = 3
_ZH = "第{0}天的早上，{1}走了{2}步，看见了{3}只鸟。“今天真好！”他说。"
_EN = "On day {0}, {1} walked {2} steps and saw {3} birds. “What a day!” he said."
_WHO = ("老王", "小李", "阿明", "张三")
_NAMES = ("Anna", "Tom", "Mr. Reed", "Mary")


def written(path: Path, lines: int = 2) -> Path:
    """Write it, with so many lines in each language a chapter."""
    rows: list[str] = []
    for chapter in range(1, _CHAPTERS + 1):
        rows.append(f"第{chapter}章 路上\n")
        for line in range(lines):
            number = chapter * 10 + line
            rows.append(_ZH.format(number, _WHO[line % 4], number * 7, number % 9 + 2) + "\n")
            rows.append(_EN.format(number, _NAMES[line % 4], number * 7, number % 9 + 2) + "\n")
    path.write_text("\n".join(rows), encoding="utf-8")
    return path
