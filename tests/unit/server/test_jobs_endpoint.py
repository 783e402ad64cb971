"""Books and episodes over HTTP, with real workers, the tiny model and DBOS."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from declaim.config import Config
from declaim.server.assembly import assembled
from declaim.server.jobs import safe_name
from declaim.server.workers.speech import PooledSpeechService
from epub_file import nav, page, write_epub
from pdf_file import write_pdf
from postgres import postgres
from tiny_stages import load_tiny_reader, load_tiny_speaker

BOOK = "第一章 开始\n\n今天天气真好。我们去公园吧！\n\n第二章 结束\n\n天黑了。大家都回家了。\n"

pytestmark = pytest.mark.usefixtures("tiny_machine")


class Serving:
    """The whole application around a service that is started and ended with it."""

    def __init__(self, folder: Path, *, database: str | None = None, **server: Any) -> None:
        config = Config(
            prosody="rules",
            voice="zf_xiaoxiao",
            engines={"kokoro": {"vocoder": "float"}},
            server={"workers": 1, "cache_size": 0, **server},
            studio={"folder": folder, "database": database},
        )
        self._config = config

    def __enter__(self) -> TestClient:
        self._client = TestClient(assembled(self._config, self._made()), base_url="http://127.0.0.1")
        self._client.__enter__()
        self._client.portal.call(self._service.start)
        self._client.portal.call(self._service.ready)
        until(lambda: "yet" not in self._client.get("/v1/jobs").text)
        return self._client

    def __exit__(self, *error: object) -> None:
        portal = self._client.portal
        self._client.__exit__(*error)
        del portal

    def _made(self) -> PooledSpeechService:
        self._service = PooledSpeechService(
            self._config, load_reader=load_tiny_reader, load_speaker=load_tiny_speaker
        )
        return self._service


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with Serving(tmp_path / "jobs") as client:
        yield client


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def begun(client: TestClient, text: str = BOOK, **options: Any) -> str:
    options = {"dialogue": False, "subtitles": ["srt"], **options}
    answer = client.post(
        "/v1/jobs", params={"filename": "小书.txt", "options": json.dumps(options)}, content=text.encode()
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def state(client: TestClient, name: str) -> str:
    return str(client.get(f"/v1/jobs/{name}").json()["state"])


def test_a_book_is_sent_made_and_fetched(client: TestClient) -> None:
    name = begun(client)
    with client.stream("GET", f"/v1/jobs/{name}/events") as stream:
        events = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert events[0]["type"] == "job.state"
    assert events[-1]["state"] == "done"
    assert [each["id"] for each in events] == [name] * len(events)
    shown = client.get(f"/v1/jobs/{name}").json()
    assert shown["share"] == 1
    assert [chapter["share"] for chapter in shown["chapters"]] == [1] * len(shown["chapters"])
    assert shown["omissions"] == []
    listed = {each["name"]: each["bytes"] for each in client.get(f"/v1/jobs/{name}/files").json()["files"]}
    assert set(listed) == {"小书.m4b", "小书.srt", "小书.json"}
    whole = client.get(f"/v1/jobs/{name}/files/小书.m4b")
    assert len(whole.content) == listed["小书.m4b"]
    part = client.get(f"/v1/jobs/{name}/files/小书.m4b", headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, b"ftypM4B ")
    assert [job["id"] for job in client.get("/v1/jobs").json()["jobs"]] == [name]
    assert client.post(f"/v1/jobs/{name}/pause").status_code == 422
    for path in ("../job.json", "..%2Fjob.json", "job.json", "%2Fetc%2Fpasswd"):
        assert client.get(f"/v1/jobs/{name}/files/{path}").status_code == 404
    assert client.delete(f"/v1/jobs/{name}").status_code == 204
    assert client.get(f"/v1/jobs/{name}").status_code == 404


def test_a_folder_that_cannot_be_used_is_no_reason_to_wait(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("in the way")
    with Serving(tmp_path / "jobs") as client:
        answer = client.get("/v1/jobs")
        assert answer.status_code == 503
        assert "log says why" in answer.text
        assert client.get("/readyz").status_code == 200


def test_a_listener_is_served_while_a_book_is_made_and_a_restart_goes_on(tmp_path: Path) -> None:
    with Serving(tmp_path / "jobs") as client:
        name = begun(client, "很长的一章。" * 3 + "今天我们去公园散步，天气真好，大家都很高兴。" * 60)
        until(lambda: client.get(f"/v1/jobs/{name}").json()["sentences"] > 2)
        answer = client.post("/v1/audio/speech", json={"input": "Good morning.", "response_format": "wav"})
        assert answer.status_code == 200
        assert client.post(f"/v1/jobs/{name}/pause").json()["state"] == "paused"
    with Serving(tmp_path / "jobs") as client:
        assert state(client, name) == "paused"
        assert client.post(f"/v1/jobs/{name}/resume").json()["state"] == "running"
        until(lambda: state(client, name) == "done")


NOVEL = (
    "第一章 开始\n\n"
    + "安娜说：“今天天气真好，我们去公园吧！”\n\n老王笑道：“好，我们走。”\n\n" * 3
    + "第二章 结束\n\n天黑了。\n"
)


def drafted(client: TestClient, text: str = NOVEL) -> str:
    answer = client.post("/v1/jobs", params={"filename": "小说.txt", "draft": True}, content=text.encode())
    assert (answer.status_code, answer.json()["state"]) == (202, "draft")
    return str(answer.json()["id"])


def test_a_draft_is_looked_at_recast_begun_and_heard(tmp_path: Path) -> None:
    with Serving(tmp_path / "jobs") as client:
        name = drafted(client)
        for path in ("pause", "resume", "cancel"):
            assert client.post(f"/v1/jobs/{name}/{path}").status_code == 422
        assert "draft" in client.get(f"/v1/jobs/{name}/events").text
    with Serving(tmp_path / "jobs") as client:  # a draft waits for as long as it takes
        shown = client.post(f"/v1/jobs/{name}/preview").json()
        assert [chapter["title"] for chapter in shown["chapters"]] == ["第一章 开始", "第二章 结束"]
        assert 0 < shown["work_seconds"] < shown["seconds"] < 60
        assert shown["prices"] == {"kokoro": 0}
        assert {role["name"]: role["lines"] for role in shown["cast"]} == {"安娜": 3, "老王": 3}
        assert shown["cast"][0]["sample"].startswith("“今天天气")
        assert shown["cast"][0]["voice"] != shown["narrator"] == "zf_xiaoxiao"
        options = {
            "cast": '[characters."安娜"]\nvoice = "zf_xiaoyi"\n[characters."老王"]\nvoice = "af_bella"\n',
            "formats": ["mp3"],
        }
        recast = client.post(f"/v1/jobs/{name}/preview", json=options).json()
        assert [role["voice"] for role in recast["cast"]] == ["zf_xiaoyi", "af_bella"]
        assert state(client, name) == "draft"
        assert client.post(f"/v1/jobs/{name}/begin", json=options).json()["state"] in {"queued", "running"}
        assert client.post(f"/v1/jobs/{name}/begin", json=options).status_code == 422
        until(lambda: state(client, name) == "done")
        heard = client.get(f"/v1/jobs/{name}/chapters/0").json()
        assert heard["is_whole"]
        assert {each["speaker"] for each in heard["sentences"]} == {"", "安娜", "老王"}
        places = [each["speaker"] for each in heard["sentences"]]
        spoken = heard["sentences"][places.index("安娜")]
        take = client.get(f"/v1/jobs/{name}/takes/{spoken['take']}")
        assert (take.content[:4], take.headers["content-type"]) == (b"fLaC", "audio/flac")
        assert client.get(f"/v1/jobs/{name}/chapters/7").status_code == 404
        assert client.get(f"/v1/jobs/{name}/takes/{'0' * 64}").status_code == 404
        assert client.get(f"/v1/jobs/{name}/takes/..%2F..%2Fjob.json").status_code == 404
        narrated = heard["sentences"][0]["take"]
        options["cast"] = options["cast"].replace("xiaoyi", "xiaoni")
        client.post(f"/v1/jobs/{name}/begin", json=options)
        until(lambda: state(client, name) == "done")
        again = client.get(f"/v1/jobs/{name}/chapters/0").json()["sentences"]
        assert again[0]["take"] == narrated
        assert again[places.index("安娜")]["take"] != spoken["take"]


def test_a_draft_is_deleted_and_what_is_no_book_says_why_before_it_is_begun(client: TestClient) -> None:
    name = drafted(client, "PK\x03\x04 no archive")
    answer = client.post(f"/v1/jobs/{name}/preview")
    assert answer.status_code == 422
    assert answer.json()["hint"]
    assert client.delete(f"/v1/jobs/{name}").status_code == 204
    assert client.get("/v1/jobs").json() == {"jobs": []}


SCRIPT = (
    "# 开场\n主持人: 大家好，欢迎收听。\n\nGuest: Thank you.\n\n# 结束\n主持人: 再见！\nGuest: Goodbye!\n"
)
SHOW = "title: 小 <b>show</b>\nspeakers:\n  主持人:\n  Guest: af_bella\nscript: |\n" + "".join(
    f"  {line}\n" for line in SCRIPT.splitlines()
)


def sent_script(client: TestClient, text: str, filename: str = "show.yaml", **params: Any) -> Any:
    return client.post("/v1/jobs", params={"filename": filename, **params}, content=text.encode())


def test_a_script_is_looked_at_cast_made_heard_and_fetched(tmp_path: Path) -> None:
    with Serving(tmp_path / "jobs") as client:
        answer = sent_script(client, SHOW, draft=True)
        assert answer.status_code == 202
        name = answer.json()["id"]
        assert (answer.json()["kind"], answer.json()["state"]) == ("podcast", "draft")
        looked = client.post(f"/v1/jobs/{name}/preview")
        assert looked.status_code == 200, looked.text
        shown = looked.json()
        assert (shown["kind"], shown["title"], shown["narrator"]) == ("podcast", "小 <b>show</b>", "")
        assert [chapter["title"] for chapter in shown["chapters"]] == ["开场", "结束"]
        assert 0 < shown["work_seconds"] < shown["seconds"] < 60
        cast = {role["name"]: role for role in shown["cast"]}
        assert {who: role["lines"] for who, role in cast.items()} == {"主持人": 2, "Guest": 2}
        assert cast["Guest"]["voice"] == "af_bella"
        assert cast["Guest"]["sample"] == "Thank you."
        assert any("publication" in each for each in shown["warnings"])
    with Serving(tmp_path / "jobs") as client:  # it is a podcast still
        options = {"voices": {"主持人": "zf_xiaoyi", "Guest": "af_heart"}, "stereo": True}
        recast = client.post(f"/v1/jobs/{name}/preview", json=options).json()
        assert [role["voice"] for role in recast["cast"]] == ["zf_xiaoyi", "af_heart"]
        assert recast["options"] == options
        assert client.post(f"/v1/jobs/{name}/begin", json=options).status_code == 200
        until(lambda: state(client, name) == "done")
        files = client.get(f"/v1/jobs/{name}").json()["files"]
        assert {"show.mp3", "show.vtt", "show.srt", "show.transcript.json", "show.chapters.json"} < set(files)
        assert "show.rss.xml" in files
        audio = client.get(f"/v1/jobs/{name}/files/show.mp3").content
        assert audio[:3] == b"ID3"
        heard = client.get(f"/v1/jobs/{name}/chapters/0").json()
        assert [(each["speaker"], each["text"]) for each in heard["sentences"]] == [
            ("主持人", "大家好，欢迎收听。"),
            ("Guest", "Thank you."),
        ]
        take = heard["sentences"][1]["take"]
        assert client.get(f"/v1/jobs/{name}/takes/{take}").content[:4] == b"fLaC"
        options["voices"]["主持人"] = "zf_xiaoxiao"  # type: ignore[index]
        client.post(f"/v1/jobs/{name}/begin", json=options)
        until(lambda: state(client, name) == "done")
        assert client.get(f"/v1/jobs/{name}").json()["omissions"] == []
        again = client.get(f"/v1/jobs/{name}/chapters/0").json()["sentences"]
        assert again[1]["take"] == take, "whoever keeps their voice is not spoken again"
        assert again[0]["take"] != heard["sentences"][0]["take"]
        assert client.get(f"/v1/jobs/{name}/files/show.mp3").content != audio


def test_a_plain_script_is_a_podcast_when_somebody_says_so(client: TestClient) -> None:
    name = sent_script(client, SCRIPT, "talk.txt", kind="podcast").json()["id"]
    until(lambda: state(client, name) == "done")
    assert "talk.mp3" in client.get(f"/v1/jobs/{name}").json()["files"]
    assert sent_script(client, SCRIPT, "talk.txt", draft=True).json()["kind"] == "book"
    assert sent_script(client, SCRIPT, "talk.txt", kind="opera").status_code == 422


@pytest.mark.parametrize("key", ["intro", "outro", "bed", "cover", "script_file"])
def test_a_script_that_is_sent_opens_no_file_of_the_machine(
    client: TestClient, tmp_path: Path, key: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A: the password is\nB: seven.\n", encoding="utf-8")
    show = f"title: x\n{key}: {secret}\n" + ("" if key == "script_file" else "script: 'A: hello'\n")
    name = sent_script(client, show, draft=True).json()["id"]
    answer = client.post(f"/v1/jobs/{name}/preview")
    assert answer.status_code == 422
    assert key in answer.json()["detail"]
    assert "script" in answer.json()["hint"]
    assert "password" not in answer.text
    begun = client.post(f"/v1/jobs/{name}/begin").json()["id"]
    until(lambda: state(client, begun) == "failed")
    assert "password" not in client.get(f"/v1/jobs/{name}").text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no keys"),
        (b"title: x\nscript: ''\n", "script"),
        (b"title: x\nscript: '\xf0\x9f\x98\x80'\n", "nothing"),
        (b"a: &a [x,x]\nb: &b [*a,*a]\n", "anchors"),
        (b"title: !!python/object:os.system x\nscript: y\n", "tags"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"title: x\nspeakers: {A: nobody_at_all}\nscript: 'A: hello'\n", "nobody_at_all"),
        (b"title: x\nscript: 'A: hello'\nvolume: 11\n", "volume"),
    ],
)
def test_a_script_that_cannot_be_made_says_why_before_it_is_begun(
    client: TestClient, body: bytes, why: str
) -> None:
    params = {"filename": "show.yaml", "draft": True}
    name = client.post("/v1/jobs", params=params, content=body).json()["id"]
    answer = client.post(f"/v1/jobs/{name}/preview")
    assert answer.status_code == 422, answer.text
    assert why in answer.json()["detail"]
    assert client.post(f"/v1/jobs/{name}/begin").status_code == 200
    until(lambda: state(client, name) == "failed")
    assert why in client.get(f"/v1/jobs/{name}").json()["why"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"voices": {"Nobody": "af_heart"}}, "Nobody"),
        ({"voices": {"Guest": "no_such_voice"}}, "no_such_voice"),
        ({"formats": ["m4b"]}, "formats"),
        ({"stereo": "perhaps"}, "stereo"),
    ],
)
def test_options_that_a_script_cannot_have_are_refused(
    client: TestClient, options: dict[str, Any], named: str
) -> None:
    name = sent_script(client, SHOW, draft=True).json()["id"]
    answer = client.post(f"/v1/jobs/{name}/preview", json=options)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]


def test_cancel_is_for_good(client: TestClient) -> None:
    name = begun(client, "今天我们去公园散步，天气真好，大家都很高兴。" * 200)
    assert client.post(f"/v1/jobs/{name}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/v1/jobs/{name}/resume").status_code == 422
    assert client.get(f"/v1/jobs/{name}/files").json() == {"files": []}


DEEP = page("<div>" * 400 + "deep" + "</div>" * 400)


def epub(folder: Path, pages: dict[str, str | bytes], extra: dict[str, bytes] | None = None) -> bytes:
    contents = nav("".join(f'<li><a href="{name}">{name[0].upper()}</a></li>' for name in pages))
    return write_epub(folder / "b.epub", pages, contents=contents, extra=extra).read_bytes()


def sent(client: TestClient, name: str, body: bytes) -> str:
    options = json.dumps({"dialogue": False})
    answer = client.post("/v1/jobs", params={"filename": name, "options": options}, content=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_a_chapter_that_cannot_be_read_is_in_the_report_and_the_others_are_spoken(
    client: TestClient, tmp_path: Path
) -> None:
    pages: dict[str, str | bytes] = {
        "a.xhtml": page("<p>天黑了。</p>"),
        "b.xhtml": DEEP,
        "c.xhtml": page("<p>天亮了。</p>"),
    }
    name = sent(client, "b.epub", epub(tmp_path, pages))
    until(lambda: state(client, name) == "done")
    shown = client.get(f"/v1/jobs/{name}").json()
    assert [chapter["title"] for chapter in shown["chapters"]] == ["A", "C"]
    assert [(each["where"], each["what"]) for each in shown["omissions"]] == [("B", "")]
    assert "nested" in shown["omissions"][0]["why"]


def test_a_book_that_cannot_be_read_fails_and_says_why_and_what_to_do(
    client: TestClient, tmp_path: Path
) -> None:
    good: dict[str, str | bytes] = {"a.xhtml": page("<p>1</p>")}
    books = {
        "copy-protected": ("drm.epub", epub(tmp_path, good, {"META-INF/rights.xml": b"<rights/>"})),
        "unpacks to": ("bomb.epub", epub(tmp_path, good, {"OPS/bomb.bin": bytes(64 * 2**20)})),
        "leads out": ("path.epub", epub(tmp_path, good, {"../../outside.xhtml": b"x"})),
        "is damaged": ("cut.epub", epub(tmp_path, good)[:-30]),
        "text layer": ("scan.pdf", write_pdf(tmp_path / "b.pdf", [[], []]).read_bytes()),
        "no text": ("empty.epub", epub(tmp_path, {"a.xhtml": page("<p> </p>")})),
    }
    names = {why: sent(client, *book) for why, book in books.items()}
    for why, name in names.items():
        until(lambda name=name: state(client, name) == "failed")  # type: ignore[misc]
        shown = client.get(f"/v1/jobs/{name}").json()
        assert why in shown["why"]
        assert shown["hint"], why


def test_what_is_no_book_fails_and_says_why(client: TestClient) -> None:
    answer = client.post("/v1/jobs", params={"filename": "a.epub"}, content=b"PK\x03\x04 no archive")
    name = answer.json()["id"]
    until(lambda: state(client, name) == "failed")
    assert client.get(f"/v1/jobs/{name}").json()["why"]


@pytest.mark.parametrize(
    ("options", "named"), [('{"format": 1}', "format"), ('{"formats": ["wav"]}', "formats"), ("{", "")]
)
def test_options_that_cannot_be_are_refused(client: TestClient, options: str, named: str) -> None:
    answer = client.post("/v1/jobs", params={"filename": "a.txt", "options": options}, content=b"text")
    assert answer.status_code == 422
    assert named in answer.json()["detail"]


def test_a_book_may_be_larger_than_other_bodies_but_not_any_size(tmp_path: Path) -> None:
    with Serving(tmp_path / "jobs", max_body=1000) as client:
        client.app.state.jobs._config = client.app.state.jobs._config.model_copy(  # type: ignore[attr-defined]
            update={"studio": client.app.state.jobs._config.studio.model_copy(update={"max_book": 5000})}  # type: ignore[attr-defined]
        )
        name = begun(client, "好。" * 600)
        client.post(f"/v1/jobs/{name}/cancel")
        refused = client.post("/v1/jobs", params={"filename": "a.txt"}, content=b"x" * 5001)
        assert refused.status_code == 413
        assert len(client.get("/v1/jobs").json()["jobs"]) == 1


def test_a_key_sees_its_own_jobs_alone(tmp_path: Path) -> None:
    keys = ["first-key-123", "second-key-456"]
    with Serving(tmp_path / "jobs", api_keys=keys) as client:
        client.headers["Authorization"] = f"Bearer {keys[0]}"
        until(lambda: client.get("/v1/jobs").status_code == 200)
        name = begun(client)
        client.headers["Authorization"] = f"Bearer {keys[1]}"
        assert client.get(f"/v1/jobs/{name}").status_code == 404
        assert client.get("/v1/jobs").json() == {"jobs": []}
        client.headers["Authorization"] = ""
        assert client.get("/v1/jobs").status_code == 401


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\books\\novel.epub", "novel.epub"),
        (".hidden", "book.hidden"),
        ("a\x00b<c>.txt", "a_b_c_.txt"),
        ("第一章.txt", "第一章.txt"),
        ("", "book.txt"),
    ],
)
def test_names_of_files_are_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_database_that_restarts_loses_nothing(tmp_path: Path) -> None:
    with postgres() as server, Serving(tmp_path / "jobs", database=server.get_uri()) as client:
        name = begun(client, "\n\n".join(f"第{number}章\n\n{'天黑了。' * 20}" for number in range(6)))
        until(lambda: client.get(f"/v1/jobs/{name}").json()["sentences"] > 3)
        with ThreadPoolExecutor(1) as pool:
            events = pool.submit(client.get, f"/v1/jobs/{name}/events")
            server.stop()
            until(lambda: client.get(f"/v1/jobs/{name}").status_code == 503)
            assert '"state": "running"' in events.result(10).text.splitlines()[-2], (
                "whoever listens asks again"
            )
        server.start()
        until(lambda: client.get(f"/v1/jobs/{name}").status_code == 200)
        assert client.get(f"/v1/jobs/{name}").json()["sentences"] < 126
        until(lambda: state(client, name) == "done")
        assert client.get(f"/v1/jobs/{name}").json()["omissions"] == []
