"""What one execution runs: the body of the main virtual thread, and what the oracles need to know afterwards."""

from harness.scenarios.class_mode import ClassScenario
from harness.scenarios.find import find_modes, find_scenario
from harness.scenarios.function_mode import FunctionScenario
from harness.scenarios.in_place import InPlaceScenario, Steps
from harness.scenarios.loading import Loader, TargetError, load_error, module_of
from harness.scenarios.program_mode import ProgramScenario
from harness.scenarios.scenario import Body, Scenario, Subject

__all__ = [
    "Body",
    "ClassScenario",
    "FunctionScenario",
    "InPlaceScenario",
    "Loader",
    "ProgramScenario",
    "Scenario",
    "Steps",
    "Subject",
    "TargetError",
    "find_modes",
    "find_scenario",
    "load_error",
    "module_of",
]
