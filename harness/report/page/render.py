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

from harness.model.finding import PREDICTED, Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.argument import argue
from harness.report.groups import Group, alike_among, by_execution, complete_in, cost_of, said_once
from harness.report.page.circle import waiting_circle
from harness.report.page.compare import Comparison, compare
from harness.report.page.packed import embedded
from harness.report.page.picture import Picture, picture_of
from harness.report.page.playback import Playback, passed, playback_of
from harness.report.page.search import search_pictures, why_none
from harness.report.page.source import Tokens, highlighted
from harness.report.page.table import Cell, cells_of
from harness.report.text import advice_of, basis_of, headline, standing_lines
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
    """One execution with all that was found in it. Without a trace (some findings of real threads have none) there are the claims only.

    `warnings` is what it says of other executions, where it failed itself. `likeness`: the number of the execution that shows the same mistakes by what
    happened at the same lines, and is argued; 0 where this one is.
    """

    number: int
    title: str
    claims: tuple[Claim, ...]
    cost: str
    found_in: int
    mode: str
    warnings: tuple[Claim, ...] = ()
    likeness: int = 0
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

    @property
    def warned(self) -> str:
        """What its warnings are: "2 warnings: data-race"; "" where there are none."""
        kinds = [claim.kind for claim in self.warnings]
        return f"{count(len(kinds), 'warning')}: {joined(unique(kinds))}" if kinds else ""


def page(result: Result, preface: Markup = NOTHING) -> str:
    """The HTML page of a result; made from the result alone. `preface` is what comes before it, already safe: a grade, say."""
    groups = by_execution(result.findings)
    foremost = [[finding for finding in group if finding.kind not in PREDICTED] for group in groups]
    executions = [
        _shown(number, group, result, 0 if alike is None else alike + 1)
        for number, (group, alike) in enumerate(zip(groups, alike_among(foremost), strict=True), 1)
    ]
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


def _shown(number: int, group: Group, result: Result, likeness: int) -> Shown:
    first = group[0]
    warned = [finding for finding in group if finding.kind in PREDICTED]
    told = [finding for finding in group if finding.kind not in PREDICTED] or warned
    trace = next((finding.trace for finding in group if finding.trace is not None), None)
    mode = printable(f" ({first.mode} mode)") if first.mode != result.mode else ""
    title = joined(unique(finding.kind for finding in told)) + mode
    claims = _claims([said_once(finding, position) for position, finding in enumerate(told)], trace, not likeness)
    warnings = _claims(warned if told is not warned else [], trace)
    if trace is None:
        return Shown(number, title, claims, "", first.executions_to_find, first.mode, warnings, likeness)
    message = " ".join(finding.message for finding in told)
    view = view_of(trace, message, ROWS, complete_in(told, trace))
    playback = playback_of(trace, view.complete)
    numbers = [moment.step for moment in playback.moments]
    passing = next((finding.passing for finding in group if finding.passing is not None), None)
    return Shown(
        number,
        title,
        claims,
        cost_of(first),
        first.executions_to_find,
        first.mode,
        warnings,
        likeness,
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
        waiting_circle(trace) if not likeness else (),
    )


def _claims(findings: Sequence[Finding], trace: Trace | None, is_argued: bool = True) -> tuple[Claim, ...]:
    """The findings in words; of those that speak of other executions each kind is argued once, for the argument is the same but for the lines."""
    argued: set[str] = set()
    claims: list[Claim] = []
    for finding in findings:
        claims.append(_claim(finding, finding.trace or trace, is_argued and finding.kind not in argued, is_argued))
        argued |= {finding.kind} & PREDICTED
    return tuple(claims)


def _claim(finding: Finding, trace: Trace | None, is_argued: bool, is_placed: bool) -> Claim:
    argument = finding.sentences() or (argue(finding.kind, finding.message, trace) if trace is not None else ())
    sentences = tuple(printable(sentence) for sentence in argument) if is_argued else ()
    hints = tuple(printable(hint) for hint in finding.hints) if is_placed else ()
    lines = _named_lines(f"{finding.message} {' '.join([*sentences, *hints])}", trace) if trace is not None and is_placed else ()
    return Claim(
        finding.kind,
        finding.severity == "warning",
        printable(finding.message),
        sentences,
        hints,
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
