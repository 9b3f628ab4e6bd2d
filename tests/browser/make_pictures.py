"""Takes pictures of the sample pages, to be looked at: ``python -m tests.browser.make_pictures DIR`` in the root of the repository.

For each page in reports/ a desktop, a dark and a phone picture and what a printer gets (PDF), and reports/ab_ba.png, which README shows.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, REPORTS

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SHOWN = {"width": 1150, "height": 850}


def main(folder: Path) -> None:
    """Write every picture into the folder and say what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for sample in sorted(REPORTS.glob("*.html")):
            for name, viewport, scheme in (("desktop", DESKTOP, "light"), ("dark", DESKTOP, "dark"), ("phone", PHONE, "light")):
                page = browser.new_page(viewport=viewport, color_scheme=scheme)
                page.goto(sample.as_uri())
                page.screenshot(path=folder / f"{sample.stem}-{name}.png", full_page=True)
                if name == "desktop":
                    page.pdf(path=folder / f"{sample.stem}-print.pdf", format="A4")
                page.close()
        page = browser.new_page(viewport=SHOWN, color_scheme="light")
        page.goto((REPORTS / "ab_ba.html").as_uri())
        page.screenshot(path=REPORTS / "ab_ba.png")
        browser.close()
    print(f"written: {folder}, {REPORTS / 'ab_ba.png'}")


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m tests.browser.make_pictures", description="Takes pictures of the sample pages, to be looked at.")
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path("pictures"))
    main(parser.parse_args().folder)
