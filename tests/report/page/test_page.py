"""The page stands alone, says what the result says, and holds whatever the target holds as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

import harness
from harness.model.finding import Finding
from harness.model.result import Result, from_json, to_json
from harness.model.trace import Step, Switch, ThreadEnd, Trace
from harness.report.page import page
from harness.report.page.playback import playback_of
from tests.checks import ROWS, checked
from tests.tables import Expectation

REPORTS = Path(__file__).resolve().parents[3] / "reports"
FLAWED_FOLDER = REPORTS.parent / "implementations" / "flawed"
SAMPLES = sorted(REPORTS.glob("*.json"))
# Where a row has a text it holds the text's number, in these columns.
COLUMNS = {"moments": (4, 5), "switches": (3, 4), "standings": (1, 2), "holdings": (2,), "links": (2, 3)}
COLUMNS |= {"before": (1, 2), "changes": (1, 2), "logged": (3,), "output": (2,)}
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>'\"\u2028]]>"


def data_of(html: str) -> list[Any]:
    """The executions in the page's data, with the texts where the rows have their numbers, as the player puts them there."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    for execution in data["executions"]:
        if execution is not None:
            for name, columns in COLUMNS.items():
                rows = execution[name]
                for row in [row for rows in rows for row in rows] if name in ("standings", "holdings") else rows:
                    row[:] = [data["texts"][field] if column in columns else field for column, field in enumerate(row)]
            execution["source"] = {str(number): data["sources"][file][1] for number, file in enumerate(execution["files"])}
            execution["files"] = [data["sources"][file][0] for file in execution["files"]]
    executions: list[Any] = data["executions"]
    return executions


def text_of(html: str) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture
def lost(overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> str:
    return page(result_of("failed", finding_of("loss", "message 101 was lost", overwrite), limits=("module nowhere is one step",), remarks=("a remark",)))


def hostile_trace(scribe: Any) -> Trace:
    trace = scribe(f"{HOSTILE}.py", {8: f"        self.m = {HOSTILE!r}"})
    for thread in (HOSTILE, "consumer-1"):
        trace.put(thread, HOSTILE)
        trace.write(thread, 8, f"Pipeline.{HOSTILE}", HOSTILE)
        trace.sync(thread, "acquire", 8, HOSTILE)
        trace.raises(thread, 8, HOSTILE)
        trace.end(thread, "blocked", waits_for=f"to acquire {HOSTILE}, held by {HOSTILE}", file=HOSTILE, line=8)
    trace.switch(HOSTILE, "consumer-1")
    made: Trace = trace.trace()
    return msgspec.structs.replace(made, notes=(HOSTILE,))


def test_the_page_loads_nothing_and_allows_only_its_own_script_and_style(lost: str) -> None:
    assert lost.startswith("<!doctype html>")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', lost)
    style, script = re.search(r"<style>(.*?)</style>", lost, re.DOTALL), re.search(r"<script>(.*?)</script>", lost, re.DOTALL)
    assert policy and style and script
    hashes = [base64.b64encode(hashlib.sha256(part[1].encode()).digest()).decode() for part in (script, style)]
    own = f"script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'"
    assert unescape(policy[1]) == f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    assert not re.search(r"<link|<img|<iframe|https?:|@import|\son\w+=|\sstyle=|javascript:", re.sub(r"<script>.*?</script>", "", lost, flags=re.DOTALL))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|fetch\(|XMLHttpRequest", script[1])


def test_the_page_says_without_a_script_what_the_text_says(lost: str) -> None:
    text = text_of(lost)
    for said in (
        "FAILED naive.py: loss, first seen in execution 2",
        "message 101 was lost",
        "producer-1 wrote message 101 to Pipeline.message at line 8.",
        "naive.py:8 self .message = message",
        "harness replay naive.py h1:AAAA",
        "put(101) begins",
        "write Pipeline.message = 101",
        "read Pipeline.message -> 102",
        "sees producer-1's step 6",
        "producer-1 has ended: consumer-1 runs",
        "module nowhere is one step",
        "a remark",
    ):
        assert said in text, said


def test_the_verdict_and_its_bounds_come_before_anything_else(lost: str) -> None:
    text = text_of(lost)
    order = ["FAILED", "(budget 5,000)", "What went wrong", "message 101 was lost", "harness replay", "Step by step", "How the search went"]
    places = [text.index(said) for said in order]
    assert places == sorted(places)


def test_whatever_the_target_holds_is_text(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = hostile_trace(scribe)
    passing = msgspec.structs.replace(trace, steps=trace.steps[:3])
    finding = finding_of("loss", HOSTILE, trace, mode=HOSTILE, replay=HOSTILE, explanation=(HOSTILE,), passing=passing)
    html = page(result_of("failed", finding, target=HOSTILE, limits=(HOSTILE,), remarks=(HOSTILE,), error=HOSTILE, strategy=HOSTILE, python=HOSTILE))
    assert len(re.findall(r"<script", html)) == len(re.findall(r"</script", html)) == 2
    assert re.findall(r".{0,80}(?:<!--|<img|\u2028)", html) == []
    assert "onerror=alert(1)&gt;" in html
    (execution,) = data_of(html)
    assert execution["threads"][0] == HOSTILE.replace("\u2028", "\\u2028")


def test_what_no_file_can_hold_is_written_as_an_escape(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe(source={8: "x = '\udc80\x00'"})
    trace.write("producer-1", 8, "Pipeline.m", "'\ud800'")
    trace.read("consumer-1", 8, "Pipeline.m", "'\ud800'")
    trace.write("producer-1", 8, "Pipeline.m", "'\ud800'")
    finding = Finding(kind="loss", severity="error", mode="class", message="lost \udfff", trace=trace.trace())
    html = page(msgspec.structs.replace(result_of("failed"), findings=(finding,)))
    assert "\\ud800" in html.encode("utf-8").decode()


@pytest.mark.parametrize("verdict", ["verified", "survived"])
def test_a_pass_says_what_it_rests_on(verdict: str, result_of: Callable[..., Result]) -> None:
    text = text_of(page(result_of(verdict, complete=verdict == "verified", limits=("cut off at the step limit",))))
    assert text.strip().startswith(("VERIFIED", "SURVIVED")) or verdict.upper() in text
    assert ("every schedule" in text) == (verdict == "verified") or "not every schedule" in text
    assert "cut off at the step limit" in text
    assert "What went wrong" not in text


def test_an_error_shows_its_aligned_lines(result_of: Callable[..., Result]) -> None:
    html = page(result_of("error", error="naive.py: diverges\n  recorded: a\n  replayed: b"))
    assert "<pre>  recorded: a\n  replayed: b</pre>" in html


def test_findings_of_one_execution_share_its_picture(overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    html = page(result_of("failed", finding_of("loss", "lost", overwrite), finding_of("duplication", "twice", overwrite)))
    assert html.count("<svg") == 1
    assert len(data_of(html)) == 1


def test_a_finding_without_a_trace_has_words_only(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    html = page(result_of("failed", finding_of("deadlock", "nobody can go on", None, schedule="")))
    assert "nobody can go on" in text_of(html)
    assert "Look for it again" in html
    assert "<svg" not in html


def test_a_circle_of_waits_is_told_thread_by_thread(embrace: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    text = text_of(page(result_of("failed", finding_of("deadlock", "nobody can go on", embrace))))
    assert "producer-1 waits for Pipeline.back , held by consumer-1" in text
    assert "consumer-1 waits for Pipeline.front , held by producer-1 : the circle is closed" in text


def test_what_went_wrong_is_shown_before_any_warning_and_each_kind_of_warning_is_argued_once(
    overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    races = [finding_of("data-race", f"m: a writes it at naive.py:{line}", overwrite, explanation=("Nothing orders the two.",)) for line in (8, 11, 5)]
    text = text_of(page(result_of("failed", finding_of("loss", "message 101 was lost", overwrite), *races)))
    order = ["3 warnings: data-race.", "What went wrong: loss", "How it came about", "Step by step", "what other executions", "naive.py:8", "at naive.py:5"]
    places = [text.index(said, text.index("Step by step") if "naive" in said else 0) for said in order]
    assert places == sorted(places)
    assert text.count("Nothing orders the two.") == 1
    assert text.count("m: a writes it") == 3


def test_a_warning_alone_is_seen_and_not_what_went_wrong(
    overwrite: Trace, counter: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    text = text_of(page(result_of("failed", finding_of("loss", "lost", overwrite), finding_of("data-race", "a race", counter))))
    assert "1. What went wrong: loss" in text
    assert "2. What was seen: data-race" in text
    assert text.count("What went wrong") == 1


def test_what_both_modes_show_at_the_same_lines_is_argued_once_and_folded(
    overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    why, hint = "producer-1 wrote 102 over it at line 8.", "Wait before line 8."
    other = msgspec.structs.replace(overwrite, notes=("sent = [101, 102]",))
    first = finding_of("loss", "message 101 was lost", overwrite, explanation=(why,), hints=(hint,))
    twice = finding_of("duplication", "message 102 came twice", overwrite, explanation=("line 11",))
    again = finding_of("loss", "message 14 was lost", other, mode="program", explanation=(why,), hints=(hint,), replay="harness replay naive.py h1:BBBB")
    html = page(result_of("failed", first, twice, again, mode="class+program"))
    text = text_of(html)
    assert "2. The same again: loss (program mode)" in text
    assert "It comes about at the same lines as 1. loss and duplication (class mode) , which is argued there." in text
    assert text.count(why) == text.count(hint) == 1
    assert "harness replay naive.py h1:BBBB" in text
    folded = re.search(r'<details class="likewise">.*?</table>', html, re.DOTALL)
    assert folded is not None
    assert "Steps of execution 2" in folded[0]
    elsewhere = msgspec.structs.replace(again, explanation=("producer-1 wrote 102 over it at line 20.",))
    assert "The same again" not in text_of(page(result_of("failed", first, twice, elsewhere, mode="class+program")))


def test_the_table_ends_where_what_is_wrong_is_complete_and_the_player_says_so(
    scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    naive = scribe(source={8: "        self.message = message"})
    for value in range(101, 120):
        naive.put("producer-1", str(value))
        naive.write("producer-1", 8, "Pipeline.message", str(value))
        naive.put_returns("producer-1", str(value))
    naive.get("consumer-1")
    naive.read("consumer-1", 11, "Pipeline.message", "119")
    naive.get_returns("consumer-1", "119")
    html = page(result_of("failed", finding_of("loss", "message 101, put by producer-1, was returned by no get", naive.trace())))
    text = text_of(html)
    assert "what is wrong is complete: the rest of the execution left out" in text
    assert "write Pipeline.message = 103" in text
    assert "write Pipeline.message = 118" not in text
    (execution,) = data_of(html)
    assert execution["moments"][execution["complete"] - 1][5] == "write Pipeline.message = 102"
    assert len(execution["moments"]) == 60
    assert '<g class="crossing complete"><title>what is wrong is complete</title>' in html


def test_a_passing_execution_stands_beside_and_the_first_difference_is_marked(
    counter: Trace, scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    passing = scribe("counter.py")
    passing.write("main", 9, "counter.n", "0")
    passing.read("Thread-1", 4, "counter.n", "0")
    passing.write("Thread-1", 4, "counter.n", "1")
    passing.switch("Thread-1", "Thread-2", "ended")
    passing.read("Thread-2", 4, "counter.n", "1")
    passing.write("Thread-2", 4, "counter.n", "2")
    for name, role in (("main", "main"), ("Thread-1", "own"), ("Thread-2", "own")):
        passing.end(name, role=role)
    text = text_of(page(result_of("failed", finding_of("assertion", "AssertionError", counter, mode="function", passing=passing.trace()))))
    assert "in the failing one: Thread-1 is preempted: Thread-2 runs . In the passing one: Thread-1 goes on ." in text
    assert text.count("the first difference") == 1


@pytest.mark.lengthy
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_usual_finding_takes_less_than_300_kilobytes(row: Expectation) -> None:
    assert len(page(checked(row)).encode()) < 300_000


@pytest.mark.lengthy
@pytest.mark.parametrize("name", ["ring_count", "number_before_message"])
def test_all_findings_of_two_producers_and_two_consumers_take_less_than_300_kilobytes(name: str) -> None:
    """The largest pages of all mistakes: spinning threads, long executions, up to five of them."""
    result = harness.check(str(FLAWED_FOLDER / f"{name}.py"), mode="class", producers=2, consumers=2, all=True, executions=1200)
    assert len(result.findings) > 1
    assert len(page(result).encode()) < 300_000
    assert len(to_json(msgspec.structs.replace(result, findings=()))) < 20_000, "how the search went is told in few points"


def test_the_data_says_what_the_executions_hold_each_text_and_each_line_once(
    overwrite: Trace, embrace: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    html = page(result_of("failed", finding_of("loss", "lost", overwrite), finding_of("crash", "raised", None), finding_of("deadlock", "stuck", embrace)))
    assert data_of(html) == [json.loads(msgspec.json.encode(None if trace is None else playback_of(trace))) for trace in (overwrite, None, embrace)]
    twice = page(result_of("failed", finding_of("loss", "lost", overwrite), finding_of("loss", "lost", msgspec.structs.replace(overwrite, notes=("other",)))))
    for said in ('"write Pipeline.message = 102"', '"self"],["",".message = message"'):
        assert twice.partition('id="data"')[2].count(said) <= 1, said
    one, other = data_of(twice)
    assert one == other


def test_ten_thousand_steps_make_a_page_of_bounded_size(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    html = page(result_of("failed", finding_of("loss", "lost", long_trace(10_000))))
    (execution,) = data_of(html)
    assert len(execution["moments"]) > 9_000
    body = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert body.count("<tr") < 700, "the table is bounded"
    assert len(re.findall(r"<(rect|path|circle|text)", body)) < 12_000, "the picture is bounded"


def long_trace(length: int) -> Trace:
    """Two threads that write to one place in turns, never the same value, so that nothing can be folded."""
    steps = [
        Step(n, f"Thread-{n % 2}", "long.py", 1 + n % 7, "work", "write", f"write box.n = {n}", "box.n", 1, str(n), True, True) for n in range(1, length + 1)
    ]
    switches = [Switch(n, f"Thread-{n % 2}", f"Thread-{(n + 1) % 2}", "preemption") for n in range(1, length)]
    ends = tuple(ThreadEnd(f"Thread-{n}", "own", "ended") for n in (0, 1))
    return Trace(("Thread-0", "Thread-1"), tuple(steps), tuple(switches), (), ends, {"long.py": {n: f"box.n = {n}" for n in range(1, 8)}})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_committed_pages_hold_the_data_of_their_results(sample: Path) -> None:
    """The gold of the page's data; after a change on purpose: harness report reports/NAME.json --out reports."""
    made, committed = page(from_json(sample.read_bytes())), sample.with_suffix(".html").read_text(encoding="utf-8")
    assert [without_colours(one) for one in data_of(made)] == [without_colours(one) for one in data_of(committed)]
    assert text_of(made) == text_of(committed)


def without_colours(execution: Any) -> Any:
    """The data with source lines as plain text: what is a keyword may differ between versions of the highlighter."""
    if execution is None:
        return None
    source = {file: {line: "".join(text for _, text in tokens) for line, tokens in lines.items()} for file, lines in execution["source"].items()}
    return {**execution, "source": source}


def test_there_are_three_samples() -> None:
    assert len(SAMPLES) >= 3


def test_a_pass_gives_the_advice_that_the_text_gives(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    text = text_of(page(result_of("survived", finding_of("data-race", "two writes"))))
    assert "More threads may show more: --producers 2 --consumers 2" in text
    assert "With 1 warning: data-race. A warning does not change the verdict." in text
    assert "What was seen: data-race" in text
