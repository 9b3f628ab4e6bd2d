"""The command: what it prints where, and the status it leaves with."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.cli.check import report_name
from harness.cli.start import needs_restart, run
from harness.errors import InternalError
from harness.model.result import from_json
from tests.interrupts import heed_interrupts

NAIVE = """\
class Pipeline:
    def __init__(self):
        self.message = None

    def set_message(self, message):
        self.message = message

    def get_message(self):
        return self.message
"""
SAFE = """\
import queue


class Pipeline:
    def __init__(self, capacity):
        self.box = queue.Queue(capacity)

    def set_message(self, message):
        self.box.put(message)

    def get_message(self):
        return self.box.get()
"""
COUNTER = """\
import threading


class Counter:
    n = 0


def scenario():
    counter = Counter()

    def add():
        counter.n += 1

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.n == 2
"""
KEYS = [
    *("schema", "target", "mode", "scenario", "engine", "strategy", "seed", "python", "verdict", "error", "complete", "bounds", "executions"),
    *("classes", "elapsed_s", "executions_per_s", "findings", "limits"),
]


pytestmark = pytest.mark.usefixtures("in_a_folder")


@pytest.fixture(autouse=True)
def in_a_plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of 100 columns, and no tracebacks."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("HARNESS_DEBUG", raising=False)


@pytest.fixture
def naive() -> str:
    Path("naive.py").write_text(NAIVE)
    return "naive.py"


@pytest.fixture
def safe() -> str:
    Path("safe.py").write_text(SAFE)
    return "safe.py"


Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The status, standard output and standard error of a command line."""

    def command(*arguments: str) -> tuple[int, str, str]:
        status = run(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_a_failing_target_is_reported_with_a_line_to_paste_at_the_end(naive: str, said: Said) -> None:
    status, out, err = said("check", naive)
    assert (status, err) == (1, "")
    assert out.startswith("FAILED  naive.py: loss")
    assert "producer-1 wrote message 101 to Pipeline.message at line 6." in " ".join(out.split())
    assert out.splitlines()[-1].startswith("harness replay naive.py h1:")


def test_the_pasted_line_shows_the_finding_again(naive: str, said: Said) -> None:
    line = said("check", naive)[1].splitlines()[-1]
    status, out, err = said(*shlex.split(line)[1:])
    assert (status, err) == (1, "")
    assert out.startswith("SHOWN AGAIN  naive.py (class mode): loss")
    assert "put(101) begins" in out


def test_a_path_with_a_space_is_quoted_in_the_line_to_paste(said: Said) -> None:
    Path("my work.py").write_text(NAIVE)
    line = said("check", "my work.py")[1].splitlines()[-1]
    assert said(*shlex.split(line)[1:])[0] == 1


def test_a_target_without_a_finding_is_not_called_correct(safe: str, said: Said) -> None:
    status, out, _ = said("check", safe, "--executions", "50", "--strategy", "portfolio")
    assert status == 0
    assert out.startswith("SURVIVED  safe.py: no failing execution among 50; this is not a proof\n")
    assert "replay" not in out


def test_json_is_the_only_thing_on_standard_output(naive: str, said: Said) -> None:
    status, out, err = said("check", naive, "--format", "json")
    assert (status, err) == (1, "")
    shown = json.loads(out)
    assert list(shown)[: len(KEYS)] == KEYS
    assert shown["schema"] == "harness/result/1"
    assert shown["findings"][0]["kind"] == "loss"
    assert from_json(out).exit_status == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        ("class Pipeline(:\n", "invalid syntax"),
        ("import no_such_module_anywhere\nclass Pipeline:\n    def put(self, m): ...\n    def get(self): ...\n", "no_such_module_anywhere"),
        ("x = 1\n", ""),
        ("import os\nos._exit(0)\nclass Pipeline:\n    def put(self, m): ...\n    def get(self): ...\n", "os._exit(0)"),
    ],
)
def test_what_cannot_be_judged_is_one_line_and_a_result(content: str | None, reason: str, said: Said) -> None:
    if content is not None:
        Path("target.py").write_text(content)
    status, out, err = said("check", "target.py", "--format", "json")
    assert (status, err) == (2, "")
    shown = json.loads(out)
    assert shown["verdict"] == "error"
    assert reason in shown["error"]
    assert "\n" not in shown["error"]
    status, out, err = said("check", "target.py")
    assert (status, err) == (2, "")
    assert out.startswith("ERROR  target.py could not be judged: ")
    assert "Traceback" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "naive.py", "--producers", "0"],
        ["check", "naive.py", "--strategy", "luck"],
        ["check", "naive.py", "--time", "0"],
        ["check", "naive.py", "--no-such-option"],
        ["replay", "naive.py"],
        ["grade", "folder"],
    ],
)
def test_a_usage_error_prints_no_result_even_where_json_is_asked_for(arguments: list[str], naive: str, said: Said) -> None:
    status, out, err = said(*arguments, *(["--format", "json"] if arguments[0] == "check" else []))
    assert (status, out) == (2, "")
    assert "Error: " in err


@pytest.mark.parametrize("strategy", ["dpor", "auto"])
def test_what_was_searched_to_the_end_is_verified(strategy: str, safe: str, said: Said) -> None:
    status, out, err = said("check", safe, "--strategy", strategy)
    assert (status, err) == (0, "")
    assert out.startswith("VERIFIED  safe.py: every schedule within the bounds was covered, and none fails\n")
    assert "4 of them inequivalent" in out


def test_engine_stress_reports_as_explore_does(naive: str, said: Said) -> None:
    status, out, _ = said("check", naive, "--engine", "stress", "--format", "json")
    result = json.loads(out)
    assert (status, result["engine"], result["verdict"]) == (1, "stress", "failed")
    first = result["findings"][0]
    assert said(*shlex.split(first["replay"])[1:])[0] == 1


def test_a_target_that_engine_stress_cannot_run_is_an_error_in_one_line(said: Said) -> None:
    Path("broken.py").write_text("import threading\nraise KeyError('x')\n")
    status, out, err = said("check", "broken.py", "--engine", "stress")
    assert (status, err) == (2, "")
    assert out == "ERROR  broken.py could not be judged: line 2: KeyError: 'x'\n"


def test_a_folder_gives_a_line_for_each_file_and_the_worst_status(naive: str, safe: str, said: Said) -> None:
    Path("__init__.py").write_text("")
    Path("notes.py").write_text("x = 1\n")
    status, out, _ = said("check", ".", "--executions", "20")
    assert status == 1
    lines = out.splitlines()
    assert re.match(r"naive\.py  failed    loss.*\(\d+ executions? in ", lines[0])
    assert re.match(r"safe\.py   verified  every schedule within the bounds  \(20 executions in ", lines[1])
    assert lines[2:] == ["", "2 files checked. To see what went wrong in one of them: harness check ./FILE.py"]


ABSTRACT = """
import abc
import queue

class Slots(abc.ABC):
    def __init__(self):
        self.messages = queue.Queue()

    @abc.abstractmethod
    def set_message(self, message): ...

    def get_message(self):
        return self.messages.get()
"""
BELOW = """
import sys
from base import Slots

class Pipeline(Slots):
    def set_message(self, message):
        self.messages.put(message)

if __name__ == "__main__":
    {entry}
"""
USES = """
import threading
from pipeline import Pipeline

if __name__ == "__main__":
    pipeline = Pipeline()
    for work in (lambda: pipeline.set_message(1), lambda: pipeline.get_message()):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
"""


@pytest.mark.parametrize("engine", ["explore", "stress"])
def test_files_of_a_folder_that_another_imports_need_not_stand_alone(engine: str, said: Said) -> None:
    Path("base.py").write_text(ABSTRACT)
    Path("pipeline.py").write_text(BELOW.format(entry="sys.exit('usage')"))
    Path("program.py").write_text(USES)
    status, out, _ = said("check", ".", "--executions", "20", "--engine", engine)
    lines = out.splitlines()
    assert lines[0] == "base.py      nothing   to check by itself, imported by pipeline.py"
    assert re.match(r"pipeline\.py  (verified|survived)  as a class: [\w ]+  \(\d+ executions in ", lines[1])
    assert re.match(r"program\.py   (verified|survived)  ", lines[2])
    assert (status, lines[4]) == (0, "2 files checked. To see one in full: harness check ./FILE.py")
    Path("program.py").unlink()
    status, out, _ = said("check", ".", "--executions", "20", "--engine", engine)
    assert status == 2, "nobody imports pipeline.py any more, so that its program does not come to anything is told"
    assert "pipeline.py  error     program mode: the program ends itself before it starts a thread" in out


def test_what_goes_wrong_in_a_file_that_another_imports_is_still_told(said: Said) -> None:
    Path("base.py").write_text(ABSTRACT)
    Path("pipeline.py").write_text(BELOW.format(entry="pass").replace("import sys", "import no_such_module_here"))
    Path("program.py").write_text(USES)
    status, out, _ = said("check", ".", "--executions", "20")
    assert status == 2
    assert re.search(r"^pipeline\.py  error     pipeline\.py, line 2: Modul", out, re.MULTILINE)
    Path("pipeline.py").write_text(BELOW.format(entry="raise KeyError(1)"))
    status, out, _ = said("check", ".", "--executions", "20")
    assert status == 1
    assert re.search(r"^pipeline\.py  failed    crash", out, re.MULTILINE)


def test_a_folder_in_which_no_file_stands_alone_is_no_pass(said: Said) -> None:
    Path("base.py").write_text(ABSTRACT)
    Path("scenario.py").write_text("import base\n\ndef scenario():\n    pass\n")
    status, out, _ = said("check", ".")
    assert status == 2
    assert out.splitlines() == [
        "base.py  nothing   to check by itself, imported by scenario.py",
        "",
        "0 files checked. To check a function that starts threads: harness check ./FILE.py:FUNCTION",
    ]


def test_an_abstract_class_is_told_to_be_one(said: Said) -> None:
    Path("base.py").write_text(ABSTRACT + "\nclass Other:\n    def put(self, m): self.m = m\n    def get(self): return self.m\n")
    said_of_it = "class Slots is abstract: check a class that defines what it leaves open"
    assert said("check", "base.py:Slots")[:2] == (2, f"ERROR  base.py:Slots could not be judged: {said_of_it}\n")
    assert said("check", "base.py", "--executions", "3")[0] == 1, "the other one can be driven"
    Path("base.py").write_text(ABSTRACT)
    assert said_of_it in said("check", "base.py")[1]


def test_a_folder_as_json_is_a_usage_error(naive: str, said: Said) -> None:
    status, out, err = said("check", ".", "--format", "json")
    assert (status, out) == (2, "")
    assert "--report DIR writes one file for each" in err


def test_an_empty_folder_says_that_there_is_nothing(said: Said) -> None:
    status, out, err = said("check", ".")
    assert (status, out) == (2, "")
    assert "no Python file" in err


def test_the_report_is_written_beside_and_renders_from_the_result_alone(naive: str, said: Said) -> None:
    status, out, err = said("check", naive, "--report", "out/deep")
    assert status == 1
    assert err == "written: out/deep/naive.html and .json\n"
    assert out.splitlines()[-1].startswith("harness replay ")
    result = from_json(Path("out/deep/naive.json").read_bytes())
    assert result.findings[0].trace is not None
    page = Path("out/deep/naive.html").read_text(encoding="utf-8")
    assert "put(101) begins" in page
    assert not re.search(r"https?://|<link|<img|<iframe", page)


def test_a_report_that_cannot_be_written_is_a_usage_error(naive: str, said: Said) -> None:
    status, out, err = said("check", naive, "--report", "naive.py/below")
    assert (status, out) == (2, "")
    assert err.count("Error: ") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("target", "name"),
    [("naive.py", "naive"), ("a/b/naive.py:Pipe", "naive-Pipe"), ("pkg.mod:Pipe", "pkg.mod-Pipe"), (r"C:\x\naive.py", "naive"), ("od d/na ive.py", "na_ive")],
)
def test_a_report_is_named_after_its_target(target: str, name: str) -> None:
    assert report_name(target) == name


def test_a_replay_of_a_changed_program_says_where_it_departs(said: Said) -> None:
    Path("counter.py").write_text(COUNTER)
    status, out, _ = said("check", "counter.py:scenario")
    assert status == 1
    line = out.splitlines()[-1]
    assert said(*shlex.split(line)[1:])[0] == 1
    Path("counter.py").write_text("\n\n" + COUNTER)
    status, out, err = said(*shlex.split(line)[1:])
    assert (status, out) == (2, "")
    assert "\n  recorded: " in err
    assert "\n  replayed: " in err


def test_hints_follow_the_argument_unless_they_are_not_wanted(naive: str, said: Said) -> None:
    told, silent = (" ".join(said("check", naive, *more)[1].split()) for more in ((), ("--no-hints",)))
    assert "What would rule it out: - Nothing makes a put wait: before line 6 it must wait" in told
    assert "rule it out" not in silent
    line = said("check", naive)[1].splitlines()[-1]
    assert "What would rule it out" in said(*shlex.split(line)[1:])[1]
    assert "What would rule it out" not in said(*shlex.split(line)[1:], "--no-hints")[1]


def test_results_and_pages_hold_no_hints_where_they_are_not_wanted(naive: str, said: Said) -> None:
    found = json.loads(said("check", naive, "--format", "json")[1])["findings"]
    assert found[0]["hints"]
    said("check", naive, "--no-hints", "--report", "out")
    again = json.loads(Path("out/naive.json").read_text(encoding="utf-8"))["findings"]
    assert [(finding["kind"], finding["hints"]) for finding in again] == [(finding["kind"], []) for finding in found]
    assert "What would rule it out" not in Path("out/naive.html").read_text(encoding="utf-8")


def test_a_lost_update_is_argued_from_the_execution(said: Said) -> None:
    Path("counter.py").write_text(COUNTER)
    out = said("check", "counter.py:scenario")[1]
    assert "'s update is gone." in " ".join(out.split())
    assert "is preempted" in out


def test_a_damaged_schedule_is_one_line(naive: str, said: Said) -> None:
    status, out, err = said("replay", naive, "h1:AAAA")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_a_fault_of_the_harness_asks_for_a_report_and_shows_its_traceback_on_request(
    naive: str, said: Said, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from harness import checking

    def fails(*arguments: Any, **options: Any) -> None:
        raise InternalError("the books do not balance")

    monkeypatch.setattr(checking, "check", fails)
    status, out, err = said("check", naive)
    assert (status, out) == (3, "")
    assert err.splitlines()[0].startswith("internal error: the books do not balance. This is a fault of race-harness")
    assert err.count("internal error") == 1
    assert "Traceback" not in err
    monkeypatch.setenv("HARNESS_DEBUG", "1")
    assert "Traceback" in said("check", naive)[2]


def test_an_unforeseen_exception_is_a_fault_too(naive: str, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness import checking

    monkeypatch.setattr(checking, "check", lambda *arguments, **options: {}["nothing"])
    status, _, err = said("check", naive)
    assert status == 3
    assert "internal error: KeyError: 'nothing'. This is a fault of race-harness" in err


def test_the_list_names_what_there_is_with_a_line_each(said: Said) -> None:
    status, out, _ = said("list")
    assert status == 0
    for name in ("naive", "double_lock", "auto", "pct", "leaked-thread"):
        assert re.search(rf"^  {name} +\S", out, re.MULTILINE), name


def test_a_restart_is_needed_only_to_run_a_target_with_hashes_that_vary() -> None:
    assert needs_restart(["check", "naive.py"], {})
    assert needs_restart(["replay", "naive.py", "h1:"], {"PYTHONHASHSEED": "random"})
    assert not needs_restart(["check", "naive.py"], {"PYTHONHASHSEED": "0"})
    assert not needs_restart(["list"], {})
    assert not needs_restart(["check", "--help"], {})


def _command(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **variables}
    environment.pop("PYTHONHASHSEED", None)
    # The folder of the tests may not be where the package under test stands.
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(sys.modules["harness"].__path__[0]).parent), environment.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "harness", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=heed_interrupts,
    )


def test_the_command_starts_itself_again_with_a_fixed_hash_seed() -> None:
    Path("seed.py").write_text("import os\ndef scenario():\n    assert os.environ['PYTHONHASHSEED'] == '0'\n")
    with _command("check", "seed.py:scenario", "--executions", "2") as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, ""), out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe to know when the target runs")
def test_an_interrupt_leaves_nothing_running() -> None:
    os.mkfifo("running")
    Path("slow.py").write_text("import os\nends = os.pipe()\nwith open('running', 'w') as file:\n    file.write(str(os.getpid()))\nos.read(ends[0], 1)\n")
    with _command("check", "slow.py") as process:
        child = int(Path("running").read_text())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_value_that_the_terminal_cannot_say_is_escaped() -> None:
    Path("naive.py").write_text(NAIVE.replace("self.message = None", "self.message = None  # \u2603"), encoding="utf-8")
    with _command("check", "naive.py", PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (1, "")
    assert out.isascii()


def test_every_result_survives_its_journey_from_the_child(naive: str, said: Said) -> None:
    """What the child hands over in MessagePack and what the file holds in JSON are one result."""
    direct = from_json(said("check", naive, "--format", "json")[1])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(direct), type=type(direct)) == direct
