"""Program mode: the file is run as a script, as it stands; what passes through its pipelines is written down and judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from types import MemberDescriptorType, ModuleType
from typing import Any

from harness import runtime
from harness.ends import loop_of
from harness.engines.explore import Explore
from harness.model.execution import GET_RETURN, PUT_BEGIN, PUT_RETURN, Channel, Crash, Execution, LogEntry, Logs
from harness.model.trace import ThreadEnd
from harness.oracles.multiset import is_among, is_plain
from harness.oracles.words import count_of, join_words, show
from harness.program_source import (
    OtherWays,
    find_comparisons,
    find_logs,
    find_other_ways,
    makes_local_containers,
    reads_futures,
    speaks_of_roles,
    waits_to_be_interrupted,
)
from harness.records import find_records
from harness.scenarios.ledger import Ledger, Passage
from harness.scenarios.loading import Loader, TargetError, TargetIsPart
from harness.scenarios.reachable import find_objects
from harness.scenarios.scenario import Body
from harness.scenarios.wrapping import Wrapping, recording_queue_module

STEP_LIMIT = 15_000
"""Points of one thread after which an execution is cut off: about a thousand messages. A program may be meant to run for ever."""
NO_ORDER = ("lifo", "priority", "stack", "heap")
"""What in a class's name says that it does not mean to hand on in the order of the puts."""


class ProgramScenario:
    """The file's own entry, whatever it starts: its main guard is open, its threads are under control."""

    mode = "program"
    token_name = ""

    def __init__(self, loader: Loader, order: str) -> None:
        self.loader = self.subject = loader
        self.order = order
        self.setup_error: BaseException | None = None
        self.ledger = Ledger()
        self.tree = loader.source
        self.records = find_records(self.tree)
        self.wrapping = Wrapping(self.ledger, speaks_of_roles(self.tree))
        self.remarks: dict[str, str] = {}
        self.engine: Any = None
        self._may_read_futures = reads_futures(self.tree)
        own = {"queue": recording_queue_module(loader.modules["queue"], self.ledger), "atexit": _atexit()}
        loader.run_as("__main__", {**loader.modules, **own}, self.wrapping.build_class)

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution: runs the file as a script."""
        self.setup_error = None
        engine.step_limit = STEP_LIMIT
        self.engine = engine
        self.ledger.reset(engine)

        def main() -> None:
            try:
                self.loader.load()
            except runtime.Unwind:
                raise
            except SystemExit as end:
                if end.code not in (None, 0) and len(engine.all) == 1:
                    self.setup_error = TargetIsPart(f"{self.loader.target.text}: the program ends itself before it starts a thread (sys.exit({end.code!r}))")
                elif end.code not in (None, 0):
                    self.remarks.setdefault("exit", f"in one execution the program ended itself with sys.exit({end.code!r})")
            except ModuleNotFoundError as error:
                self.setup_error = error
                engine.stop("finished")
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                engine.crashed(error, "scenario")

        return main

    def is_clean(self) -> bool:
        """See `Scenario`: what went in came out in the same order, in every pipeline and in the logs."""
        channels = self.ledger.channels()
        self._notice(self.engine, channels)
        if not channels:
            logs = self._logs()
            return logs is None or [*logs[1]] == [*logs[3]]
        return all(passages[0].is_queue or _is_in_order(log) for passages, log in channels)

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """See `Scenario`."""
        for crash in crashes:
            if crash.error.startswith("ModuleNotFoundError"):
                raise TargetError(f"{self.loader.target.text}, line {crash.line}: {crash.error}; install it where the harness runs")
        groups = self.ledger.channels()
        if engine.recorder:
            engine.recorder.notes = self._noted(groups, engine.recorder.refused_puts())
        ending = engine.ending
        if ending == "livelock":
            turning = [end for end in ends if end.state == "running" and not end.is_daemon]
            if not turning:
                ending = "deadlock"  # only daemons turn, and nothing that they do lets anybody else go on
            elif all(end.role == "main" for end in turning) and waits_to_be_interrupted(self.tree):
                engine.is_partial = True
                engine.limits.add("the program goes on until it is interrupted (Ctrl-C); what it would do then was not run")
                ending = "step-limit"
        return Execution(
            mode=self.mode,
            workers=_names(engine),
            crashes=crashes,
            ending=ending,
            threads=ends,
            order=self.order,
            loop=loop_of(engine),
            may_read_futures=self._may_read_futures,
            channels=[self._channel(engine, passages, log) for passages, log in groups if not passages[0].is_queue],
            logs=None if groups else self._program_logs(engine),
        )

    def finish(self) -> None:
        """Lets go of what the execution held."""
        self.ledger.reset(None)
        self.loader.unload()
        if self.setup_error is not None:
            self.setup_error.__traceback__ = None

    # -- what is judged

    def _channel(self, engine: Explore, passages: list[Passage], log: list[LogEntry]) -> Channel:
        label = passages[0].label
        outside, is_understood = self._outside(passages)
        doubtful = [] if is_understood else _last_puts(log)
        wanted = [value for what, _, value in log if what == PUT_BEGIN]
        roots = self._roots(engine, [passage.obj for passage in passages])
        roots += [value for what, _, value in log if what == GET_RETURN and not is_plain(value)]
        texts = [value for what, _, value in log if what == GET_RETURN and isinstance(value, str | tuple) and not is_among(value, wanted)]
        # A thread inside a put or get refers to the pipeline: that must not lead to its records again. The wrapped methods refer to the ledger.
        looked_into = [self.ledger] + [part for passage in passages for part in (passage.obj, getattr(passage.obj, "__dict__", None))]
        methods = self.wrapping.classes.get(label)
        ways = OtherWays(leak=True) if methods is None else find_other_ways(self.tree, label, *methods)
        names = " ".join(type(passage.obj).__name__ for passage in passages)
        return Channel(
            name=label,
            log=log,
            outside=outside,
            doubtful=doubtful,
            kept=find_objects([*roots, *texts], wanted, self.loader.own_modules(), but=looked_into),
            is_judged=all(passage.is_simple for passage in passages),
            keeps_order=not (ways.reorder or any(word in names.lower() for word in NO_ORDER)),
            may_leak=ways.leak,
            may_repeat=ways.repeat,
        )

    def _roots(self, engine: Explore, pipelines: list[Any]) -> list[Any]:
        """Where a message may still be: in the pipelines' own state, in module-level variables that their classes use, in live frames."""
        modules = self.loader.own_modules()
        roots: list[Any] = []
        for pipeline in pipelines:
            roots += self._live(getattr(pipeline, "__dict__", {}))
            for cls in type(pipeline).__mro__:
                roots += self._live(vars(cls)) if cls.__module__ in modules else []
                roots += self._live(_slots(cls, pipeline))
            if isinstance(pipeline, list | dict | set | deque):
                roots += pipeline
        for module in modules.values():
            roots += self._live(vars(module))
        for thread in list(engine.all):
            frame = None if thread.is_ended else engine.baton.frame_of(thread)
            while frame is not None:
                if frame.f_code.co_filename in self.loader.files and frame.f_code.co_name != "<module>":
                    roots += [value for name, value in frame.f_locals.items() if not name.startswith("_h")]
                frame = frame.f_back
        return roots

    def _live(self, names: Mapping[str, Any]) -> list[Any]:
        """What stands under names that a pipeline reads back: not in records, nor in what every module has."""
        return [value for name, value in names.items() if not name.startswith("__") and name not in self.records]

    def _outside(self, passages: Sequence[Passage]) -> tuple[list[Any], bool]:
        """The values that the program compares with, and whether every comparison could be understood."""
        known = frozenset(self.wrapping.classes)
        said = find_comparisons(self.tree, known)
        modules = self.loader.own_modules()
        namespace = {name: value for module in modules.values() for name, value in vars(module).items()}
        holders = [value for value in namespace.values() if isinstance(value, type) and value.__module__ in modules]
        holders += [passage.obj for passage in passages]
        found: dict[str, list[Any]] = {}
        for name in said.names:
            values = [namespace[name]] if name in namespace else []
            values += [vars(holder)[name] for holder in holders if name in getattr(holder, "__dict__", {})]
            found[name] = values
        outside = [*said.constants, *(value for values in found.values() for value in values)]
        if said.tests_truth:
            outside += [None, 0, "", b"", ()]
        is_understood = all(found.get(left) or found.get(right) for left, right in said.pairs)
        return outside, is_understood and not said.types

    def _logs(self) -> tuple[str, list[Any], str, list[Any]] | None:
        """The program's own logs as they stand now: names and contents of what was produced and of what was consumed."""
        if self.loader.module is None:
            return None
        lists: dict[str, list[Any]] = {}
        for module in self.loader.own_modules().values():
            for name, value in vars(module).items():
                if isinstance(value, list) and not name.startswith("_"):
                    lists.setdefault(name, value)
        names = find_logs(lists)
        return None if names is None else (names[0], lists[names[0]], names[1], lists[names[1]])

    def _program_logs(self, engine: Explore) -> Logs | None:
        found = self._logs()
        if found is None or self.loader.module is None:
            return None
        produced_name, produced, consumed_name, consumed = found
        outside, is_understood = self._outside(())
        names = (produced_name, consumed_name)
        own = self.loader.own_modules().values()
        roots = [value for module in own for name, value in vars(module).items() if not name.startswith("__") and name not in names]
        return Logs(
            produced_name,
            consumed_name,
            [*produced],
            [*consumed],
            outside,
            find_objects(roots, produced, self.loader.own_modules(), but=[produced, consumed, self.ledger]),
            not is_understood or makes_local_containers(self.tree),
        )

    # -- what is told beside

    def _notice(self, engine: Explore, channels: list[tuple[list[Passage], list[LogEntry]]]) -> None:
        """Notes what passed in the first execution that ended well, and what was left in a queue in the first in which something was."""
        if "passed" not in self.remarks:
            self._notice_first(engine, channels)
        for passages, log in channels:
            if passages[0].is_queue and "left" not in self.remarks:
                inside = _left(log)
                outside, is_understood = self._outside(passages) if inside else ([], True)
                left = [value for value in inside if not is_among(value, outside)]
                if left and is_understood:
                    self.remarks["left"] = (
                        f"in some executions the program ends while {join_words([show(value) for value in left])} "
                        f"{'is' if len(left) == 1 else 'are'} still in a {passages[0].label}: nobody takes what is there, but it was not lost on the way"
                    )

    def _notice_first(self, engine: Explore, channels: list[tuple[list[Passage], list[LogEntry]]]) -> None:
        told = [_told(passages, log) for passages, log in channels]
        logs = self._logs()
        if logs is not None:
            same = "hold the same" if [*logs[1]] == [*logs[3]] else "differ"
            told.append(f"its own logs {logs[0]} ({count_of(len(logs[1]), 'value')}) and {logs[2]} ({count_of(len(logs[3]), 'value')}) {same}")
        if told:
            self.remarks["passed"] = f"in one execution {'; '.join(told)}"
        else:
            self.remarks["passed"] = "no put or get of a pipeline class or queue was seen"
            engine.limits.add("no put or get was seen and no logs: exceptions and threads that never end are judged, what the threads hand each other is not")
        for passages, log in channels:
            if not passages[0].is_queue:
                channel = self._channel(engine, passages, log)
                if not channel.is_judged:
                    engine.limits.add(f"{channel.name} does more than hand on one message in a put or a get: what passes through it is not judged")
                elif channel.may_leak:
                    engine.limits.add(f"messages can leave {channel.name} otherwise than by its get: that one is lost is not judged")
                if not channel.keeps_order:
                    engine.limits.add(f"{channel.name} is not meant to keep the order, so order is not judged")

    def _noted(self, groups: list[tuple[list[Passage], list[LogEntry]]], refusals: dict[str, str]) -> tuple[str, ...]:
        """The program's own logs, and what was put and got, for the report of one execution."""
        notes = []
        for passages, log in groups:
            put = [show(value) for what, _, value in log if what == PUT_RETURN]
            got = [show(value) for what, _, value in log if what == GET_RETURN]
            without = "".join(f"; {said} found {refusals[said]} full and did not go in" for said in dict.fromkeys(put) if said in refusals)
            notes.append(f"put into {passages[0].label}: {', '.join(put) or 'nothing'}{without}")
            notes.append(f"got from {passages[0].label}: {', '.join(got) or 'nothing'}")
        logs = self._logs()
        if logs is not None:
            notes += [f"{name} = [{', '.join(map(show, values))}]" for name, values in ((logs[0], logs[1]), (logs[2], logs[3]))]
        return tuple(notes)


def _names(engine: Explore) -> list[str]:
    """The names of the threads by their numbers; real ones may have been noted in another order."""
    names = {thread.index: thread.name for thread in list(engine.all)}
    return [names.get(index, "a thread") for index in range(max(names) + 1)]


def _slots(cls: type, obj: Any) -> dict[str, Any]:
    """What an object holds in the slots that a class gives it."""
    slots = {name: slot for name, slot in vars(cls).items() if isinstance(slot, MemberDescriptorType)}
    held = {}
    for name, slot in slots.items():
        try:
            held[name] = slot.__get__(obj, cls)
        except AttributeError:
            continue  # nothing was set
    return held


def _atexit() -> ModuleType:
    """A stand-in for ``atexit``: what a program wants to do when its process ends would be done when the harness's does, once an execution."""
    module = ModuleType("atexit")
    vars(module).update(register=lambda function, *args, **kwargs: function, unregister=lambda function: None)
    return module


def _is_in_order(log: Sequence[LogEntry]) -> bool:
    """Whether the gets certainly returned what was put, each once and in the order in which the puts began; one pass."""
    puts: list[Any] = []
    n_got = n_returned = 0
    for what, _, value in log:
        if what == PUT_BEGIN:
            puts.append(value)
        elif what == PUT_RETURN:
            n_returned += 1
        elif what == GET_RETURN:
            if n_got >= len(puts) or not is_among(value, puts[n_got : n_got + 1]) or type(puts[n_got]) is not type(value):
                return False
            n_got += 1
    return n_got == n_returned == len(puts)


def _left(log: Sequence[LogEntry]) -> list[Any]:
    """What was put and not got."""
    values = [value for what, _, value in log if what == PUT_RETURN]
    for what, _, got in log:
        if what == GET_RETURN:
            position = next((position for position, value in enumerate(values) if is_among(got, (value,))), None)
            if position is not None:
                del values[position]
    return values


def _last_puts(log: Sequence[LogEntry]) -> list[Any]:
    """The last value that each thread put: where a comparison cannot be understood, one of these may mean the end."""
    last: dict[int, Any] = {}
    for what, worker, value in log:
        if what == PUT_BEGIN:
            last[worker] = value
    return list(last.values())


def _told(passages: Sequence[Passage], log: Sequence[LogEntry]) -> str:
    n_put = sum(what == PUT_RETURN for what, _, _ in log)
    n_got = sum(what == GET_RETURN for what, _, _ in log)
    return f"{count_of(n_put, 'put')} into and {count_of(n_got, 'get')} out of a {passages[0].label}"
