# SPDX-License-Identifier: GPL-2.0-only
"""The walk's page, made from recorded walks, in a browser without a window; and KTAP.

No test here needs a guest or root; scripts/test-page runs them. Each file is a test: exit status 0 if it passed, 1 if it
failed, 4 if something is missing.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, Callable

import comparing
import walkrecorded
import webpage
from many import Many

PASSED, FAILED, SKIPPED = 0, 1, 4
WIDTHS = (390, 838, 1440)
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "zh")
RECORDED = ("udp", "closed", "tcp")

# As labs are: a plot, tables, how many were lost at which place.
LAB = {"lab": "drops", "title": "Drop lab: eth3", "seen": {"D8": True}, "counts": {"D8": 20, "D9": 0},
       "plot": {"title": "A plot", "labels": ["ping", "flood"],
                "series": [["interrupts per packet", [1.0, 0.02]]]},
       "tables": [{"title": "Where", "head": ["", "place"], "rows": [["D8", "no socket"]],
                   "note": "A note."}]}

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    MISSING = "" if os.path.exists("/usr/bin/chromedriver") else "chromium-driver"
except ImportError:
    MISSING = "python3-selenium"


class Page:
    """One page in one browser."""

    def __init__(self, directory: Path) -> None:
        options = webdriver.ChromeOptions()
        # No sandbox: root has none, and what is opened is our own file. No names are
        # resolved: whatever the page asks the network for is an error on the console.
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
                         f"--user-data-dir={directory / 'profile'}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.file = directory / "page.html"

    def open(self, address: str = "", width: int = 1440, scheme: str = "light") -> None:
        """Anew: nothing of what was done to it before is left."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=900,
                     deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        self.driver.get("about:blank")
        self.driver.get(f"file://{self.file}#{address}")

    def command(self, name: str, **arguments: Any) -> Any:
        """One of the DevTools'."""
        return self.driver.execute_cdp_cmd(name, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def count(self, selector: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def click(self, selector: str) -> None:
        """Where a pointer would: what lies over it takes the click."""
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", element)
        ActionChains(self.driver).move_to_element(element).click().perform()

    def type(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def choose(self, selector: str, value: str) -> None:
        self.run("const one = document.querySelector(arguments[0]); one.value = arguments[1];"
                 "one.dispatchEvent(new Event('change', {bubbles: true}))", selector, value)

    def picture(self, name: str) -> bytes:
        """All of it. With PICTURES=DIRECTORY it is kept there, for people."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000),
            "scale": 1})
        content = base64.b64decode(shot["data"])
        if os.environ.get("PICTURES"):
            (Path(os.environ["PICTURES"]) / f"{name}.png").write_bytes(content)
        return content

    def complaints(self) -> list[str]:
        """What the browser said about the page."""
        return [row["message"] for row in self.driver.get_log("browser")]


class Test:
    """Points of one test."""

    def __init__(self) -> None:
        self.points, self.failed = 0, 0

    def check(self, good: Any, text: str, *notes: object) -> bool:
        self.points += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.points} - {text}", flush=True)
        for line in () if good else "\n".join(map(str, notes)).splitlines():
            print(f"# {line}", flush=True)
        return bool(good)

    def same(self, got: object, wanted: object, text: str) -> bool:
        return self.check(got == wanted, text, f"got {got!r}", f"wanted {wanted!r}")


def skip(reason: str) -> int:
    print(f"1..0 # SKIP {reason}")
    return SKIPPED


def finish(test: Test) -> int:
    print(f"1..{test.points}")
    return FAILED if test.failed or not test.points else PASSED


def many() -> dict[str, Any]:
    """A result of --count: the walks that there are, again and again."""
    counted = Many()
    for name in ("udp", "closed", "rps"):
        for walk in walkrecorded.result(name)["walks"]:
            counted.add(walk)
    return {**walkrecorded.result("udp"), "walks": counted.walks(), "many": counted.plain()}


def content(kind: str) -> str:
    if kind == "pair":
        pair = comparing.PAIRS["rps"]
        return webpage.page([walkrecorded.result(name) for name in (pair.left, pair.right)], pair)
    if kind == "lab":
        return webpage.page([], None, LAB)
    if kind == "many":
        return webpage.page([many()])
    return webpage.page([walkrecorded.result(name) for name in RECORDED])


def main(test: Callable[[Test, Page], None], kind: str = "walks") -> None:
    """Run a test with a page: "walks", "pair" (a comparison), "many"."""
    if MISSING:
        sys.exit(skip(f"{MISSING} is not installed (scripts/setup test)"))
    print("KTAP version 1")
    points = Test()
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "page.html").write_text(content(kind), encoding="utf-8")
        page = Page(Path(directory))
        try:
            test(points, page)
            points.same(page.complaints(), [], "the browser has nothing to complain about")
        except Exception:
            points.check(False, "the test ran to its end", *traceback.format_exc().splitlines())
        finally:
            page.driver.quit()
    sys.exit(finish(points))
