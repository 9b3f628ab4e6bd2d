"""The player: slider, buttons, keyboard, rows and picture show one and the same step."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import pytest

from harness.model.finding import Finding
from harness.model.result import from_json
from tests.browser.conftest import REPORTS
from tests.browser.test_looks import result_around, violations_of
from tests.report.conftest import Scribe
from tests.report.page.test_page import long_trace


def now(page: Any) -> str:
    return str(page.locator(".now").first.inner_text())


@cache
def step_of(sample: str, what: str, which: int = 0) -> int:
    """The number of the step of a sample that did this, whatever number it has in the sample as it is."""
    trace = from_json((REPORTS / f"{sample}.json").read_bytes()).findings[0].trace
    assert trace is not None
    return [step.step for step in trace.steps if step.what == what][which]


def test_arrows_home_and_end_step_through_the_execution(opened: Any) -> None:
    page = opened("naive")
    slider = page.get_by_label("Step through it").first
    slider.focus()
    page.keyboard.press("Home")
    assert now(page).startswith("Before the first step.")
    page.keyboard.press("ArrowRight")
    assert now(page).startswith(f"Step {step_of('naive', 'put(101) begins')}: producer-1: put(101) begins.")
    page.keyboard.press("ArrowRight")
    assert now(page).startswith(f"Step {step_of('naive', 'write Pipeline.message = 101')}: producer-1, line 23: write Pipeline.message = 101.")
    page.keyboard.press("ArrowLeft")
    assert now(page).startswith(f"Step {step_of('naive', 'put(101) begins')}:")
    page.keyboard.press("End")
    last = f"Step {step_of('naive', 'get() returns 103', -1)}:"
    assert now(page).startswith(f"{last} consumer-1: get() returns 103.")
    page.keyboard.press("ArrowRight")
    assert now(page).startswith(last), "the end is the end"


def test_the_slider_says_its_step_to_a_screen_reader(opened: Any) -> None:
    page = opened("naive")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == f"Step {step_of('naive', 'get() returns 103', -1)}: consumer-1: get() returns 103"
    assert page.locator(".now[role=status]").count() == 1


def test_a_row_of_the_table_and_a_place_in_the_picture_choose_a_step(opened: Any) -> None:
    page = opened("naive")
    row = page.locator(".steps tr", has_text="write Pipeline.message = 102")
    row.click()
    assert now(page).startswith(f"Step {step_of('naive', 'write Pipeline.message = 102')}:")
    assert row.get_attribute("aria-current") == "step"
    mark = page.locator(".mark.write use").nth(2)
    mark.click(force=True)
    assert now(page).startswith(f"Step {step_of('naive', 'write Pipeline.message = 103')}:")
    assert page.locator(".steps [aria-current]").count() == 1


def test_a_mark_that_is_pointed_at_says_its_step(opened: Any) -> None:
    page = opened("naive")
    marks = page.locator(".mark.write use")
    assert marks.nth(1).locator("title").count() == 0
    for _ in range(2):
        marks.nth(1).dispatch_event("pointerover")
        (said,) = marks.nth(1).locator("title").all_text_contents()
        assert said == f"Step {step_of('naive', 'write Pipeline.message = 102')}: producer-1, line 23: write Pipeline.message = 102"


def test_the_line_the_values_the_logs_and_the_output_are_those_of_the_step(opened: Any) -> None:
    page = opened("naive")
    page.locator(".steps tr", has_text="read Pipeline.message -> 103").first.click()
    running = page.locator(".card.runs")
    assert "consumer-1" in running.inner_text()
    assert running.locator("li[aria-current]").inner_text().split(None, 2)[1:] == ["26", "message = self.message"]
    assert page.locator(".values tbody tr").first.inner_text().split("\t")[:3] == ["Pipeline.message", "103", "producer-1, line 23"]
    state = page.locator(".state").inner_text()
    assert "Produced so far (3)" in state
    assert "Consumed so far (0)" in state
    assert "producer-1: producing message of 103" in state


def test_what_another_thread_wrote_is_named_where_it_is_seen(opened: Any) -> None:
    page = opened("naive")
    written = step_of("naive", "write Pipeline.message = 103")
    page.locator(".steps tr", has_text=f"sees producer-1's step {written}").click()
    assert f"It sees what producer-1 did to Pipeline.message in step {written} (write Pipeline.message = 103)." in now(page)


def test_the_first_step_shown_is_the_preemption_and_the_buttons_go_from_switch_to_switch(opened: Any) -> None:
    page = opened("ab_ba")
    assert "producer-1 is preempted: consumer-1 runs" in now(page)
    page.get_by_role("button", name="Next switch").click()
    later = now(page)
    assert "consumer-1 must wait: producer-1 runs" in later
    page.get_by_role("button", name="Previous switch").click()
    assert "is preempted" in now(page)
    page.get_by_role("button", name="End").click()
    cards = page.locator(".card").all_inner_texts()
    assert any("producer-1" in card and "waits to acquire Pipeline.messages_lock" in card and "holds Pipeline.free_lock since line" in card for card in cards)
    page.get_by_role("button", name="Start").click()
    assert now(page).startswith("Before the first step.")


@pytest.mark.parametrize("refuses", [False, True], ids=["clipboard", "older way"])
def test_the_replay_line_is_copied_whole(opened: Any, refuses: bool) -> None:
    page = opened("naive", permissions=[] if refuses else ["clipboard-read", "clipboard-write"])
    if refuses:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.evaluate("addEventListener('copy', () => { window.copied = String(getSelection()); })")
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("window.copied" if refuses else "navigator.clipboard.readText()")
    assert copied == page.locator(".command").first.inner_text()
    assert copied.startswith("harness replay implementations/naive.py h1:")


def test_the_keyboard_alone_reaches_everything_and_sees_where_it_is(opened: Any) -> None:
    page = opened("ab_ba")
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || document.activeElement.id"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    for wanted in ("Copy", "Timeline of execution 1", "Steps of execution 1", "slider-1", "Next \N{BLACK RIGHT-POINTING TRIANGLE}"):
        assert wanted in seen, (wanted, seen)


def test_an_execution_that_is_folded_shows_its_step_when_it_is_opened(opened: Any) -> None:
    long, argued = long_trace(400), {"explanation": ("m is written at line 8.",)}
    first = Finding("loss", "error", "class", "lost", trace=msgspec.structs.replace(long, notes=("other",)), **argued)
    page = opened(result_around(first, Finding("loss", "error", "program", "lost too", trace=long, **argued), mode="class+program"))
    slider = page.get_by_role("slider").nth(1)
    assert not slider.is_visible()
    page.locator(".likewise summary").first.focus()
    page.keyboard.press("Enter")
    slider.focus()
    page.keyboard.press("End")
    assert page.locator(".likewise .now").inner_text().startswith("Step 400:")
    page.locator(".likewise summary").first.click()
    page.locator(".likewise .steps").evaluate("each => { each.scrollTop = 0; }")
    page.locator(".likewise summary").first.click()
    # The page is told of the opening a moment later. Playwright's wait_for_function evaluates strings, which the page's policy forbids.
    page.locator(".likewise .steps").evaluate(
        """each => new Promise((hold, fail) => {
            const look = () => each.scrollTop > 0 ? hold() : requestAnimationFrame(look);
            setTimeout(() => fail(new Error("it stays at its top")), 30000);
            look();
        })"""
    )
    assert violations_of(page) == []


def test_the_player_says_from_where_on_what_is_wrong_is_complete(opened: Any) -> None:
    naive = Scribe(source={8: "        self.message = message"})
    for value in range(101, 112):
        naive.put("producer-1", str(value))
        naive.write("producer-1", 8, "Pipeline.message", str(value))
        naive.put_returns("producer-1", str(value))
    naive.get("consumer-1")
    naive.read("consumer-1", 11, "Pipeline.message", "111")
    naive.get_returns("consumer-1", "111")
    page = opened(result_around(Finding("loss", "error", "class", "message 101 was lost", trace=naive.trace())))
    page.locator(".steps tr", has_text="write Pipeline.message = 102").click()
    assert "With this, what is wrong is complete." in now(page)
    page.get_by_role("button", name="End", exact=False).click()
    assert "What is wrong was complete in step 5." in now(page)
    assert "the rest of the execution left out" in page.locator(".steps [aria-current]").inner_text()
    assert page.locator(".crossing.complete text").text_content() == "complete"
    assert violations_of(page) == []
