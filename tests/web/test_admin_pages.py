"""The administration's addresses without a browser: who is let in, and what may be sent."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.datamodels import Answer
from assistant.evaluation import read_gold
from ingest import uploads
from tests.conftest import write_library
from tests.ingest.formats import blank_pdf
from tests.library import BICYCLES, BICYCLES_NUMBER, DOGS, DOGS_NUMBER, HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from views.admin_pages import COOKIE, HEADER, Desk, add_admin, make_desk

PASSWORD = "青岚-secret"
SENT = {HEADER: "1"}
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def made(
    tmp_path_factory: pytest.TempPathFactory, shared_library: Path, embeddings: PolicyEmbeddings
) -> Path:
    """A store of the four documents; only to be copied."""
    from ingest.pipeline import ingest

    folder = tmp_path_factory.mktemp("made") / "store"
    ingest([shared_library], folder, embeddings=embeddings)
    return folder


@pytest.fixture
def desk(tmp_path: Path, made: Path, embeddings: PolicyEmbeddings) -> Desk:
    """A desk on a store of the four documents, with a folder for reports beside."""
    shutil.copytree(made, tmp_path / "store")
    reports = tmp_path / "reports"
    reports.mkdir()
    return make_desk(PASSWORD, tmp_path / "store", tmp_path / "data", reports, lambda: embeddings)


@pytest.fixture
def visitor(desk: Desk) -> Iterator[TestClient]:
    """Somebody who is not logged in."""
    app = FastAPI()
    add_admin(app, desk)
    with TestClient(app, headers={"accept-language": "zh-CN"}) as client:
        yield client


@pytest.fixture
def client(visitor: TestClient) -> TestClient:
    """Somebody who is."""
    entered = visitor.post("/admin/enter", json={"password": PASSWORD}, headers=SENT)
    assert entered.status_code == 200
    return visitor


def send(client: TestClient, name: str, data: bytes | str) -> str:
    """Send one file; its token."""
    content = data.encode() if isinstance(data, str) else data
    sent = client.post("/admin/receive", params={"name": name}, content=content, headers=SENT)
    assert sent.status_code == 201, sent.text
    return sent.json()["token"]


def finish(desk: Desk) -> None:
    deadline = time.monotonic() + 60
    while desk.jobs.busy:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def part(client: TestClient, name: str, **query: str) -> str:
    return client.get(f"/admin/part/{name}", params=query).text


ADDRESSES = (
    ("GET", "/admin/panel"),
    ("GET", "/admin/part/files"),
    ("GET", "/admin/feedback.jsonl"),
    ("GET", "/admin/report/report.html"),
    ("POST", "/admin/leave"),
    ("POST", "/admin/receive?name=a.txt"),
    ("POST", "/admin/ingest"),
    ("POST", "/admin/remove"),
    ("POST", "/admin/forget"),
)


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_every_address_wants_a_session(
    method: str, address: str, visitor: TestClient, desk: Desk
) -> None:
    """Without a session, or with an invented one, nothing is shown, kept or changed."""
    for cookie in (None, "invented"):
        if cookie:
            visitor.cookies.set(COOKIE, cookie, path="/admin")
        answer = visitor.request(method, address, headers=SENT, content=b"anything")
        assert answer.status_code == 401
        assert HEATING_NUMBER not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert not desk.uploads.files.parent.exists()


@pytest.mark.parametrize(
    "address", ["/admin/enter", *(address for method, address in ADDRESSES if method == "POST")]
)
def test_other_sites_cannot_act(address: str, client: TestClient) -> None:
    """What a form of another site can make a browser send, cookie and all, does nothing."""
    assert client.post(address, content=b"x").status_code == 403


def test_cookie_is_kept_from_scripts_and_sites(visitor: TestClient) -> None:
    """The session's cookie is HttpOnly, SameSite=Strict, for /admin only, and Secure on HTTPS."""
    entered = visitor.post("/admin/enter", json={"password": PASSWORD}, headers=SENT)
    cookie = entered.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/admin", "Max-Age=28800"):
        assert attribute in cookie
    assert "Secure" not in cookie
    entered = visitor.post(
        "https://testserver/admin/enter", json={"password": PASSWORD}, headers=SENT
    )
    assert "Secure" in entered.headers["set-cookie"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"password": 1}', b'{"password": null}', b"[" * 100_000, b"x" * 10**6],
)
def test_odd_passwords_are_wrong(body: bytes, visitor: TestClient) -> None:
    """Whatever is sent in place of a password is a wrong one."""
    assert visitor.post("/admin/enter", content=body, headers=SENT).status_code == 401


def test_guessing_is_locked_out(visitor: TestClient) -> None:
    """The fifth wrong password locks the client out, in its language, with the time to wait."""
    for _ in range(4):
        told = visitor.post("/admin/enter", json={"password": "x"}, headers=SENT)
        assert (told.status_code, told.json()["message"]) == (401, "密码不正确。")
    told = visitor.post("/admin/enter", json={"password": "x"}, headers=SENT)
    assert told.status_code == 429
    assert told.headers["retry-after"] == "30"
    told = visitor.post(
        "/admin/enter", json={"password": PASSWORD}, headers=SENT | {"accept-language": "en"}
    )
    assert told.status_code == 429
    assert told.json()["message"].startswith("Too many wrong passwords; try again in")


def test_leaving_ends_the_session(client: TestClient) -> None:
    """A stolen cookie is worth nothing after its owner has left."""
    token = client.cookies[COOKIE]
    assert client.get("/admin/panel").status_code == 200
    assert client.post("/admin/leave", headers=SENT).status_code == 200
    client.cookies.set(COOKIE, token, path="/admin")
    answer = client.get("/admin/panel")
    assert answer.status_code == 401
    assert "登录已失效" in answer.text


def test_health_and_files_are_shown(client: TestClient) -> None:
    """Counts, size, model and every file with its documents; English where it is asked for."""
    panel = client.get("/admin/panel").text
    assert ">4<" in panel.replace(",", "")
    for told in ("运行状况", "heating.txt", HEATING_NUMBER, "来自文件夹 library", "50 MB"):
        assert told in panel
    english = client.get("/admin/panel", headers={"accept-language": "en"}).text
    assert "from the folder library" in english
    assert "运行状况" not in english
    found = part(client, "files", words="养犬")
    assert DOGS_NUMBER in found
    assert HEATING_NUMBER not in found
    assert "没有符合的文件" in part(client, "files", words="没有这种文件")
    for page in ("0", "-1", "99", "二", "x", "9" * 50):
        assert "heating.txt" in part(client, "files", page=page)


def test_upload_is_taken_in_and_removed(client: TestClient, desk: Desk) -> None:
    """Good and bad files in one batch; the good one is found, shown, and removed again."""
    new = DOGS.replace("第12号", "第77号")
    tokens = [send(client, "新规定.txt", new), send(client, "scan.pdf", blank_pdf())]
    assert client.post("/admin/ingest", json={"files": tokens}, headers=SENT).status_code == 202
    finish(desk)
    jobs = part(client, "jobs")
    assert "scan.pdf 是没有文字层的扫描件" in jobs
    assert "已收录" in jobs
    assert "第77号" in part(client, "files")
    place = desk.uploads.place("新规定.txt")
    removed = client.post("/admin/remove", json={"names": [place]}, headers=SENT)
    assert removed.status_code == 202
    finish(desk)
    assert "第77号" not in part(client, "files")
    assert not Path(place).exists()


def test_file_gives_way_to_another(client: TestClient, desk: Desk, shared_library: Path) -> None:
    """A file of the library is replaced by an upload; the file outside stays as it is."""
    token = send(client, "单车.txt", BICYCLES.replace("三万辆", "四万辆"))
    old = str((shared_library / "bicycles.txt").resolve())
    body = {"files": [token], "replaces": [old]}
    assert client.post("/admin/ingest", json=body, headers=SENT).status_code == 202
    finish(desk)
    files = part(client, "files", words=BICYCLES_NUMBER)
    assert "单车.txt" in files
    assert "bicycles.txt" not in files
    assert Path(old).exists()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("ingest", {"files": ["../../etc/passwd"]}),
        ("ingest", {"files": ["0" * 32]}),
        ("remove", {"names": ["/etc/passwd"]}),
        ("remove", {"names": [HEATING_NUMBER]}),
    ],
)
def test_unknown_names_change_nothing(
    address: str, body: dict, client: TestClient, desk: Desk
) -> None:
    """Only what was sent can be taken in, and only what the store holds can be removed."""
    told = client.post(f"/admin/{address}", json=body, headers=SENT)
    assert told.status_code == 422
    assert told.json()["message"].endswith("。")
    assert desk.jobs.recent() == []


@pytest.mark.parametrize("address", ["ingest", "remove", "forget"])
@pytest.mark.parametrize("body", [b"", b"[1]", b'{"files": "x", "names": 3, "ids": ["1"]}'])
def test_malformed_requests_are_refused(address: str, body: bytes, client: TestClient) -> None:
    """Programs that send nonsense are told so."""
    assert client.post(f"/admin/{address}", content=body, headers=SENT).status_code == 400


def test_hostile_names_are_text(client: TestClient, desk: Desk) -> None:
    """Neither a file's name nor a title, comment or question becomes markup, or a folder."""
    text = DOGS.replace("青岚市城市养犬管理规定", f"青岚市{HOSTILE}管理规定")
    tokens = [send(client, f"../../{HOSTILE}.txt", text), send(client, "../../x.html", DOGS)]
    client.post("/admin/ingest", json={"files": tokens}, headers=SENT)
    finish(desk)
    desk.feedback.add(Answer(HOSTILE, HOSTILE, HOSTILE, True), (), False, HOSTILE)
    panel = client.get("/admin/panel").text
    assert "<img" not in panel
    assert "&lt;img" in panel
    kept = {file.name for file in desk.uploads.files.iterdir()}
    assert kept <= {"_img src=x onerror=alert(1)_.txt", "x.html"}
    assert not (desk.uploads.files.parent.parent / "x.html").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.exe", "不支持"), ("", "不支持"), ("x/..", "不支持"), ("large.txt", "超过")],
)
def test_refused_uploads_say_why(
    name: str, told: str, client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kind and size are checked before anything is kept, however large it said it was."""
    monkeypatch.setattr(uploads, "LARGEST", 1_000)

    def body() -> Iterator[bytes]:
        yield from [b"x" * 600] * 3

    for content in (b"x" * 1_800, body()):
        sent = client.post("/admin/receive", params={"name": name}, content=content, headers=SENT)
        assert sent.status_code == 422
        assert told in sent.json()["message"]
    assert not [each for each in desk.uploads.files.parent.rglob("*") if each.is_file()]


def test_too_many_at_once_are_refused(client: TestClient) -> None:
    """The number of files in a batch is limited by the server, not only by the page."""
    body = {"files": ["0" * 32] * 51}
    assert client.post("/admin/ingest", json=body, headers=SENT).status_code == 400


def test_feedback_is_exported_and_deleted(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    """All of it or the complaints only, as candidates that the evaluation's reader knows."""
    assert "还没有反馈" in part(client, "feedback")
    number = desk.feedback.add(Answer("问", "问", "答", True), (), False, "不对")
    desk.feedback.add(Answer("再问", "再问", "答", True))
    assert "有帮助 1 条，没帮助 1 条" in part(client, "feedback")
    exported = client.get("/admin/feedback.jsonl")
    assert 'filename="feedback.jsonl"' in exported.headers["content-disposition"]
    assert [json.loads(line)["question"] for line in exported.text.splitlines()] == ["问", "再问"]
    (complaint,) = client.get("/admin/feedback.jsonl?complaints=1").text.splitlines()
    (tmp_path / "gold.jsonl").write_text(complaint, "utf-8")
    assert "is a candidate" in str(read_gold([tmp_path / "gold.jsonl"])[1][0])
    assert client.post("/admin/forget", json={"ids": [number]}, headers=SENT).json() == {
        "deleted": 1
    }
    assert desk.feedback.count() == (1, 0)


def test_last_evaluation_is_shown_in_a_sandbox(client: TestClient, desk: Desk) -> None:
    """The newest report's figures; its page may run scripts, but not as the administrator."""
    assert "还没有评测报告" in part(client, "evaluation")
    system = {"scored": 7, "overall": {"fact_accuracy": {"value": 0.5}}}
    (desk.reports / "my.json").write_text(json.dumps({"systems": [system]}))
    (desk.reports / "broken.json").write_text("{")
    shown = part(client, "evaluation")
    assert "my，" in shown
    assert "7 道题" in shown
    assert "0.50" in shown
    assert "没有生成网页报告" in shown
    (desk.reports / "my.html").write_text("<p>report</p>")
    (desk.reports.parent / "secret.html").write_text("secret")
    assert "/admin/report/my.html" in part(client, "evaluation")
    page = client.get("/admin/report/my.html")
    assert page.text == "<p>report</p>"
    assert page.headers["content-security-policy"].startswith("sandbox allow-scripts; default")
    for name in ("..%2Fsecret.html", "%2e%2e%2fsecret.html", "my.json", "other.html"):
        assert client.get(f"/admin/report/{name}").status_code == 404


def test_no_store_yet(
    tmp_path: Path, embeddings: PolicyEmbeddings, visitor: TestClient, desk: Desk
) -> None:
    """An administrator may begin with an empty library."""
    app = FastAPI()
    empty = make_desk(
        PASSWORD, tmp_path / "none", tmp_path / "more", tmp_path / "reports", lambda: embeddings
    )
    add_admin(app, empty)
    client = TestClient(app)
    client.post("/admin/enter", json={"password": PASSWORD}, headers=SENT)
    assert "还没有收录文件" in client.get("/admin/panel").text
    token = send(client, "dogs.txt", DOGS)
    client.post("/admin/ingest", json={"files": [token]}, headers=SENT)
    finish(empty)
    assert DOGS_NUMBER in client.get("/admin/panel").text


def test_uploads_come_back_with_a_new_store(tmp_path: Path) -> None:
    """Whoever throws the store away and starts again finds the uploaded files in the new one."""
    from app import AssistantLoader

    write_library(tmp_path / "documents", {"bikes.txt": BICYCLES})
    write_library(tmp_path / "store.data" / "uploads", {"dogs.txt": DOGS})
    assistant = AssistantLoader(tmp_path / "store", tmp_path / "documents").get()
    assert {each.number for each in assistant.store.documents()} == {BICYCLES_NUMBER, DOGS_NUMBER}


def test_nothing_without_a_password(tmp_path: Path, embeddings: Callable) -> None:
    """There is no desk without a password."""
    with pytest.raises(ValueError, match="needs a password"):
        make_desk("", tmp_path, tmp_path, tmp_path, lambda: embeddings)
