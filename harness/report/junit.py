"""A result as JUnit XML, as continuous integration reads it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from harness.model.result import Result
from harness.report.text import basis_of, headline, render
from harness.report.words import printable

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Result) -> str:
    """A `testsuites` document that ends with a newline: a failed case for every error, or one case for the whole check.

    No case says of a kind that it is absent: a search that ended at its first failure has not looked for the others. Warnings fail
    nothing; they stand in the suite's output with everything else. A target that could not be judged is one case that is an error.
    """
    errors = [finding for finding in result.findings if finding.severity == "error"] if result.verdict == "failed" else []
    is_error = result.verdict == "error"
    counts = {"tests": str(max(1, len(errors))), "failures": str(len(errors)), "errors": str(int(is_error)), "skipped": "0"}
    name, time_s = _clean(result.target), f"{result.elapsed_s:.3f}"
    root = ElementTree.Element("testsuites", {"name": "race-harness", **counts, "time": time_s})
    suite = ElementTree.SubElement(root, "testsuite", {"name": name, **counts, "time": time_s})
    properties = ElementTree.SubElement(suite, "properties")
    known = {"verdict": result.verdict, "executions": result.executions, "complete": str(result.complete).lower(), "seed": result.seed}
    for key, value in {**known, "strategy": result.strategy, "engine": result.engine, "python": result.python, "bounds": basis_of(result)}.items():
        ElementTree.SubElement(properties, "property", {"name": key, "value": _clean(str(value))})
    for number, finding in enumerate(errors):
        called = finding.kind if finding.mode == result.mode else f"{finding.kind} ({finding.mode} mode)"
        case = ElementTree.SubElement(suite, "testcase", {"classname": name, "name": called, "time": time_s if number == 0 else "0.000"})
        text = "\n".join([finding.message, *finding.sentences(), *finding.hints, f"replay: {finding.replay}"])
        ElementTree.SubElement(case, "failure", {"type": finding.kind, "message": _clean(printable(finding.message))}).text = _clean(text)
    if not errors:
        case = ElementTree.SubElement(suite, "testcase", {"classname": name, "name": "check", "time": time_s})
        if is_error:
            ElementTree.SubElement(case, "error", {"type": "error", "message": _clean(headline(result).text)}).text = _clean(result.error or "")
    ElementTree.SubElement(suite, "system-out").text = _clean(render(result, 120))
    ElementTree.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ElementTree.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """The text without what XML 1.0 cannot hold: such characters stand there as escapes."""
    return FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
