"""What the plugin keeps for one test session: the finder, and the tests that it has taken in hand."""

from __future__ import annotations

import os
import re
import shlex
import sys
import warnings
from fnmatch import fnmatch
from pathlib import Path

import pytest

from harness.instrument.imports import PACKAGE
from harness.instrument.project import ProjectFinder
from harness.model.result import EXIT_STATUS, Result, to_json
from harness.model.schedule import Schedule, from_token
from harness.pytest_plugin import InterleaveWarning
from harness.pytest_plugin.fitness import is_case, options_of, why_unfit
from harness.pytest_plugin.look import NAME, file_mentions
from harness.pytest_plugin.seeds import derived, id_without_repetition, repetition_of
from harness.pytest_plugin.taken import Ran, Taken
from harness.pytest_plugin.totals import pack
from harness.standins.modules import publish

_taken = pytest.StashKey[Taken]()
MODULES_TOLD = 5


class HarnessSession:
    """One for each `pytest.Config` that has controlled tests or rewrites modules."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.finder: ProjectFinder | None = None
        self.schedule: Schedule | None = None

    # -- imports

    def rewrite(self, names: list[str], is_project: bool) -> None:
        """From now on modules of these names are rewritten when they are imported, and the project's if `is_project`."""
        from _pytest.assertion.rewrite import AssertionRewritingHook, rewrite_asserts

        self.finder = ProjectFinder(
            root=str(self.config.rootpath) if is_project else None,
            names=names,
            ignored=self.config.getini("harness_ignore"),
            stand_ins=publish(PACKAGE),
            foreign=AssertionRewritingHook,
            wanted=self._is_wanted,
            prepare=lambda tree, source, file: rewrite_asserts(tree, source, file, self.config),
        )
        sys.meta_path.insert(0, self.finder)

    def _is_wanted(self, file: str) -> bool:
        """Of what pytest loads itself test modules that do not mention the marker are left alone: they may want real threads."""
        is_test = any(fnmatch(Path(file).name, pattern) for pattern in self.config.getini("python_files"))
        return not is_test or file_mentions(file)

    def close(self) -> None:
        """Imports are as they were."""
        if self.finder in sys.meta_path:
            sys.meta_path.remove(self.finder)

    # -- tests

    def take(self, items: list[pytest.Item]) -> None:
        """Takes the marked tests in hand, and those that ask for the fixture."""
        for item in items:
            marker = item.get_closest_marker(NAME)
            if marker is not None or NAME in getattr(item, "fixturenames", ()):
                item.stash[_taken] = Taken(is_marked=marker is not None, problem=why_unfit(item, marker) if marker is not None else None)
        taken = [item for item in items if _taken in item.stash]
        self.schedule = self._schedule(taken)
        late = self.finder.missed(list(sys.modules.values())) if self.finder is not None and taken else []
        if late:
            told = ", ".join(module.__name__ for module in late[:MODULES_TOLD]) + (f" and {len(late) - MODULES_TOLD} more" if len(late) > MODULES_TOLD else "")
            warnings.warn(
                InterleaveWarning(
                    f"imported before the harness could rewrite it, so its code has no points: {told}. Name it in the ini option "
                    "harness_ignore if that is meant; else import it later, not in a plugin that pytest loads first"
                ),
                stacklevel=2,
            )

    def _schedule(self, taken: list[pytest.Item]) -> Schedule | None:
        token = self.config.option.harness_replay
        if token is None:
            return None
        if len(taken) != 1:
            raise pytest.UsageError(f"--harness-replay plays one schedule of one test, and {len(taken)} interleave tests were selected: name one")
        try:
            schedule = from_token(token)
        except ValueError as error:
            raise pytest.UsageError(f"--harness-replay: {error}") from None
        if schedule.mode != "function":
            raise pytest.UsageError("--harness-replay: this schedule is not of a test but of a pipeline; harness replay plays it")
        return schedule

    def taken(self, item: pytest.Item) -> Taken | None:
        """What is kept of a test that was taken in hand."""
        return item.stash.get(_taken, None)

    def check_fitness(self, item: pytest.Item) -> None:
        """A marked test that cannot be run under control fails here; one that can has its function-scoped fixtures set up later."""
        taken = self.taken(item)
        if taken is None or not taken.is_marked:
            return
        if taken.problem is not None:
            pytest.fail(f"{item.nodeid} cannot be run under control: {taken.problem}", pytrace=False)
        from harness.pytest_plugin.marked import keep_back_fixtures

        assert isinstance(item, pytest.Function)
        keep_back_fixtures(item)
        if is_case(item):
            vars(item)["runtest"] = lambda: self.call(item)  # pytest would hand it to unittest, which calls no hook

    def call(self, item: pytest.Function) -> object:
        """Runs a marked test under control; None for any other."""
        taken = self.taken(item)
        if taken is None or not taken.is_marked:
            return None
        from harness.pytest_plugin.marked import run_marked

        taken.is_controlled = True
        marker = item.get_closest_marker(NAME)
        assert marker is not None
        run_marked(self, item, options_of(marker))
        return True

    def check_was_controlled(self, item: pytest.Item) -> None:
        """A marked test whose body has run, and not under control, is no pass."""
        taken = self.taken(item)
        if taken is not None and taken.is_marked and not taken.is_controlled:
            pytest.fail(f"{item.nodeid} was run by another plugin, on real threads and once: nothing is known of its schedules", pytrace=False)

    def seed_of(self, item: pytest.Item, given: int | None = None) -> int:
        """The seed of a test: `given` where it is not repeated, else one that follows from base seed, node id and repetition."""
        repetition = repetition_of(item)
        if given is not None and repetition is None:
            return given
        return derived(self.config.option.harness_seed if given is None else given, id_without_repetition(item), repetition)

    def replay_line(self, item: pytest.Item, token: str) -> str:
        """The line that plays a schedule of a test again."""
        path, colons, rest = id_without_repetition(item).partition("::")
        here = os.path.relpath(self.config.rootpath / path, self.config.invocation_params.dir)
        return f"pytest --harness-replay={token} {shlex.quote(here + colons + rest)}"

    # -- reports

    def complete(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Writes what ran under control into a test's report."""
        taken = self.taken(item)
        if taken is None or report.when != "call" or not taken.ran:
            return
        for ran in taken.ran:
            if ran.section and not report.passed:
                report.sections.append(("race-harness", ran.section))
        key = id_without_repetition(item)
        report.__dict__["harness"] = {
            "executions": sum(ran.result.executions for ran in taken.ran),
            "findings": sum(len(ran.result.findings) for ran in taken.ran),
            "remarks": [f"{item.nodeid}: {ran.remark}" for ran in taken.ran if ran.remark],
            "limits": sorted({limit for ran in taken.ran for limit in ran.result.limits}),
            "seen": {f"{key}#{n}": pack(ran.seen) for n, ran in enumerate(taken.ran)},
        }
        taken.ran.clear()  # a session has thousands of tests, and pytest keeps them all

    def tell(self, item: pytest.Item, ran: Ran) -> None:
        """Keeps a result for the report, the properties of JUnit's XML and the folder of ``--harness-report``."""
        taken = self.taken(item)
        if taken is None:
            return
        taken.ran.append(ran)
        properties = {"verdict", "executions", "seed", "schedule"}
        item.user_properties[:] = [(name, value) for name, value in item.user_properties if name not in properties]
        results = [one.result for one in taken.ran]
        worst = max(results, key=lambda result: (result.verdict == "error", EXIT_STATUS[result.verdict], result.verdict == "survived"))
        schedule = next((finding.schedule for result in results for finding in result.findings), "")
        item.user_properties += [
            ("verdict", worst.verdict),
            ("executions", sum(result.executions for result in results)),
            ("seed", results[0].seed),
            *([("schedule", schedule)] if schedule else []),
        ]
        if self.config.option.harness_report:
            _write(Path(self.config.option.harness_report), item.nodeid, len(taken.ran), ran.result)


def _write(folder: Path, node_id: str, number: int, result: Result) -> None:
    from harness.report.page import page

    name = re.sub(r"[^\w.+-]+", "_", node_id.replace(".py::", "-")).strip("_")[:150] + (f"-{number}" if number > 1 else "")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_bytes(to_json(result))
        (folder / f"{name}.html").write_text(page(result), encoding="utf-8")
    except OSError as error:
        raise pytest.UsageError(f"--harness-report: cannot be written to {folder}: {error.strerror or error}") from None
