"""The report that a student reads in a terminal: the verdict, the argument, the steps that matter, and the line that shows it again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import assert_never

from harness.model.finding import PREDICTED, Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.argue_endings import wait_phrase
from harness.report.argument import argue
from harness.report.groups import alike_among, by_execution, complete_in, cost_of, said_once
from harness.report.story import Story
from harness.report.table import Line, lay_out
from harness.report.view import view_of
from harness.report.words import count, file_name, joined, printable, seconds, shortened, unique

OUTPUT_LINES = 6
WARNINGS_TOLD = 3
"""Data races and lock orders told of one result; the JSON has them all."""
HINTS_HEADING = "What would rule it out"
REPLAY_LIMIT = 400
"""A replay shows the one execution whole; beyond this many steps that matter, it too leaves some out."""


def render(result: Result, width: int) -> str:
    """The report as plain text in lines of at most `width` columns, but for the replay line, which stays whole to be pasted."""
    return _as_text(report_lines(result, width))


def render_replay(mode: str, target: str, finding: Finding | None, trace: Trace, is_shown: bool, width: int) -> str:
    """What a replay showed, as `render` does it; every step that matters is shown."""
    return _as_text(replay_lines(mode, target, finding, trace, is_shown, width))


def report_lines(result: Result, width: int) -> list[Line]:
    """The lines of `render` with their roles."""
    lines = [*_verdict(result, width)]
    groups = by_execution(finding for finding in result.findings if finding.kind not in PREDICTED)
    for group, alike in zip(groups, alike_among(groups), strict=True):
        lines += [Line(""), *(_group(group, result, width) if alike is None else _likewise(group, groups[alike], result, width))]
    predicted = [finding for finding in result.findings if finding.kind in PREDICTED]
    lines += _forewarned(predicted, result, width)
    if result.remarks:
        lines += [Line(""), Line("Beside that:", "heading")]
        for remark in result.remarks:
            lines += _paragraph(printable(remark), width, "  - ", "    ")
    if result.limits:
        lines += [Line(""), Line("What this check could not see, or took for granted:", "heading")]
        for limit in result.limits:
            lines += _paragraph(printable(limit), width, "  - ", "    ")
    lines += _replays(groups or [[finding] for finding in predicted[:WARNINGS_TOLD]], result.mode)
    return lines


def replay_lines(mode: str, target: str, finding: Finding | None, trace: Trace, is_shown: bool, width: int) -> list[Line]:
    """The lines of `render_replay` with their roles."""
    subject = printable(target)
    if is_shown and finding is not None:
        lines = [Line(f"SHOWN AGAIN  {subject} ({mode} mode): {finding.kind}", "verdict-failed"), Line("")]
        lines += _claim(finding, width)
        lines += _argument(finding, trace, width)
        lines += _hints(finding.hints, width)
    else:
        lines = [Line(f"NOT SHOWN  {subject} ({mode} mode): the schedule ran to its end, and nothing failed", "verdict-passed")]
        lines += _paragraph("The program has changed since the schedule was recorded, or the finding came from outside the program.", width, "  ", "  ")
    lines += _execution(trace, finding.message if finding is not None else "", width, REPLAY_LIMIT)
    return lines


def headline(result: Result) -> Line:
    """The verdict in one sentence, first of all that is said."""
    target = printable(result.target)
    match result.verdict:
        case "failed":
            errors = [finding for finding in result.findings if finding.severity == "error"]
            first = min((finding.executions_to_find for finding in errors), default=0)
            found = f", first seen in execution {first:,}" if first else ""
            return Line(f"FAILED  {target}: {joined(unique(finding.kind for finding in errors))}{found}", "verdict-failed")
        case "verified":
            return Line(f"VERIFIED  {target}: every schedule within the bounds was covered, and none fails", "verdict-passed")
        case "survived":
            return Line(f"SURVIVED  {target}: no failing execution among {result.executions:,}; this is not a proof", "verdict-passed")
        case "error":
            reason = (result.error or "no reason was given").removeprefix(result.target).lstrip(":, ")
            return Line(f"ERROR  {target} could not be judged: {printable(reason.partition(chr(10))[0])}", "verdict-error")
        case _:
            assert_never(result.verdict)


def _verdict(result: Result, width: int) -> list[Line]:
    if result.verdict == "error":
        # The reason stays on one line, however long; its further lines (``recorded:`` and ``replayed:``) stay aligned as they are.
        lines = [headline(result), *(Line(printable(line)) for line in (result.error or "").splitlines()[1:])]
        return lines + (_paragraph(basis_of(result), width, "  ", "  ", "basis") if result.executions else [])
    said = headline(result)
    lines = _paragraph(said.text, width, "", "  ", said.role)
    lines += _paragraph(basis_of(result), width, "  ", "  ", "basis")
    for sentence, role in advice_of(result):
        lines += _paragraph(sentence, width, "  ", "  ", role)
    return lines


def advice_of(result: Result) -> list[tuple[str, str]]:
    """What a reader of a pass should know besides, with the roles of the lines."""
    warnings = unique(finding.kind for finding in result.findings if finding.severity == "warning")
    said = []
    if result.verdict == "survived" and "class" in result.mode and result.scenario.producers == result.scenario.consumers == 1:
        said.append(("More threads may show more: --producers 2 --consumers 2", "basis"))
    if result.verdict == "survived" and result.mode == "class" and result.unseen is not None and result.scenario.messages > 1:
        said.append(("Fewer messages may be proved, for they have fewer schedules: --messages 1", "basis"))
    if warnings and result.verdict != "failed":
        said.append((f"With {count(len(warnings), 'warning')}: {joined(warnings)}. A warning does not change the verdict.", "plain"))
    return said


def basis_of(result: Result) -> str:
    """What the verdict rests on, in one sentence."""
    size, bounds = result.scenario, result.bounds
    parts = []
    if "class" in result.mode:
        each = " each" if size.producers > 1 else ""
        sized = f", capacity {size.capacity}" if result.is_sized else ""
        parts.append(f"{count(size.producers, 'producer')}, {count(size.consumers, 'consumer')}, {count(size.messages, 'message')}{each}{sized}")
    if "+" in result.mode:
        parts[0] = f"class mode ({parts[0]}) and program mode"
    elif result.mode != "class":
        parts.append(f"{result.mode} mode")
    ran = f"{count(result.executions, 'execution')} in {seconds(result.elapsed_s)}"
    limits = [] if result.classes is None or result.executions == result.classes == 1 else [f"{result.classes:,} of them inequivalent"]
    limits.append(f"budget {bounds.executions:,}")
    if bounds.preemptions is not None:
        limits.append(f"at most {count(bounds.preemptions, 'preemption')} each")
    if bounds.time_s is not None:
        limits.append(f"at most {bounds.time_s:g} s, so another machine may get further")
    parts += [f"{ran} ({', '.join(limits)})", f"engine {result.engine}, strategy {result.strategy}, seed {result.seed}, Python {result.python}"]
    return "; ".join(parts) + "."


def _group(group: Sequence[Finding], result: Result, width: int) -> list[Line]:
    lines: list[Line] = []
    trace = next((finding.trace for finding in group if finding.trace is not None), None)
    hinted: set[str] = set()
    for position, finding in enumerate(group):
        if position:
            lines.append(Line(""))
        lines += _claim(finding, width, result.mode)
        lines += _argument(said_once(finding, position), finding.trace or trace, width)
        lines += _hints([hint for hint in finding.hints if hint not in hinted], width)
        hinted.update(finding.hints)
    if trace is not None:
        lines += _execution(trace, " ".join(finding.message for finding in group), width, 60, cost_of(group[0]), complete_in(group, trace))
    return lines


def _likewise(group: Sequence[Finding], alike: Sequence[Finding], result: Result, width: int) -> list[Line]:
    """The claims of an execution that comes about as one that has been shown."""
    lines: list[Line] = []
    for finding in group:
        lines += [*([Line("")] if lines else []), *_claim(finding, width, result.mode)]
    said = f"It comes about at the same lines as in {alike[0].mode} mode, which is shown above; a replay shows this execution too."
    return [*lines, Line(""), *_paragraph(said, width, "  ", "  ", "argument")]


def _claim(finding: Finding, width: int, mode: str = "") -> list[Line]:
    where = _mode_of(finding, mode) if mode else ""
    warning = "warning, " if finding.severity == "warning" else ""
    return _paragraph(f"{warning}{finding.kind}{where}: {printable(finding.message)}", width, "", "  ", "finding")


def _mode_of(finding: Finding, mode: str) -> str:
    """In which mode the finding was made, where the check had more than one."""
    return f" ({finding.mode} mode)" if finding.mode != mode else ""


def _forewarned(findings: Sequence[Finding], result: Result, width: int) -> list[Line]:
    """What other executions may do: the first few claims, each kind argued once; no execution is shown for them, for it need not have failed."""
    lines: list[Line] = []
    argued: set[str] = set()
    for finding in findings[:WARNINGS_TOLD]:
        lines += [Line(""), *_claim(finding, width, result.mode)]
        if finding.kind not in argued:
            argued.add(finding.kind)
            lines += _argument(finding, finding.trace, width)
        lines += _hints(finding.hints, width)
    rest = [finding.kind for finding in findings[WARNINGS_TOLD:]]
    if rest:
        more = joined([f"{rest.count(kind)} more of kind {kind}" for kind in unique(rest)])
        lines += [Line(""), *_paragraph(f"And {more}; --format json tells them all.", width, "", "  ")]
    return lines


def _argument(finding: Finding, trace: Trace | None, width: int) -> list[Line]:
    sentences = finding.sentences() or (argue(finding.kind, finding.message, trace) if trace is not None else ())
    if not sentences:
        return []
    return [Line(""), *_paragraph(" ".join(printable(sentence) for sentence in sentences), width, "  ", "  ", "argument")]


def _hints(hints: Sequence[str], width: int) -> list[Line]:
    """What would rule the finding out, under its argument."""
    if not hints:
        return []
    lines = [Line(""), Line(f"  {HINTS_HEADING}:", "heading")]
    for hint in hints:
        lines += _paragraph(printable(hint), width, "  - ", "    ", "hint")
    return lines


def _execution(trace: Trace, message: str, width: int, limit: int, cost: str = "", until: int = 0) -> list[Line]:
    view = view_of(trace, message, limit, until)
    files = f" of {', '.join(printable(file_name(file)) for file in view.files)}" if view.files else ""
    some = f"{view.shown} of {count(view.total, 'step')} shown"
    lines = [Line(""), *_paragraph(f"The execution{files}, top to bottom ({f'{cost}; ' if cost else ''}{some}):", width, "", "  ", "heading"), Line("")]
    if view.setting and len(view.setting) <= 8:
        lines += [*_paragraph(f"At the start {joined(view.setting)}.", width, "  ", "  ", "setting"), Line("")]
    lines += lay_out(view, width)
    lines += _printed(trace, width)
    lines += _noted(trace, width)
    lines += standing_lines(trace, width)
    return lines


def _printed(trace: Trace, width: int) -> list[Line]:
    said = [(output.thread, text) for output in trace.output for text in output.text.splitlines() if text.strip()]
    if not said:
        return []
    lines = [Line(""), Line("It printed:", "heading")]
    shown = said if len(said) <= OUTPUT_LINES else said[-OUTPUT_LINES:]
    if len(shown) < len(said):
        lines.append(Line(f"  ... {count(len(said) - len(shown), 'line')} before ...", "gap"))
    lines += [Line(shortened(f"  {thread}: {printable(text)}", max(width, 20)), "output") for thread, text in shown]
    return lines


def _noted(trace: Trace, width: int) -> list[Line]:
    """What passed, and the program's own logs."""
    if not trace.notes:
        return []
    lines = [Line(""), Line("What passed, and what the program noted of it:", "heading")]
    for note in trace.notes:
        lines += _paragraph(printable(note), width, "  ", "    ", "output")
    return lines


def standing_lines(trace: Trace, width: int) -> list[Line]:
    """How each thread stood at the end, where one of them had not ended."""
    if all(end.state == "ended" or end.is_daemon for end in trace.ends):
        return []
    story = Story(trace)
    signals, holders = story.signal_labels(), story.holders().values()
    lines = [Line(""), Line("At the end:", "heading")]
    for end in trace.ends:
        where = f" at line {end.line}" if end.line else ""
        daemon = " (daemon)" if end.is_daemon else ""
        match end.state:
            case "blocked":
                state = f"waits{where} {wait_phrase(end.waits_for, signals)}".rstrip()
            case "running":
                state = f"still runs{where}"
            case _:
                state = "has ended"
        taken_here = [taken for taken in holders if taken.thread == end.name]
        held = [f"{printable(taken.location)} ({f'since line {taken.line}' if taken.line else story.line(taken)})" for taken in taken_here]
        holds = f"; it holds {joined(held)}" if held else ""
        lines += _paragraph(printable(f"{end.name}{daemon} {state}{holds}"), width, "  ", "    ", "standing")
    return lines


def _replays(groups: Sequence[Sequence[Finding]], mode: str) -> list[Line]:
    """The command of each execution, alone on its line, the first finding's last: that is where a reader looks."""
    commands = [(joined(unique(finding.kind for finding in group)) + _mode_of(group[0], mode), group[0].replay) for group in groups if group[0].replay]
    if not commands:
        return []
    them = "it" if len(commands) == 1 else "them"
    is_replay = all(finding.schedule for group in groups for finding in group if finding.replay)
    lines = [Line(""), Line(f"To see {them} again, step by step:" if is_replay else f"To look for {them} again:", "heading")]
    for kinds, command in reversed(commands):
        if len(commands) > 1:
            lines.append(Line(f"# {kinds}", "gap"))
        lines.append(Line(printable(command), "replay"))
    return lines


def _paragraph(text: str, width: int, first: str, rest: str, role: str = "plain") -> list[Line]:
    wrapped = textwrap.wrap(text, max(width, 20), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [Line(line, role) for line in wrapped or [first.rstrip()]]


def _as_text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines) + "\n"
