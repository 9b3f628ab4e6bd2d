"""A class of submissions whose grades are known before anybody grades them.

Each is one of the labelled files of `tests.tables`, under other names, with other prints and comments, none of which changes what it does to
messages; or one of the hostile ones. Made by `python -m tests.grading.make_class FOLDER NUMBER`.
"""

from __future__ import annotations

import ast
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.grading.grade import Grade
from tests.tables import FLAWED, IMPLEMENTATIONS, ROOT, Expectation

HOSTILE = ROOT / "tests" / "specimens" / "hostile"
CLASSES = "Pipeline Buffer Channel Mailbox Conveyor Belt Slot Exchange Store Tube".split()
METHODS = [
    *(("set_message", "get_message"), ("produce", "consume"), ("enqueue", "dequeue"), ("send", "receive"), ("insert", "remove"), ("write", "read")),
    *(("deposit", "withdraw"), ("put_message", "get_message"), ("push_item", "take_item"), ("publish", "fetch"), ("offer", "poll")),
]
GIVEN = "ada bela cleo dan eva finn gita hugo ines jan kaja lars mira nils olga pia quin rosa sami tara udo vera wim xenia yara zeno".split()
FAMILY = "ash berg cole dorn eder falk groth hahn iwan jung kern lenz mohr nagy otto pohl quast rau stern thal uhl voss wolf xu yang zorn".split()


@dataclass(frozen=True, slots=True)
class Label:
    """What the grade must be. `kinds`: of the mistakes with one producer and consumer one at least must be among these, none where it is empty;
    `extra_kinds` likewise with two and two. `is_hostile`: no full points, whatever is said."""

    student: str
    origin: str
    kinds: tuple[str, ...] = ()
    extra_kinds: tuple[str, ...] = ()
    is_hostile: bool = False


def make_class(folder: Path, number: int, n_hostile: int, seed: int = 0) -> list[Label]:
    """Writes so many submissions, the hostile ones among them, in one of the plain layouts each; their labels."""
    chance = random.Random(seed)
    rows = _rows()
    hostile = sorted(HOSTILE.glob("*.py"))
    labels = []
    for place, student in zip(range(number), _students(chance), strict=False):
        if place < n_hostile:
            file = hostile[place % len(hostile)]
            labels.append(Label(student, file.stem, is_hostile=True))
            text = file.read_text()
        else:
            one, two = rows[(place - n_hostile) % len(rows)]
            labels.append(Label(student, one.path.stem, one.kinds, two.kinds))
            text = disguised(one.path.read_text(), chance)
        path = folder / student / "pipeline.py" if chance.random() < 0.5 else folder / f"{student}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return labels


def misgraded(labels: Sequence[Label], grades: Sequence[Grade]) -> list[str]:
    """Each grade that is not as its label says, a sentence each."""
    by_student = {grade.student: grade for grade in grades}
    found = [f"{student} was not handed in and has a grade" for student in by_student.keys() - {label.student for label in labels}]
    for label in labels:
        grade = by_student.get(label.student)
        if grade is None:
            found.append(f"{label.student} ({label.origin}) has no grade")
            continue
        told = f"{label.student} ({label.origin}) got {grade.score:g} of {grade.max_score:g} and {grade.extra:g} extra, {grade.verdict}, {grade.reason}"
        core, extra = grade.checks
        if label.is_hostile:
            if grade.score >= grade.max_score or grade.verdict == "survived" or grade.extra == extra.max_score:
                found.append(f"{told}: it is hostile")
            continue
        for check, kinds in ((core, label.kinds), (extra, label.extra_kinds)):
            if not kinds and (check.verdict != "survived" or check.kinds or (check is core and check.score < check.max_score)):
                found.append(f"{told}: {check.name} is correct, and {', '.join(check.kinds) or check.reason} was found")
            if kinds and (check.verdict != "failed" or not set(kinds) & set(check.kinds) or (check.score >= check.max_score > 0 and check is core)):
                found.append(f"{told}: {check.name} must show one of {', '.join(kinds)}, and {', '.join(check.kinds) or 'nothing'} was found")
    return found


def disguised(text: str, chance: random.Random) -> str:
    """The program under other names: class, methods, the variable that holds the pipeline; other prints, another order of imports."""
    put, get = chance.choice(METHODS)
    names = {"Pipeline": chance.choice(CLASSES), "set_message": put, "get_message": get}
    if chance.random() < 0.5:
        names |= {"pipeline": chance.choice(["channel", "shared", "box", "p"])}
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in names:
                node.id = names[name]
            case ast.arg(arg=name) if name in names:
                node.arg = names[name]
            case ast.Attribute(attr=name) if name in ("set_message", "get_message"):
                node.attr = names[name]
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) if name in names:
                node.name = names[name]
            case ast.Constant(value=str(said)) if said.startswith(("producing", "consuming")):
                node.value = said.replace("ing", "ed", 1)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    tree.body = [*tree.body[: tree.body.index(imports[0])], *chance.sample(imports, len(imports)), *(node for node in tree.body[1:] if node not in imports)]
    comment = f"# {chance.choice(['Homework 3', 'my solution', 'by me', 'v2'])}\n"
    return comment + re.sub(r"\n(?=    def )", "\n" * chance.randint(1, 2), ast.unparse(tree)) + "\n"


def _rows() -> Sequence[tuple[Expectation, Expectation]]:
    rows = [*IMPLEMENTATIONS, *FLAWED]
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    assert all((one.producers, two.producers, one.file) == (1, 2, two.file) for one, two in pairs)
    return pairs


def _students(chance: random.Random) -> Iterator[str]:
    names = [f"{given}_{family}" for given in GIVEN for family in FAMILY]
    chance.shuffle(names)
    yield from names


if __name__ == "__main__":
    for made in make_class(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[2]) // 10):
        print(made)
