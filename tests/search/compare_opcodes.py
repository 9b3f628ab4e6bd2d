"""The exhaustive search against real threads that are switched between any two bytecodes: ``python -m tests.search.compare_opcodes 500 0 600`` compares
both on 500 random programs from seed 0 on, for 600 seconds at most (Python 3.13 or later)."""

from __future__ import annotations

import sys
import tempfile
import time
import types
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from harness import collector
from harness.engines.explore import Explore
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.dpor import DPOR
from harness.surroundings import surroundings
from harness.targets import find_target
from tests.search.opcode_copies import Copies
from tests.search.opcode_explorer import BATON, Execution, Instructions, names_set
from tests.search.opcode_programs import FAMILIES, Program, make_program

EXECUTIONS = 3000
"""Of the search; a program that needs more is too large to compare."""
RUNS = 1200
"""Executions on real threads, at most, while nothing new is seen."""

Outcomes = dict[str, int]
"""What a program came to, how it ended and its logs, with the number of the first execution that did."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What only real threads came to, and what only the search did."""

    missed: Outcomes
    extra: frozenset[str]


def seen_by_search(file: Path, most: int = EXECUTIONS) -> tuple[Outcomes, bool]:
    """What the exhaustive search sees, and whether it claims to have seen all."""
    strategy = DPOR()
    target = find_target(f"{file}:scenario")
    engine = Explore(strategy, 0)
    seen: Outcomes = {}
    with surroundings(engine, target.file):
        loader = Loader(target, stand_ins())
        scenario = find_scenario(target, loader, engine, "function", ScenarioSize(), "producer")
        engine.strategy = strategy
        for number in range(most):
            if not strategy.begin():
                break
            try:
                ending = engine.run(scenario.body(engine), "function")
                assert scenario.setup_error is None, scenario.setup_error
                assert loader.module is not None
                if strategy.log.is_new_group:
                    seen.clear()  # a place turned out shared: the strategy begins anew
                else:
                    seen.setdefault(f"{ending} {vars(loader.module)['LOGS']}", number)
                strategy.end(engine.n_choices)
            finally:
                engine.clean_up()
                scenario.finish()
            if number % 256 == 255:
                collector.collect()
        engine.shut_down()
    return seen, strategy.is_complete and not strategy.doubts and not engine.is_partial


class Explorer:
    """What tells steps, and the modules that programs see, as long as programs are explored."""

    def __enter__(self) -> Explorer:
        self.instructions = Instructions()
        BATON.begin(Random(0), frozenset())
        self.copies = Copies()
        self.copies.watch(self.instructions)
        return self

    def __exit__(self, *error: object) -> None:
        self.instructions.close()
        BATON.close()


class OnThreads:
    """A program on real threads."""

    def __init__(self, explorer: Explorer, source: str, file: str) -> None:
        self._instructions = instructions = explorer.instructions
        self._copies = explorer.copies
        self._code = compile(source, file, "exec", dont_inherit=True)
        instructions.watch(self._code, names_set(self._code, ("STORE_GLOBAL", "DELETE_GLOBAL")))

    def close(self) -> None:
        self._instructions.forget(self._code)

    def execute(self, rng: Random, switches: frozenset[int]) -> tuple[str, Execution]:
        """What it comes to where the baton may change hands before these steps, and the execution."""
        BATON.begin(rng, switches)
        copies = self._copies
        module = types.ModuleType("program")
        namespace: dict[str, Any] = vars(module)
        namespace["__builtins__"] = copies.builtins
        exec(self._code, namespace)

        def main() -> None:
            threading = copies.begin()
            strands = BATON.execution.strands
            shared = namespace["made"]()
            BATON.is_on = False
            for body, log in zip(namespace["BODIES"], namespace["LOGS"], strict=False):
                thread = threading.Thread(target=None)
                handle = thread._handle
                handle.strand = BATON.spawn(lambda body=body, log=log: body(shared, log), False)
                threading._active[handle.ident] = thread
            bodies = strands[-len(namespace["BODIES"]) :]
            BATON.is_on = True
            BATON.wait(lambda: all(strand.is_done for strand in bodies))
            namespace["end"](shared, namespace["LOGS"][-1])
            copies.end_of_main()

        execution = BATON.execute(main)
        return f"{execution.ending} {namespace['LOGS']}", execution

    def explore(self, seed: int, runs: int = RUNS) -> tuple[Outcomes, int]:
        """What so many executions come to, and how many there were: each place for one switch in turn, then several drawn at random, half of them
        among the steps of the program's own code; up to four times as many while the last quarter of `runs` has shown something new."""
        rng = Random(f"explore:{seed}")
        seen: Outcomes = {}
        longest = 1
        own = [1]
        number = last = 0
        while number < runs or (number < 4 * runs and last > number - runs // 4):
            few = number - 20
            if number < 20:
                switches = frozenset[int]()
            elif few < longest and few < runs // 3:
                switches = frozenset({few + 1})
            else:
                how_many = rng.choice((1, 2, 2, 2, 3, 3, 4, 6, 9))
                switches = frozenset(rng.choice(own) if rng.random() < 0.5 else rng.randint(1, longest) for _ in range(how_many))
            outcome, execution = self.execute(Random(rng.random()), switches)
            longest = max(longest, execution.steps)
            own = execution.own or own
            if outcome not in seen and not execution.is_void:
                seen[outcome] = last = number
            number += 1
        return seen, number


def compare(program: Program, explorer: Explorer, folder: Path, seed: int, runs: int = RUNS) -> Difference | None:
    """What only one of both came to; None where the search claims nothing or the program goes round for ever."""
    file = folder / "program.py"
    file.write_text(program.source)
    found, is_complete = seen_by_search(file)
    if not is_complete:
        return None
    threads = OnThreads(explorer, program.source, str(file))
    try:
        possible, _ = threads.explore(seed, runs)
    finally:
        threads.close()
    if any(outcome.startswith("endless") for outcome in possible):
        return None
    missed = {outcome: number for outcome, number in possible.items() if outcome not in found}
    return Difference(missed, frozenset(found) - frozenset(possible))


def main(number: int, first: int = 0, most_s: float = float("inf"), only: str = "") -> None:
    """Compares so many programs, of the seeds from `first` on, and prints where both differ."""
    begun = time.monotonic()
    families = tuple(only.split(",")) if only else tuple(FAMILIES)
    compared: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    with Explorer() as explorer, tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + number):
            if time.monotonic() - begun > most_s:
                break
            program = make_program(seed, families)
            difference = compare(program, explorer, Path(folder), seed)
            if difference is None:
                left_out[program.family] += 1
                continue
            compared[program.family] += 1
            if difference.missed or difference.extra:
                differing[program.family] += 1
                print(f"seed {seed}, {program.family}:")
                for body in program.bodies:
                    print("   ", " ;; ".join(body).replace("\n", " / "))
                for outcome in list(difference.missed)[:3]:
                    print("    missed:", outcome)
                for outcome in sorted(difference.extra)[:3]:
                    print("    not on threads:", outcome, flush=True)
    print(f"{compared.total()} compared in {time.monotonic() - begun:.0f} s, {left_out.total()} left out, {differing.total()} differ")
    for family in families:
        print(f"  {family}: {compared[family]} compared, {left_out[family]} left out, {differing[family]} differ")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *sys.argv[4:])
