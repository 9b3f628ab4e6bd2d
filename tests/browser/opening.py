"""Measures how long a page takes to open: ``python -m tests.browser.opening reports/naive.html ...`` in the root of the repository.

In a fresh window each time, from the start of the navigation: until something was painted, and until everything was loaded, the player with it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, REPORTS

ROUNDS = 15
MOMENTS = """new Promise(resolve => {
  const look = () => {
    const [navigation] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (paint && navigation.loadEventEnd) resolve([paint.startTime, navigation.loadEventEnd]);
    else requestAnimationFrame(look);
  };
  look();
})"""


def main(pages: list[Path]) -> None:
    """A line for each page: its size, and the median and the slowest of the rounds."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        print(f"Chromium {browser.version}, {ROUNDS} rounds each; median, slowest")
        for page in pages:
            rounds = [opened(browser, page) for _ in range(ROUNDS)]
            painted, loaded = (sorted(times) for times in zip(*rounds, strict=True))
            told = [f"{said} {times[ROUNDS // 2]:.0f}, {times[-1]:.0f} ms" for said, times in (("painted", painted), ("loaded", loaded))]
            print(f"{page.name}, {page.stat().st_size / 1000:.0f} KB: {'; '.join(told)}")
        browser.close()


def opened(browser: Any, page: Path) -> tuple[float, float]:
    """The milliseconds until something was painted, and until all was loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    window = context.new_page()
    window.goto(page.resolve().as_uri())
    painted, loaded = window.evaluate(MOMENTS)
    context.close()
    return painted, loaded


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m tests.browser.opening", description="Measures how long pages take to open in Chromium.")
    parser.add_argument("pages", metavar="PAGE.html", type=Path, nargs="*", default=[REPORTS / "naive.html"])
    main(parser.parse_args().pages)
