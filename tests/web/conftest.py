"""A real server on a store of six invented documents, and a real browser to visit it.

The documents go through the real `python -m ingest` and the page through the real `app.py`,
both as separate processes.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PLANE_TREES = """云江市人民政府办公室文件

云政办发〔2018〕12号

云江市人民政府办公室关于印发云江市 行道树养护办法的通知

各县（区）人民政府，市政府有关部门：

《云江市行道树养护办法》已经市政府同意，现印发给你们，请认真贯彻执行。

云江市人民政府办公室

2018年11月5日

云江市行道树养护办法

第一章 总则

第一条 为了加强行道树养护，改善城市环境，结合本市实际，制定本办法。

第二条 行道树由所在街道负责日常养护，市园林部门负责技术指导和监督检查。

第三条 行道树养护坚持政府主导、分级负责、公众参与的原则，所需经费列入本级财政预算。

第四条 任何单位和个人都有爱护行道树的义务，对损害行道树的行为有权劝阻和举报。

第二章 养护

第五条 新栽行道树应当设置支撑，支撑保留时间不少于两年，松动的应当在三日内加固。

第六条 行道树树穴应当保持平整，不得堆放杂物，不得倾倒热水、油污和化雪剂。

第七条 夏季连续七日无有效降雨的，街道应当组织浇水，每株每次浇水量不少于五十升。

第八条 悬铃木每年冬季修剪一次，修剪应当在12月15日以前完成，修剪后的枝条应当当日清运。

第九条 发现病虫害的，街道应当在二十四小时内报告市园林部门，并采取防治措施。

第十条 因施工需要移植行道树的，建设单位应当在施工前三十日向市园林部门提出申请。

第三章 附则

第十一条 损害行道树的，依照有关法律法规处理。

第十二条 本办法自2019年1月1日起施行。
"""
HOSTILE = """云江市人民政府文件

云政发〔2019〕7号

云江市人民政府关于加强渡船夜间航行管理的通知

各县（区）人民政府，市政府各部门：

一、夜间航行的渡船应当配备两盏示位灯 <img src=x onerror="window.hacked=1"> 并在开航前逐盏试亮。

二、渡船船长应当记录试亮情况 ![灯](http://images.invalid/lamp.png) <script>hacked=2</script>。

三、违反本通知的，由市港航部门责令改正 {{7*7}} ${7*7} [详情](javascript:window.hacked=3)。

云江市人民政府

2019年3月8日
"""
NOTICE = """云江市人民政府办公室文件

云政办发〔2018〕{number}号

云江市人民政府办公室关于做好{subject}工作的通知

各县（区）人民政府，市政府有关部门：

一、明确任务。{subject}工作由市{office}牵头，各县（区）应当在九月底以前完成摸底登记。

二、落实经费。{subject}所需经费由市、县两级财政按照六比四的比例分担，专款专用。

云江市人民政府办公室

2018年12月{day}日
"""
NOTICES = (
    (31, "公园长椅更新", "园林部门", 3),
    (32, "老旧路灯改造", "城管部门", 10),
    (33, "社区书屋建设", "文化部门", 17),
    (34, "冬季供水防冻", "水务部门", 24),
)


@dataclass(frozen=True)
class Site:
    """A running server and how long it took from process start to its first page."""

    address: str
    seconds: float


def health(site: Site) -> dict:
    """What /health says."""
    with urllib.request.urlopen(f"{site.address}/health", timeout=10) as response:
        return json.load(response)


@contextmanager
def serving(store: Path, **settings: str) -> Iterator[Site]:
    """Run app.py on a free port until the block ends; `settings` are POLICY_ variables."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "app.py", "--port", str(port), "--store", str(store)]
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.DEVNULL, env=os.environ | settings
    )
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=60).close()
                break
            except OSError:
                assert process.poll() is None, "app.py ended before it served a page"
                assert time.monotonic() - started < 60, "app.py served no page in 60 seconds"
                time.sleep(0.05)
        yield Site(address, time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that `python -m ingest` made of six documents."""
    folder = tmp_path_factory.mktemp("web")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "plane-trees.txt").write_text(PLANE_TREES, encoding="utf-8")
    (documents / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    for number, subject, office, day in NOTICES:
        text = NOTICE.format(number=number, subject=subject, office=office, day=day)
        (documents / f"notice-{number}.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ingest", str(documents), "--store", str(folder / "store")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "store"


@pytest.fixture(scope="session")
def site(store: Path) -> Iterator[Site]:
    """The server, with its assistant loaded."""
    with serving(store) as running:
        deadline = time.monotonic() + 120
        while not health(running)["ready"]:
            assert time.monotonic() < deadline, "the assistant was not ready after 120 seconds"
            time.sleep(0.2)
        yield running


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed (apt-get install chromium fonts-noto-cjk)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as runner:
        running = runner.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def open_page(browser):
    """A function that opens an address; afterwards no request may have gone elsewhere."""
    contexts, requested, hosts = [], [], set()

    def open_at(
        address: str,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        wait: bool = True,
        locale: str = "zh-CN",
    ):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale
        )
        contexts.append(context)
        hosts.add(urlsplit(address).netloc)
        context.on("request", lambda request: requested.append(request.url))
        page = context.new_page()
        page.goto(address)
        if wait:
            page.locator("#examples button:visible").first.wait_for(timeout=60_000)
        return page

    yield open_at
    for context in contexts:
        context.close()
    visited = [urlsplit(url) for url in requested]
    elsewhere = [
        url for url in visited if url.scheme.startswith("http") and url.netloc not in hosts
    ]
    assert visited or not contexts
    assert elsewhere == []
