"""Finding what to run: files, names in them, modules, classes and functions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.targets import find_target
from implementations.double_lock import Pipeline, producer

pytestmark = pytest.mark.usefixtures("in_a_folder")


def test_a_file_is_found_by_its_path_and_its_module_is_called_after_it(in_a_folder: Path) -> None:
    Path("pipe.py").write_text("x = 1\n")
    target = find_target("pipe.py")
    assert (target.text, target.file, target.module, target.name) == ("pipe.py", str(in_a_folder / "pipe.py"), "pipe", None)
    assert find_target(str(in_a_folder / "pipe.py")).file == target.file


def test_a_name_stands_behind_a_colon() -> None:
    Path("pipe.py").write_text("x = 1\n")
    assert find_target("pipe.py:Queue").name == "Queue"


def test_a_file_whose_name_holds_a_colon_is_a_file() -> None:
    Path("odd:name").write_text("x = 1\n")
    assert find_target("odd:name").name is None


def test_a_file_name_that_is_no_identifier_gives_the_module_a_plain_name() -> None:
    Path("my-pipe.2.py").write_text("x = 1\n")
    assert find_target("my-pipe.2.py").module == "target"


def test_a_module_of_a_package_is_found_by_its_dotted_name(in_a_folder: Path) -> None:
    folder = in_a_folder / "shop_of_tests"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "till.py").write_text("def scenario():\n    pass\n")
    before = list(sys.path)
    target = find_target("shop_of_tests.till:scenario")
    assert (target.file, target.module, target.name, target.package) == (str(folder / "till.py"), "shop_of_tests.till", "scenario", "shop_of_tests")
    assert sys.path == before


def test_a_class_and_a_function_are_found_with_their_file_and_module() -> None:
    for found, name in ((find_target(Pipeline), "Pipeline"), (find_target(producer), "producer")):
        assert (found.module, found.name, Path(found.file).name) == ("implementations.double_lock", name, "double_lock.py")
        assert found.text == f"{found.file}:{name}"
        assert find_target(found.text).file == found.file


@pytest.mark.parametrize(
    ("source", "has_entry", "has_guard"),
    [
        ("x = 1\n", False, False),
        ("if __name__ == '__main__':\n    pass\n", True, True),
        ("import threading\nthreading.Thread(target=print).start()\n", True, False),
        ("def main():\n    pass\nmain()\n", True, False),
        ("def start():\n    worker.start()\n", False, False),
        ("def once():\n    worker.start()\nfor _ in range(3):\n    assert once() is None\n", True, False),
        ("class Show:\n    def go(self):\n        worker.start()\nShow().go()\n", True, False),
        ("def half(x):\n    return half(x - 1)\nhalf(2)\n", False, False),
        ("class Worker(Thread):\n    def __init__(self):\n        self.start()\nclass Poller(Worker):\n    pass\nPoller()\n", True, False),
        ("class Worker(Thread):\n    def __init__(self):\n        pass\n    def go(self):\n        self.start()\nWorker()\n", False, False),
    ],
)
def test_a_program_of_its_own_is_seen_by_its_guard_or_by_what_it_starts(source: str, has_entry: bool, has_guard: bool) -> None:
    Path("program.py").write_text(source)
    target = find_target("program.py")
    assert (target.has_entry, target.has_guard) == (has_entry, has_guard)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("missing.py", "missing.py: no such file"),
        ("missing.py:f", "missing.py: no such file"),
        ("missing", "missing: no such file (a module is given as package.module:NAME)"),
        ("no_such_package.module:f", "no_such_package.module: cannot be imported"),
        ("no_such_module:f", "no_such_module: no module of that name with Python source was found"),
        ("sys:f", "sys: no module of that name with Python source was found"),
        ("file.py:2x", "'2x' is no name"),
        (".", ". is a folder"),
    ],
)
def test_what_cannot_be_found_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(HarnessError) as refused:
        find_target(text)
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"def f(:\n", "bad.py, line 1: not valid Python"),
        (b"x = 1\n  y = 2\n", "bad.py, line 2: not valid Python"),
        (b"x = '\x00'\n", "bad.py"),
        (b"# coding: no-such-coding\n", "bad.py"),
        (b"x = '\xff'\n", "bad.py"),
        (b"return 1\n", "bad.py, line 1: not valid Python"),
        (b"(" * 300 + b"1" + b")" * 300 + b"\n", "bad.py"),
    ],
    ids=["syntax", "indentation", "a zero byte", "an unknown coding", "bytes that are no text", "a return outside", "nested too deeply"],
)
def test_a_file_that_python_cannot_read_is_refused_in_one_line(source: bytes, said: str) -> None:
    Path("bad.py").write_bytes(source)
    with pytest.raises(HarnessError) as refused:
        find_target("bad.py")
    assert str(refused.value).startswith(said) and "\n" not in str(refused.value)


def test_what_has_no_source_of_its_own_is_refused() -> None:
    def inner() -> None:
        pass

    made = type("Made", (), {"__qualname__": "Made", "__module__": "builtins"})
    inside = "is defined inside a function"
    for target, said in ((inner, inside), (lambda: None, inside), (made, "has no source file"), (3, "not a int")):
        with pytest.raises(HarnessError, match=said):
            find_target(target)


def test_a_file_in_another_coding_is_read_as_it_says() -> None:
    Path("latin.py").write_bytes("# coding: latin-1\nname = 'é'\n".encode("latin-1"))
    assert find_target("latin.py").module == "latin"
