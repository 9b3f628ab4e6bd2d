"""JUnit XML: a case for what was found, and none that says more than the search knows."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import msgspec

from harness.model.finding import Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.junit import junit


def suite_of(result: Result) -> ElementTree.Element:
    root = ElementTree.fromstring(junit(result).encode())
    assert root.tag == "testsuites"
    (suite,) = root
    return suite


def cases(result: Result) -> list[tuple[str, list[str]]]:
    return [(case.attrib["name"], [child.tag for child in case]) for case in suite_of(result).iter("testcase")]


def test_every_error_is_a_failed_case_with_its_argument_and_replay(
    overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    result = result_of("failed", finding_of("loss", "message 101 was lost", overwrite), finding_of("data-race", "two writes"))
    assert cases(result) == [("loss", ["failure"])]
    suite = suite_of(result)
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["errors"]) == ("1", "1", "0")
    failure = next(suite.iter("failure"))
    assert failure.attrib == {"type": "loss", "message": "message 101 was lost"}
    assert failure.text is not None
    assert failure.text.endswith("replay: harness replay naive.py h1:AAAA")


def test_a_pass_is_one_case_and_its_verdict_a_property(result_of: Callable[..., Result]) -> None:
    result = result_of("survived", executions=5000)
    assert cases(result) == [("check", [])]
    known = {each.attrib["name"]: each.attrib["value"] for each in suite_of(result).iter("property")}
    assert (known["verdict"], known["executions"], known["complete"]) == ("survived", "5000", "false")


def test_warnings_alone_fail_nothing(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    result = result_of("survived", finding_of("data-race", "two writes"))
    assert cases(result) == [("check", [])]
    assert "two writes" in (suite_of(result).findtext("system-out") or "")


def test_what_could_not_be_judged_is_an_error_and_no_failure(result_of: Callable[..., Result]) -> None:
    result = result_of("error", error="naive.py: cannot be loaded")
    assert cases(result) == [("check", ["error"])]
    assert suite_of(result).attrib["errors"] == "1"


def test_what_xml_cannot_hold_is_an_escape(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    finding = msgspec.structs.replace(finding_of("loss", ""), message="lost \x00 ]]> <b> \ud800 \ufffe", explanation=("\x1b[0m",))
    failure = next(suite_of(msgspec.structs.replace(result_of("failed"), findings=(finding,))).iter("failure"))
    assert failure.text is not None
    assert failure.text.startswith("lost \\x00 ]]> <b> \\ud800 \\ufffe")
