"""How heavy and how slow the first visit is: `python -m tests.web.first_load ADDRESS`.

In: the address of a running server. Out: for a desk and for a phone on a slow line, the bytes
that an empty cache fetches, the requests, and the seconds until the page shows itself, until a
question can be typed and until the examples are there. Medians of several visits.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

VISITS = 3
# What Lighthouse calls slow 4G: 1.6 Mbit/s down, 150 ms there and back; a processor of a quarter.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER_PROCESSOR = 4


@dataclass(frozen=True)
class Visit:
    """One first visit; times in seconds from the start of the navigation."""

    kilobytes: float
    requests: int
    painted: float
    typing: float
    examples: float


def visit(browser, address: str, phone: bool) -> Visit:
    """Open the page with an empty cache and wait until everything is there."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size, locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    if phone:
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    started = time.monotonic()
    page.goto(address, wait_until="commit")
    page.locator("#question textarea").wait_for(timeout=120_000)
    typing = time.monotonic() - started
    page.locator("#examples button:visible").first.wait_for(timeout=120_000)
    examples = time.monotonic() - started
    page.wait_for_timeout(1500)
    painted = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"
    )
    context.close()
    return Visit(sum(received) / 1024, len(received), painted or 0.0, typing, examples)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Measure the first visit to a running server.")
    parser.add_argument("address", help="such as http://127.0.0.1:7860")
    address = parser.parse_args(arguments).address
    with sync_playwright() as runner:
        executable = shutil.which("chromium")
        browser = runner.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        print("visit                KB  requests  painted s  typing s  examples s")
        for name, phone in (("desk", False), ("phone, slow line", True)):
            visits = [visit(browser, address, phone) for _ in range(VISITS)]
            values = [
                statistics.median(getattr(each, field) for each in visits)
                for field in Visit.__dataclass_fields__
            ]
            print("{:16} {:6.0f} {:9.0f} {:10.1f} {:9.1f} {:11.1f}".format(name, *values))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
