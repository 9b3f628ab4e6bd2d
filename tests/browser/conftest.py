"""A real browser on pages made from results; the suite is skipped, visibly, where Playwright or Chromium is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.model.result import Result, from_json
from harness.report.page import page as page_of

REPORTS = Path(__file__).resolve().parents[2] / "reports"
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))), None)
# No sandbox: a container gives none. The rest keeps the browser from speaking to anybody.
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed: no page was opened in a browser")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: no page was opened in a browser")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Opened:
    """A page that was opened from a file, and everything it did that it should not do."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.address = path.as_uri()
        self.page.goto(self.address)

    def check(self) -> None:
        """Nothing was asked of anybody but the file itself, and nothing was said on the console."""
        assert [url for url in self.requests if url != self.address and not url.startswith(self.address + "#")] == []
        assert self.faults == []


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a result, or a sample by its name, and looks at the end whether it behaved."""
    every: list[Opened] = []

    def open_page(what: Result | str, **options: Any) -> Any:
        result = from_json((REPORTS / f"{what}.json").read_bytes()) if isinstance(what, str) else what
        path = tmp_path / f"page-{len(every)}.html"
        path.write_text(page_of(result), encoding="utf-8")
        every.append(Opened(browser, path, **options))
        return every[-1].page

    yield open_page
    for each in every:
        each.check()
        each.context.close()
