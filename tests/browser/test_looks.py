"""The first screen, every width and scheme, print, no script, hostile input, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize
from harness.model.turn import Turn
from harness.model.unseen import unseen_after
from tests.report.conftest import Scribe
from tests.report.page.test_page import HOSTILE, hostile_trace, long_trace

SAMPLES = ["naive", "ab_ba", "if_for_while"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def result_around(*findings: Finding, **more: Any) -> Result:
    settings: dict[str, Any] = {"target": "t.py", "mode": "class", "engine": "explore", "strategy": "auto", "seed": 0, "python": "3.12.1", "verdict": "failed"}
    return Result(scenario=ScenarioSize(), bounds=Bounds(), findings=findings, **{**settings, **more})


def is_on_first_screen(page: Any, text: str, height: int) -> bool:
    box = page.get_by_text(text).first.bounding_box()
    return box is not None and box["y"] + box["height"] <= height


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_first_screen_says_what_went_wrong_where_and_how_to_see_it_again(opened: Any, viewport: dict[str, int]) -> None:
    page = opened("naive", viewport=viewport)
    what, where, again = "messages 101 and 102, put by producer-1, were returned by no get", "naive.py:23", "harness replay implementations/naive.py h1:"
    for said in (what, where, again, "budget 5,000"):
        assert is_on_first_screen(page, said, viewport["height"]), said


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_no_page_is_wider_than_its_window(opened: Any, sample: str, width: int) -> None:
    page = opened(sample, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark_follow_the_reader(opened: Any) -> None:
    grounds = [opened("naive", color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor") for scheme in ("light", "dark")]
    assert grounds == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_a_script_everything_but_the_player_is_there(opened: Any, viewport: dict[str, int]) -> None:
    page = opened("naive", java_script_enabled=False, viewport=viewport)
    for said in ("messages 101 and 102", "harness replay implementations/naive.py"):
        assert page.get_by_text(said).first.is_visible(), said
    for said in ("put(101) begins", "write Pipeline.message = 101", "read Pipeline.message -> 103"):
        assert page.locator(".steps").get_by_text(said).first.is_visible(), said
    assert page.locator("svg .mark.write use").count() == 3
    assert page.locator(".player, .copy").evaluate_all("all => all.filter(each => each.offsetParent !== null).length") == 0


def test_on_paper_the_table_is_whole_and_the_player_gone(opened: Any) -> None:
    page = opened("if_for_while")
    page.emulate_media(media="print")
    assert not page.locator(".player").first.is_visible()
    box = page.locator(".steps").first
    assert box.evaluate("each => each.scrollHeight <= each.clientHeight + 1")
    assert len(page.pdf(format="A4")) > 10_000


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
def test_nothing_of_a_hostile_target_runs_or_leaves_the_page(opened: Any, is_scripted: bool) -> None:
    finding = Finding("deadlock", "error", HOSTILE, HOSTILE, (HOSTILE,), replay=HOSTILE, explanation=(HOSTILE,), hints=(HOSTILE,), trace=hostile_trace(Scribe))
    page = opened(result_around(finding, target=HOSTILE, limits=(HOSTILE,), remarks=(HOSTILE,)), java_script_enabled=is_scripted)
    assert page.locator("img, iframe, object, embed, link").count() == 0
    assert page.locator("script").count() == 2
    if is_scripted:
        for button in ("Start", "Next", "End", "Copy"):
            page.get_by_role("button", name=button, exact=False).first.click()
        assert HOSTILE.partition("\u2028")[0] in page.locator(".now").inner_text()


def test_ten_thousand_steps_open_and_step(opened: Any) -> None:
    page = opened(result_around(Finding("loss", "error", "class", "lost", trace=long_trace(10_000))))
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    assert page.locator(".now").inner_text().startswith("Step 10000:")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".now").inner_text().startswith("Step 9999:")
    assert page.locator("*").count() < 6_000


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation(opened: Any, sample: str, scheme: str, viewport: dict[str, int]) -> None:
    assert violations_of(opened(sample, color_scheme=scheme, viewport=viewport)) == []


def test_axe_finds_no_violation_in_a_pass_or_a_long_or_a_hostile_page(opened: Any) -> None:
    warned = Finding("data-race", "warning", "class", "two writes", trace=long_trace(1_200))
    hostile = Finding("deadlock", "error", "class", HOSTILE, replay=HOSTILE, explanation=(HOSTILE,), hints=(HOSTILE,), trace=hostile_trace(Scribe))
    for result in (result_around(verdict="survived", limits=("a limit",)), result_around(warned, verdict="survived"), result_around(hostile)):
        assert violations_of(opened(result)) == []


def searched(verdict: str) -> Result:
    """A result with every curve that there is, or with one that ended."""
    if verdict == "verified":
        whole = Turn(mode="class", strategy="dpor", until=24, seen=((0, 0), (24, 24)), is_complete=True)
        return result_around(verdict=verdict, complete=True, executions=124, turns=(whole, Turn(mode="class", strategy="portfolio", until=124)))
    turns = (
        Turn(mode="class", strategy="dpor", until=2000, seen=((0, 0), (2000, 2000))),
        Turn(mode="class", strategy="sample", until=2500, seen=((2000, 0), (2500, 300)), unseen=unseen_after([1] * 200 + [3] * 100)),
        Turn(mode="class", strategy="portfolio", until=5000),
    )
    failing = [Finding("loss", "error", "class", "lost", executions_to_find=2), Finding("crash", "error", "class", "raised", executions_to_find=4990)]
    return result_around(*failing, verdict=verdict, executions=5000, turns=turns)


@pytest.mark.parametrize("verdict", ["verified", "failed"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_picture_of_the_search_fits_every_window_and_can_be_read(opened: Any, verdict: str, width: int) -> None:
    page = opened(searched(verdict), viewport={"width": width, "height": 800}, java_script_enabled=width != 375)
    picture = page.get_by_role("img", name="Classes of equivalent executions")
    box = picture.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for text in picture.locator("text").all():
        inside = text.bounding_box()
        assert inside["height"] >= 9, "large enough to read"
        assert box["x"] - 1 <= inside["x"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1, text.inner_html()
    assert page.get_by_text("What is left.").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_picture_of_the_search(opened: Any, scheme: str) -> None:
    for verdict in ("verified", "failed"):
        assert violations_of(opened(searched(verdict), color_scheme=scheme)) == []


def test_what_would_rule_it_out_stands_beside_the_argument_with_its_line(opened: Any) -> None:
    page = opened("if_for_while")
    claim = page.locator(".claim", has_text="IndexError").first
    assert claim.locator(".hints h4").inner_text() == "What would rule it out"
    assert "`while` for `if` at line 27" in claim.locator(".hints p").inner_text()
    assert "if_for_while.py:27" in claim.locator(".where").inner_text()


def violations_of(page: Any) -> Any:
    axe = pytest.importorskip("axe_playwright_python", reason="the extra `browser` is not installed: axe was not asked")
    # Through the debugger's own door: the page's policy would rightly refuse a script of somebody else's.
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8") + ";0")
    return page.evaluate("axe.run().then(found => found.violations.map(each => [each.id, each.nodes.map(node => node.html.slice(0, 200))]))")


@pytest.fixture
def pictures(opened: Any, request: pytest.FixtureRequest) -> Callable[[str], bytes]:
    return lambda sample: opened(sample).screenshot()


def test_a_picture_of_the_page_can_be_taken(pictures: Callable[[str], bytes]) -> None:
    assert pictures("naive").startswith(b"\x89PNG")
