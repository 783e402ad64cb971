"""What is written beside the audio: transcripts, chapters, the entry for feeds."""

import datetime as dt
import html.parser
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from podcast_tones import MakeTake

from declaim.studio.podcast.chapters import chapters_json, chapters_of
from declaim.studio.podcast.feed import Published, feed_xml, guid_of
from declaim.studio.podcast.listening import listen
from declaim.studio.podcast.script import Script
from declaim.studio.podcast.script_reader import read_script
from declaim.studio.podcast.show import Show
from declaim.studio.podcast.timeline import MusicLengths, Timeline, lay_out
from declaim.studio.podcast.transcript import FORMATS, Line, Transcript, transcript_of
from declaim.timings import WordTiming

EVIL = 'Tom & "Jerry" <b>bold</b> <script>alert(1)</script> --> ]]> *stars* [link](x) # no'
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
PUBLISHED = Published(Path("an episode.mp3"), 1234, 61.6, "zh")


def show(**fields: Any) -> Show:
    return Show.model_validate({"title": "T", "script": "-", **fields})


@pytest.fixture
def laid(make_take: MakeTake) -> tuple[Script, Timeline]:
    script = read_script(f"# One <1>\nA: {EVIL}\n\nB: 你好。第二句。\n# Two\nA: Bye.")
    takes = [
        make_take(0, 0, "A", text=EVIL),
        make_take(0, 1, "B", text="你好。"),
        make_take(0, 1, "B", text="第二句。"),
        make_take(1, 0, "A", text="Bye."),
    ]
    return script, lay_out(show(), script, takes, listen(takes), MusicLengths())


@pytest.fixture
def transcript(laid: tuple[Script, Timeline]) -> Transcript:
    return transcript_of(show(title="T <i>"), *laid, "en")


def test_voice_spans_escape_what_is_said(transcript: Transcript) -> None:
    vtt = FORMATS[".vtt"](transcript)
    assert vtt.startswith("WEBVTT\n\n00:00:0")
    cues = vtt.split("\n\n")[1:-1]
    assert len(cues) == 4
    assert all(cue.count("-->") == 1 and cue.count("<") == 1 for cue in cues)
    assert "\n<v A>Tom &amp; " in cues[0]
    assert cues[1].endswith("\n<v B>你好。")


def test_voice_names_are_escaped(make_take: MakeTake) -> None:
    script = read_script("A&B: Hi.\nC: Ho.")
    takes = [make_take(0, 0, "A&B")]
    made = transcript_of(show(), script, lay_out(show(), script, takes, listen(takes), MusicLengths()), "en")
    assert "<v A&amp;B>" in FORMATS[".vtt"](made)
    assert "<cite>A&amp;B:</cite>" in FORMATS[".html"](made)


def test_subtitles_name_who_begins_to_speak(transcript: Transcript) -> None:
    cues = FORMATS[".srt"](transcript).strip().split("\n\n")
    assert [cue.split("\n")[0] for cue in cues] == ["1", "2", "3", "4"]
    assert cues[1].endswith("B: 你好。")
    assert cues[2].endswith("\n第二句。")
    assert "<" not in cues[0]
    assert re.search(r"00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}", cues[0])


def test_json_of_podcasting_2(transcript: Transcript) -> None:
    read = json.loads(FORMATS[".transcript.json"](transcript))
    assert read["version"] == "1.0.0"
    assert read["segments"][0]["body"] == EVIL
    assert [each["speaker"] for each in read["segments"]] == ["A", "B", "B", "A"]
    assert all(each["startTime"] < each["endTime"] for each in read["segments"])


def test_pages_hold_text_only(transcript: Transcript) -> None:
    class Tags(html.parser.HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []
            self.said = ""

        def handle_starttag(self, tag: str, _attrs: Any) -> None:
            self.seen.append(tag)

        def handle_data(self, data: str) -> None:
            self.said += data

    tags = Tags()
    tags.feed(FORMATS[".html"](transcript))
    assert set(tags.seen) == {"html", "head", "meta", "title", "body", "h1", "h2", "cite", "time", "p"}
    assert EVIL in tags.said
    assert "One <1>" in tags.said


def test_markdown_holds_text_only(transcript: Transcript) -> None:
    from markdown_it import MarkdownIt

    rendered = MarkdownIt().render(FORMATS[".md"](transcript))
    assert set(re.findall(r"<(\w+)", rendered)) == {"h1", "h2", "p", "strong"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rendered
    assert "*stars* [link](x) # no" in rendered


def test_plain_text(transcript: Transcript) -> None:
    lines = FORMATS[".txt"](transcript).split("\n\n")
    assert lines[:2] == ["T <i>", "One <1>"]
    assert lines[2].endswith(f"A: {EVIL}")
    assert lines[3].endswith("B: 你好。第二句。")


def test_words_are_moved_to_the_episode_and_cut_into_cues(make_take: MakeTake) -> None:
    from dataclasses import replace

    text = "One two. " + "many words " * 30
    script = read_script(f"A: {text}\n\nB: Hi.\nB: Ho.")
    spans = [match.span() for match in re.finditer(r"\w+", text)]
    words = [WordTiming(text[a:b], (a, b), 0.1 + 0.3 * n, 0.35 + 0.3 * n) for n, (a, b) in enumerate(spans)]
    take = replace(make_take(0, 0, "A", 19.0, text=text), words=tuple(words))
    timeline = lay_out(show(), script, [take], listen([take]), MusicLengths())
    lines = transcript_of(show(), script, timeline, "en").lines
    assert lines[0].text == "One two."
    assert lines[0].start == pytest.approx(timeline.turns[0].takes[0].start + 0.1)
    assert len(lines) > 4
    assert " ".join(line.text.replace("\n", " ") for line in lines) == text.strip()
    assert all(line.end - line.start <= 7.0 for line in lines)


def test_chapters_are_the_whole_episode(laid: tuple[Script, Timeline]) -> None:
    script, timeline = laid
    chapters = chapters_of(show(), script, timeline)
    assert [chapter.title for chapter in chapters] == ["One <1>", "Two"]
    assert chapters[0].start == 0
    assert chapters[0].end == chapters[1].start
    assert chapters[1].end == timeline.seconds
    read = json.loads(chapters_json(show(podcast="P"), chapters, "e.mp3"))
    assert (read["version"], read["podcastName"], read["fileName"]) == ("1.2.0", "P", "e.mp3")
    assert [set(each) for each in read["chapters"]] == [{"startTime", "endTime", "title"}] * 2


def test_feed_entry() -> None:
    made = show(
        title=EVIL, description=f"{EVIL}\x0b", author="me & you",
        publication={"url": "https://example.org/pod", "date": dt.date(2026, 5, 4), "season": 1, "episode": 2,
                     "explicit": True, "image": "https://example.org/a.jpg"},
    )  # fmt: skip
    item = ET.fromstring(feed_xml(made, PUBLISHED))
    assert item.tag == "item"
    assert item.findtext("title") == item.findtext("description") == EVIL
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {
        "url": "https://example.org/pod/an%20episode.mp3", "length": "1234", "type": "audio/mpeg",
    }  # fmt: skip
    assert item.findtext("pubDate") == "Mon, 04 May 2026 00:00:00 +0000"
    assert item.findtext(f"{ITUNES}duration") == "62"
    assert (item.findtext(f"{ITUNES}season"), item.findtext(f"{ITUNES}episode")) == ("1", "2")
    assert item.findtext(f"{ITUNES}explicit") == "true"
    transcripts = {each.get("type"): each.get("url") for each in item.findall(f"{PODCAST}transcript")}
    assert transcripts["text/vtt"] == "https://example.org/pod/an%20episode.vtt"
    chapters = item.find(f"{PODCAST}chapters")
    assert chapters is not None
    assert chapters.get("type") == "application/json+chapters"


def test_name_of_an_entry_lasts() -> None:
    base = {"podcast": "P", "publication": {"episode": 2}}
    assert guid_of(show(title="A", **base)) == guid_of(show(title="B", script="other", **base))
    assert guid_of(show(title="A", podcast="P")) != guid_of(show(title="B", podcast="P"))
    assert guid_of(show(title="A", podcast="P")) != guid_of(show(title="A", podcast="Q"))
    assert guid_of(show(publication={"guid": "mine"})) == "mine"


def test_whole_feed() -> None:
    made = show(podcast="P & Q", description="d", publication={
        "feed": True, "link": "https://example.org/", "category": "Science", "image": "https://example.org/a.jpg",
    })  # fmt: skip
    rss = ET.fromstring(feed_xml(made, PUBLISHED))
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    assert rss.findtext("channel/title") == "P & Q"
    assert rss.findtext("channel/language") == "zh"
    assert rss.findtext("channel/item/title") == "T"
    category = rss.find(f"channel/{ITUNES}category")
    assert category is not None
    assert category.get("text") == "Science"


@pytest.mark.parametrize(
    ("text", "body"),
    [("我们\n一起去。", "我们一起去。"), ("and then\nwe go", "and then we go"), ("好\nthen", "好 then")],
)
def test_line_breaks_of_subtitles_are_no_spaces_in_chinese(text: str, body: str) -> None:
    made = Transcript("T", "zh", (Line("A", text, 0.0, 1.0),), ())
    assert json.loads(FORMATS[".transcript.json"](made))["segments"][0]["body"] == body
