#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder: put it, run_autograder and a copy of race-harness (its sources, as the
# folder race-harness) into one zip. A rubric.toml beside them is used.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq --no-install-recommends python3 python3-venv bubblewrap
python3 -m venv "${AUTOGRADER:-/autograder}/venv"
"${AUTOGRADER:-/autograder}/venv/bin/pip" install --quiet "${AUTOGRADER:-/autograder}/source/race-harness[grading]"
