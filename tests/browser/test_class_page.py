"""The page of a class and a student's page in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.grading.checking import Outcome
from harness.grading.grade import Grade, graded
from harness.grading.page import class_page, student_pages
from harness.grading.read_rubric import default_rubric
from harness.model.result import from_json
from tests.browser.conftest import REPORTS, Opened

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
RUBRIC = default_rubric()


def grade_of(student: str, **kinds: int) -> Grade:
    result = from_json((REPORTS / "naive.json").read_bytes())
    outcome = Outcome("failed" if kinds else "survived", kinds=kinds, executions=1200, completed=1200, is_ended=True, result=result)
    checks = tuple(graded(check, outcome) for check in RUBRIC.checks)
    return Grade(
        student=student,
        id="1234",
        score=checks[0].score,
        max_score=100,
        extra=checks[1].score,
        verdict=outcome.verdict,
        file="naive.py",
        handed_in=datetime(2026, 1, 1, tzinfo=UTC),
        late_percent=0,
        checks=checks,
        remarks=(HOSTILE,),
        look_at=("naive.py:3 uses the collector (gc)",),
        sandbox="bwrap: what it keeps apart",
        key=student,
        elapsed_s=1,
        graded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


GRADES = [grade_of("ann", loss=3), grade_of(HOSTILE), grade_of("bob", deadlock=2, loss=1), grade_of("cem", duplication=900)]


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of the class, or the first student's, and looks at the end whether it behaved."""
    every: list[Opened] = []

    def open_page(what: str, **options: Any) -> Any:
        text = class_page(GRADES, {grade.key: "students/x.html" for grade in GRADES}, RUBRIC)
        if what == "student":
            text = student_pages(GRADES[1], RUBRIC, "x")["x.html"]
        path = tmp_path / f"{what}{len(every)}.html"
        path.write_text(text, encoding="utf-8")
        every.append(Opened(browser, path, **options))
        return every[-1].page

    yield open_page
    for each in every:
        each.check()
        each.context.close()


def students(page: Any) -> Sequence[str]:
    return list(page.locator(".sortable tbody th").all_text_contents())


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(shown: Any) -> None:
    page = shown("class")
    assert students(page) == ["ann", HOSTILE, "bob", "cem"]
    page.get_by_role("button", name="score").click()
    assert students(page) == ["bob", "ann", "cem", HOSTILE]
    page.get_by_role("button", name="score").click()
    assert students(page)[0] == HOSTILE
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_without_a_script_all_is_there(shown: Any) -> None:
    page = shown("class", java_script_enabled=False)
    assert students(page) == ["ann", HOSTILE, "bob", "cem"]
    assert page.locator(".keys").is_hidden()
    assert page.locator("svg rect").count() == 11
    assert page.get_by_role("link", name="ann").first.is_visible()


@pytest.mark.parametrize("what", ["class", "student"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(shown: Any, what: str, width: int) -> None:
    assert shown(what, viewport={"width": width, "height": 800}).evaluate("document.documentElement.scrollWidth") <= width


def test_a_students_page_begins_with_the_rubric(shown: Any) -> None:
    page = shown("student", viewport={"width": 1280, "height": 900})
    box = page.get_by_text("One producer, one consumer").first.bounding_box()
    assert box is not None
    assert box["y"] < 300
    assert page.locator(".grade .points").count() == 6


@pytest.mark.parametrize("what", ["class", "student"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shown: Any, what: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: nothing was checked for accessibility")
    found = axe.Axe().run(shown(what, color_scheme=scheme))
    assert found.violations_count == 0, found.generate_report()
