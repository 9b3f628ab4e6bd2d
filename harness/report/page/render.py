"""The page: one self-contained file, nothing loaded, everything escaped, the one script and the one style allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from harness.model.finding import Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.argument import argue
from harness.report.page.circle import waiting_circle
from harness.report.page.compare import Comparison, compare
from harness.report.page.packed import embedded
from harness.report.page.picture import Picture, picture_of
from harness.report.page.playback import Playback, passed, playback_of
from harness.report.page.search import search_pictures, why_none
from harness.report.page.source import Tokens, highlighted
from harness.report.page.table import Cell, cells_of
from harness.report.text import advice_of, basis_of, by_execution, headline, said_once, standing_lines
from harness.report.view import view_of
from harness.report.words import count, file_name, joined, printable, unique

ROWS = 200
"""Steps that the table shows at most; the player stops at every one."""
MOST_LINES = 4
NOTHING = Markup("")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding in words; `lines` are the source lines that its argument names."""

    kind: str
    is_warning: bool
    message: str
    argument: tuple[str, ...]
    hints: tuple[str, ...]
    lines: tuple[tuple[str, int, Tokens], ...]
    replay: str
    is_schedule: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One execution with all that was found in it. Without a trace (some findings of real threads have none) there are the claims only."""

    number: int
    title: str
    claims: tuple[Claim, ...]
    cost: str
    found_in: int
    mode: str
    playback: Playback | None = None
    picture: Picture | None = None
    cells: tuple[Cell, ...] = ()
    setting: tuple[str, ...] = ()
    shown: int = 0
    total: int = 0
    has_many_files: bool = False
    standing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    comparison: Comparison | None = None
    circle: tuple[tuple[str, str, str], ...] = ()

    @property
    def is_failing(self) -> bool:
        """Whether something was found in it that decides the verdict."""
        return any(not claim.is_warning for claim in self.claims)


def page(result: Result, preface: Markup = NOTHING) -> str:
    """The HTML page of a result; made from the result alone. `preface` is what comes before it, already safe: a grade, say."""
    executions = [_shown(number, group, result) for number, group in enumerate(by_execution(result.findings), 1)]
    style, script = _part("page.css"), _part("page.js")
    word, _, rest = headline(result).text.partition("  ")
    is_one = len(executions) == 1
    failing = [(shown.mode, shown.found_in, shown.title if is_one else str(shown.number)) for shown in executions if shown.is_failing]
    return _template().render(
        result=result,
        word=word,
        said=rest,
        target=printable(result.target),
        errors=joined(unique(finding.kind for finding in result.findings if finding.severity == "error")),
        more_of_error=[printable(line) for line in (result.error or "").splitlines()[1:]],
        basis=printable(basis_of(result)),
        settings=printable(f"{result.strategy}, seed {result.seed}, engine {result.engine}, Python {result.python}"),
        advice=[sentence for sentence, _ in advice_of(result)],
        executions=executions,
        searches=search_pictures(result, failing),
        why_none=printable(why_none(result)),
        remarks=[printable(remark) for remark in result.remarks],
        limits=[printable(limit) for limit in result.limits],
        count=count,
        file_name=file_name,
        preface=preface,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=Markup(embedded([shown.playback for shown in executions])),
    )


def _shown(number: int, group: Sequence[Finding], result: Result) -> Shown:
    first = group[0]
    trace = next((finding.trace for finding in group if finding.trace is not None), None)
    title = joined(unique(finding.kind for finding in group))
    mode = printable(f" ({first.mode} mode)") if first.mode != result.mode else ""
    claims = tuple(_claim(said_once(finding, position), finding.trace or trace) for position, finding in enumerate(group))
    cost = [count(first.preemptions, "preemption")]
    if first.expiries:
        cost.append(f"{count(first.expiries, 'timeout or sleep', 'timeouts or sleeps')} ended early")
    if first.minimal and first.preemptions + first.expiries:
        cost.append("no schedule with fewer fails this way")
    if trace is None:
        return Shown(number, title + mode, claims, "", first.executions_to_find, first.mode)
    playback = playback_of(trace)
    numbers = [moment.step for moment in playback.moments]
    view = view_of(trace, " ".join(finding.message for finding in group), ROWS)
    passing = next((finding.passing for finding in group if finding.passing is not None), None)
    return Shown(
        number,
        title + mode,
        claims,
        ", ".join(cost),
        first.executions_to_find,
        first.mode,
        playback,
        picture_of(playback),
        cells_of(view, playback, lambda step: max(1, passed(numbers, step))),
        view.setting if len(view.setting) <= 8 else (),
        view.shown,
        view.total,
        len(view.files) > 1,
        tuple(line.text.strip() for line in standing_lines(trace, 100_000) if line.role == "standing"),
        tuple(printable(note) for note in trace.notes),
        compare(trace, passing) if passing is not None else None,
        waiting_circle(trace),
    )


def _claim(finding: Finding, trace: Trace | None) -> Claim:
    argument = finding.sentences() or (argue(finding.kind, finding.message, trace) if trace is not None else ())
    sentences = tuple(printable(sentence) for sentence in argument)
    lines = _named_lines(f"{finding.message} {' '.join([*sentences, *finding.hints])}", trace) if trace is not None else ()
    return Claim(
        finding.kind,
        finding.severity == "warning",
        printable(finding.message),
        sentences,
        tuple(printable(hint) for hint in finding.hints),
        lines,
        printable(finding.replay),
        bool(finding.schedule),
    )


def _named_lines(text: str, trace: Trace) -> tuple[tuple[str, int, Tokens], ...]:
    """The source lines that the text names ("line 8", "bank.py:8"), with their files, in the order of their mention."""
    files = [file for file in trace.source if trace.source[file]]
    found: dict[tuple[str, int], Tokens] = {}
    for name, number, alone in re.findall(r"(\S+\.pyw?):(\d+)|\blines? (\d+)", text):
        line = int(number or alone)
        file = next((file for file in files if (not name or file_name(file) == file_name(name)) and line in trace.source[file]), "")
        if file and len(found) < MOST_LINES:
            found.setdefault((printable(file), line), highlighted({line: trace.source[file][line].strip()}, {line}).get(line, ()))
    return tuple((file, line, tokens) for (file, line), tokens in found.items())


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = lambda number: f"{number:g}"
    return environment.get_template("page.html")


@lru_cache(maxsize=2)
def _part(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
