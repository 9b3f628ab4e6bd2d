"""The example autograder for Gradescope, in a folder laid out as its documentation says, and the fields of results.json."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.grading.conftest import ROOT

pytestmark = pytest.mark.lengthy

NUMBER, TEXT = {"type": "number"}, {"type": "string"}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
# https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
RESULTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": NUMBER,
        "execution_time": {"type": "integer"},
        "output": TEXT,
        "output_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": {"enum": ["passed", "failed"]},
                    "name": TEXT,
                    "output": TEXT,
                    "output_format": FORMAT,
                    "visibility": VISIBILITY,
                },
            },
        },
    },
}


@pytest.mark.skipif(shutil.which("bash") is None, reason="the example is a script for bash")
@pytest.mark.parametrize(("name", "score"), [("double_lock", 110), ("naive", 40)])
def test_the_example_grades_a_submission_in_a_clean_folder(name: str, score: float, tmp_path: Path) -> None:
    autograder = tmp_path / "autograder"
    (autograder / "submission").mkdir(parents=True)
    shutil.copy(ROOT / "implementations" / f"{name}.py", autograder / "submission")
    command = tmp_path / "harness"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m harness "$@"\n')
    command.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "AUTOGRADER": str(autograder), "HARNESS": str(command)}
    script = ROOT / "examples" / "gradescope" / "run_autograder"
    done = subprocess.run(["bash", str(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads((autograder / "results" / "results.json").read_text())
    jsonschema.validate(told, RESULTS)
    assert told["score"] == score
    assert sum(test["max_score"] for test in told["tests"]) == 100
