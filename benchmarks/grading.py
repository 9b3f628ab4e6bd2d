"""`python -m benchmarks.grading [NUMBER] [--jobs N]`: a class whose grades are known is graded, every grade is compared, and the time is told."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from harness.grading.cohort import Cohort
from harness.grading.read_rubric import default_rubric
from harness.grading.tiers import choose_tier
from tests.grading.make_class import make_class, misgraded


def main() -> int:
    """0 where every grade is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=300)
    parser.add_argument("--hostile", type=int, help="how many of them are hostile; default: a tenth")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sandbox", default="bwrap")
    parser.add_argument("--keep", type=Path, help="where submissions and results stay")
    asked = parser.parse_args()
    n_hostile = asked.number // 10 if asked.hostile is None else asked.hostile
    with tempfile.TemporaryDirectory() as folder:
        place = asked.keep or Path(folder)
        labels = make_class(place / "submissions", asked.number, n_hostile)
        tier, _ = choose_tier(asked.sandbox, None)
        began = time.monotonic()
        cohort = Cohort(place / "submissions", place / "out", default_rubric(), tier, asked.jobs)
        grades = cohort.grade_all()
        took_s = time.monotonic() - began
        wrong = misgraded(labels, grades)
        print(f"{len(grades)} submissions, {n_hostile} of them hostile, {asked.jobs} processes, sandbox {tier.name}: {took_s:.0f} s")
        print(f"{len(grades) - len(wrong)} graded as they must be, {len(wrong)} not", *wrong, *cohort.lost, sep="\n")
    return 1 if wrong or cohort.lost else 0


if __name__ == "__main__":
    sys.exit(main())
