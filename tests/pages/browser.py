"""The browser of the page tests: which one it is, and who sits before it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = (
    "There is no browser for the tests of the pages. `make browser` looks for one and installs "
    "one where it can; or put a Chromium on the path by hand."
)
PHONE, DESKTOP, NARROW = (390, 844), (1280, 900), (320, 640)
# A page that is refused is logged as a resource that failed; what it says is tested.
_STATUS = re.compile(r"the server responded with a status of (403|404|409|422|429)")


def found_browser(fetched: str = "") -> str | None:
    """Return a browser on the path, else the one that the driver has fetched, else None."""
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if on_path or fetched:
        return on_path or (fetched if Path(fetched).exists() else None)
    with sync_playwright() as driver:
        fetched = driver.chromium.executable_path
    return fetched if Path(fetched).exists() else None


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a browser without a window for as long as the block does; raises RuntimeError."""
    with sync_playwright() as driver:
        path = found_browser(driver.chromium.executable_path)
        if path is None:
            raise RuntimeError(MISSING)
        # Chromium's sandbox needs rights that a container seldom has; only our pages are open.
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """Somebody before the browser: one window, and what went wrong in it."""

    context: BrowserContext
    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.context.on("request", lambda request: self._asked(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _STATUS.search(message.text):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(self.origin):
            self.wrong.append(f"left the origin: {url}")

    def open(self, url: str) -> int:
        """Open an address; return the status."""
        answer = self.page.goto(url)
        assert answer is not None
        return answer.status

    def choose(self, *names: str) -> None:
        """Follow links by what they say, one after another."""
        for name in names:
            self._go(self.page.get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """Press a button by what it says, and wait for the page that comes."""
        self._go(self.page.get_by_role("button", name=name))

    def type(self, **said: str) -> None:
        """Fill in fields by their names."""
        for name, text in said.items():
            self.page.fill(f"#{name}", text)

    def take_first_time(self) -> str:
        """Take the first free time; return what it says."""
        first = self.page.locator(".times a").first
        said = first.inner_text()
        self._go(first)
        return said

    def _go(self, where: Locator) -> None:
        """Click, and wait until the page that comes is there."""
        with self.page.expect_navigation():
            where.click()

    @property
    def title(self) -> str:
        """What the page's one heading of the first level says."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """All that can be read."""
        return self.page.locator("body").inner_text()

    def violations(self) -> list[str]:
        """Return what axe finds: each rule, and where it is broken."""
        found: dict[str, Any] = Axe().run(self.page).response
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def visitor(browser: Browser, origin: str, **options: Any) -> Iterator[Visitor]:  # noqa: ANN401 - the driver's own options
    """Open a window for as long as the block runs; it fails for whatever went wrong in it."""
    width, height = options.pop("size", PHONE)
    usual = {"locale": "en-US", "timezone_id": "America/New_York", "reduced_motion": "reduce"}
    context = browser.new_context(
        viewport={"width": width, "height": height}, **{**usual, **options}
    )
    context.set_default_timeout(10_000)
    found = Visitor(context, context.new_page(), origin)
    try:
        yield found
    finally:
        context.close()
    assert found.wrong == []
