# SPDX-License-Identifier: GPL-2.0-only
"""The walk's page, made from recorded walks, in a browser without a window; and KTAP."""

from __future__ import annotations


import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, Callable

TREE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TREE / "tests/unit")]

PASSED, FAILED, SKIPPED = 0, 1, 4
WIDTHS = (390, 838, 1440)
SCHEMES = ("light", "dark")

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.chrome.service import Service
    MISSING = "" if Path("/usr/bin/chromedriver").exists() else "chromium-driver"
except ImportError:
    MISSING = "python3-selenium"


class Page:
    """One page in one browser."""

    def __init__(self, directory: Path) -> None:
        options = webdriver.ChromeOptions()
        # No sandbox: as root it has none, and what is opened is our own file.
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--host-resolver-rules=MAP * ~NOTFOUND",
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
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", element)
        element.click()

    def type(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def choose(self, selector: str, value: str) -> None:
        self.run("const one = document.querySelector(arguments[0]); one.value = arguments[1];"
                 "one.dispatchEvent(new Event('change', {bubbles: true}))", selector, value)

    def picture(self, name: str = "") -> bytes:
        """All of the page. Kept if PICTURES= says where."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.command("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1})
        import base64
        return base64.b64decode(shot["data"])

    def complaints(self) -> list[str]:
        return [row["message"] for row in self.driver.get_log("browser")
                if row["level"] in ("SEVERE", "WARNING")]


class Test:
    """Points of one test, as KTAP."""

    def __init__(self) -> None:
        self.points, self.failed = 0, 0

    def check(self, good: Any, text: str, *notes: object) -> bool:
        self.points += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.points} - {text}", flush=True)
        for note in () if good else notes:
            print(f"# {note}", flush=True)
        return bool(good)
