"""The administration in a real browser: log-in, uploads while others ask, feedback, bad files."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from assistant.evaluation import read_gold
from assistant.feedback import FEEDBACK_FILE, FeedbackStore
from tests.ingest.formats import blank_pdf
from tests.ingest.test_uploads import zip_bomb
from tests.web.conftest import Site, health, serving

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

PASSWORD = "云江-correct horse"
QUESTION = "悬铃木每年什么时候修剪？"
NEW_QUESTION = "充电桩与住宅应当保持多远的距离？"
NEW_NUMBER = "云政办发〔2024〕19号"
NEW = f"""云江市人民政府办公室文件

{NEW_NUMBER}

云江市人民政府办公室关于印发云江市电动自行车充电桩管理办法的通知

各县（区）人民政府，市政府有关部门：

《云江市电动自行车充电桩管理办法》已经市政府同意，现印发给你们，请认真贯彻执行。

云江市人民政府办公室

2024年6月3日

云江市电动自行车充电桩管理办法

第一条 为了规范电动自行车充电桩的建设和使用，结合本市实际，制定本办法。

第二条 充电桩与住宅的距离应当不少于七米，并设置防雨棚和灭火器材。

第三条 充电桩由物业服务企业每月检查一次，检查记录保存三年。

第四条 本办法自2024年7月1日起施行。
"""
HOSTILE = "<img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def ran(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    """A server with an administration on a copy of the store, and the store."""
    folder = tmp_path_factory.mktemp("administered") / "store"
    shutil.copytree(store, folder)
    with serving(folder, POLICY_ADMIN_PASSWORD=PASSWORD) as site:
        deadline = time.monotonic() + 120
        while not health(site)["ready"]:
            assert time.monotonic() < deadline, "the assistant was not ready after 120 seconds"
            time.sleep(0.2)
        yield site, folder


def open_admin(open_page, site: Site, **options):
    """The administration's tab, not yet logged in."""
    page = open_page(site.address, **options)
    page.get_by_role("tab", name="管理", exact=True).click()
    expect(page.locator("#admin-password")).to_be_visible()
    return page


def enter(page, password: str = PASSWORD) -> None:
    page.fill("#admin-password", password)
    page.get_by_role("button", name="登录", exact=True).click()


def logged_in(open_page, site: Site, **options):
    page = open_admin(open_page, site, **options)
    enter(page)
    expect(page.locator("#admin-view .desk")).to_be_visible()
    return page


def upload(page, *files: tuple[str, bytes | str]) -> None:
    """Choose files as a person does, and wait until their task has ended."""
    done = page.locator("#admin-view .job:is(.done, .failed)").count()
    page.set_input_files(
        "#admin-files",
        [
            {
                "name": name,
                "mimeType": "application/octet-stream",
                "buffer": data.encode() if isinstance(data, str) else data,
            }
            for name, data in files
        ],
    )
    expect(page.locator("#admin-view .job:is(.done, .failed)")).to_have_count(
        done + 1, timeout=60_000
    )


def ask(page, question: str) -> None:
    page.fill("#question textarea", question)
    page.locator("#question textarea").press("Enter")


def asked(site: Site, question: str) -> dict:
    """The answer over the API, as any program gets it."""
    body = json.dumps({"data": [question, []]}).encode()
    request = urllib.request.Request(
        f"{site.address}/gradio_api/call/ask", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{request.full_url}/{event}", timeout=60) as response:
        lines = response.read().decode().splitlines()
    (data,) = [line.removeprefix("data: ") for line in lines if line.startswith("data: [")]
    return json.loads(data)[0]


def cited(answer: dict) -> set[str]:
    """The numbers that an answer cites."""
    return {each["number"] for each in answer["citations"]}


def status_of(address: str, method: str = "GET", headers: dict | None = None) -> int:
    """The HTTP status of a plain request."""
    request = urllib.request.Request(
        address, b"x" if method == "POST" else None, headers or {}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_without_a_password_there_is_no_administration(site: Site, open_page):
    """No tab, no script, and no address that answers."""
    page = open_page(site.address)
    expect(page.get_by_role("tab", name="问答", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="管理", exact=True)).to_have_count(0)
    assert "admin.js" not in page.content()
    for method, path in (
        ("GET", "panel"),
        ("GET", "part/files"),
        ("GET", "feedback.jsonl"),
        ("POST", "enter"),
        ("POST", "receive?name=a.txt"),
    ):
        status = status_of(f"{site.address}/admin/{path}", method, {"x-policy-admin": "1"})
        assert status in (404, 405), path


def test_no_file_of_the_server_can_be_fetched(ran):
    """Gradio's file address gives nothing away, and its upload address takes nothing."""
    site, store = ran
    for path in ("/etc/passwd", store / "library.sqlite3", "app.py", f"{store}.data/uploads/a.txt"):
        for prefix in ("/gradio_api/file=", "/file=", "/gradio_api/file/"):
            address = f"{site.address}{prefix}{quote(str(path))}"
            assert status_of(address) in (403, 404, 405), address
    assert status_of(f"{site.address}/gradio_api/upload", "POST") == 403
    for path in ("/ui/../app.py", "/ui/%2e%2e/app.py", "/admin/report/..%2F..%2Fapp.py"):
        assert status_of(f"{site.address}{path}") in (401, 404)


def test_wrong_password_then_right_then_out(ran, open_page):
    """A wrong password is told; the right one opens, lasts over a reload, and can be ended."""
    site, _ = ran
    page = open_admin(open_page, site)
    enter(page, "wrong")
    expect(page.locator("#admin-view .problem")).to_have_text("密码不正确。")
    enter(page)
    expect(page.locator("#admin-view .health")).to_contain_text("内置模型")
    page.reload()
    page.get_by_role("tab", name="管理", exact=True).click()
    expect(page.locator("#admin-view .desk")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("#admin-password")).to_be_visible()
    assert not [each for each in page.context.cookies() if each["name"] == "policy_admin"]


def test_upload_while_others_ask(ran, open_page):
    """A second visitor gets right answers throughout; then the new document answers; then it goes.

    The visitor asks in the page, and meanwhile the same question is asked without pause.
    """
    site, _ = ran
    visitor = open_page(site.address)
    page = logged_in(open_page, site)
    assert NEW_NUMBER not in cited(asked(site, NEW_QUESTION))
    ask(visitor, QUESTION)
    page.set_input_files(
        "#admin-files",
        [
            {"name": f"公报{n}.txt", "mimeType": "text/plain", "buffer": text.encode("gb18030")}
            for n, text in enumerate([NEW, *(NEW.replace("19号", f"{n}号") for n in (41, 42, 43))])
        ],
    )
    answers = []
    while not page.locator("#admin-view .job.done").count():
        answers.append(asked(site, QUESTION))
        assert len(answers) < 2_000
        page.wait_for_timeout(50)
    assert len(answers) >= 3
    for answer in answers:
        assert answer["answered"] is True
        assert "12月15日" in answer["text"]
        assert answer["citations"][0]["number"] == "云政办发〔2018〕12号"
    expect(visitor.locator("#chat .answer")).to_contain_text("12月15日")
    expect(page.locator("#admin-view .job.done  .title .state").first).to_have_text("已完成")
    expect(page.locator("#admin-view section.files")).to_contain_text(NEW_NUMBER)
    ask(visitor, NEW_QUESTION)
    expect(visitor.locator("#chat .answer").last).to_contain_text("七米")
    assert health(site)["documents"] == 10
    page.on("dialog", lambda dialog: dialog.accept())
    for left in (3, 2, 1, 0):
        page.get_by_role("button", name="移除 公报").first.click()
        expect(page.locator("#admin-view .files .name", has_text="公报")).to_have_count(left)
    assert NEW_NUMBER not in cited(asked(site, NEW_QUESTION))
    assert health(site)["documents"] == 6


def test_file_is_replaced(ran, open_page):
    """Another version takes the place of a file in one step."""
    site, _ = ran
    page = logged_in(open_page, site)
    upload(page, ("充电桩.txt", NEW))
    assert "七米" in asked(site, NEW_QUESTION)["text"]
    page.get_by_role("button", name="替换 充电桩.txt").click()
    page.set_input_files(
        "#admin-replacement",
        [
            {
                "name": "充电桩新.txt",
                "mimeType": "text/plain",
                "buffer": NEW.replace("七米", "九米").encode(),
            }
        ],
    )
    names = page.locator("#admin-view .files .name")
    expect(names.filter(has_text="充电桩新.txt")).to_have_count(1, timeout=30_000)
    expect(names.filter(has_text="充电桩.txt")).to_have_count(0)
    assert "九米" in asked(site, NEW_QUESTION)["text"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="移除 充电桩新.txt").click()
    expect(names.filter(has_text="充电桩")).to_have_count(0)


def test_bad_files_are_told_and_hostile_names_inert(ran, open_page):
    """Each bad file gets its sentence, the good go in, and no name runs or leaves its folder."""
    site, store = ran
    page = logged_in(open_page, site)
    upload(
        page,
        ("empty.txt", b""),
        ("scan.pdf", blank_pdf()),
        ("bomb.docx", zip_bomb()),
        (f"a{HOSTILE}.txt", NEW.replace("管理办法", f"{HOSTILE}管理办法")),
        ("../../x.html", NEW.replace("19号", "88号")),
        ("program.exe", b"MZ"),
    )
    jobs = page.locator("#admin-view .job").first
    for told in (
        "empty.txt 是空文件，请移除。",
        "scan.pdf 是没有文字层的扫描件，请先进行文字识别（OCR）。",
        "bomb.docx 解压后有 300 MB，超过上限 200 MB，请拆分或另存为文本。",
    ):
        expect(jobs).to_contain_text(told)
    expect(page.locator("#admin-view [data-sent]")).to_contain_text("不支持“program.exe”这种类型")
    expect(jobs.locator("li.done")).to_have_count(2)
    expect(page.locator("#admin-view section.files")).to_contain_text(
        f"云江市电动自行车充电桩{HOSTILE}"
    )
    expect(page.locator("#admin-view img, #admin-view script")).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    data = store.with_name("store.data")
    assert all(file.parent == data / "uploads" for file in data.rglob("*.html"))
    page.on("dialog", lambda dialog: dialog.accept())
    for name in ("a_img", "x.html"):
        page.get_by_role("button", name=f"移除 {name}").click()
        expect(page.locator("#admin-view .files .name", has_text=name)).to_have_count(0)


def test_feedback_is_listed_exported_and_deleted(ran, open_page, tmp_path: Path):
    """What a reader sent is shown as text, downloads as a gold candidate, and can be deleted."""
    site, store = ran
    visitor = open_page(site.address)
    ask(visitor, QUESTION)
    # The turn may be drawn once more after the answer, and a click in between be lost.
    visitor.wait_for_load_state("networkidle")
    visitor.locator("#turn-0 .useless").click()
    if not visitor.locator("dialog.feedback textarea").is_visible():
        visitor.wait_for_timeout(1000)
        if not visitor.locator("dialog.feedback textarea").is_visible():
            visitor.locator("#turn-0 .useless").click()
    visitor.locator("dialog.feedback textarea").fill(f"太短了{HOSTILE}")
    visitor.locator("dialog.feedback button.primary").click()
    expect(visitor.locator("#turn-0 .useless")).to_have_attribute("aria-pressed", "true")
    page = logged_in(open_page, site)
    listed = page.locator("#admin-view .judgements li").first
    expect(listed).to_contain_text(f"太短了{HOSTILE}")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出全部（JSONL）").click()
    file = tmp_path / "feedback.jsonl"
    download.value.save_as(file)
    (row,) = map(json.loads, file.read_text("utf-8").splitlines())
    assert row["question"] == QUESTION
    assert row["given"]["citations"][0]["number"] == "云政办发〔2018〕12号"
    assert "is a candidate" in str(read_gold([file])[1][0])
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#admin-view .judgements button.danger").click()
    expect(page.locator("#admin-view .feedback")).to_contain_text("还没有反馈")
    assert FeedbackStore(store.with_name("store.data") / FEEDBACK_FILE).count() == (0, 0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1920, "light")])
def test_fits_every_width(ran, open_page, width: int, scheme: str):
    """From a phone to a wide screen nothing scrolls sideways, and dark is dark."""
    site, _ = ran
    page = logged_in(open_page, site, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ground = page.locator("#admin-view .card").first.evaluate(
        "card => getComputedStyle(card).backgroundColor"
    )
    assert (max(map(int, ground.strip("rgb()").split(","))) < 64) is (scheme == "dark")


def test_guessing_is_locked_out(store: Path, tmp_path: Path, open_page):
    """After five wrong passwords the form says how long to wait, whatever is typed then."""
    shutil.copytree(store, tmp_path / "store")
    with serving(tmp_path / "store", POLICY_ADMIN_PASSWORD=PASSWORD) as fresh:
        page = open_admin(open_page, fresh, wait=False)
        for number in range(5):
            enter(page, f"guess {number}")
            told = "密码不正确" if number < 4 else "密码错误次数过多，请在 30 秒后再试。"
            expect(page.locator("#admin-view .problem")).to_contain_text(told)
            expect(page.get_by_role("button", name="登录", exact=True)).to_be_enabled()
        enter(page)
        expect(page.locator("#admin-view .problem")).to_contain_text("密码错误次数过多")
        expect(page.locator("#admin-view .desk")).to_have_count(0)
