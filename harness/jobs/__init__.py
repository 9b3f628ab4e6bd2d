"""Units of a search executed in other processes at the same time, where they come to the same."""

from harness.jobs.crew import Crew, Ended, Workforce
from harness.jobs.report import Order, Report, absorb
from harness.jobs.way import Way
from harness.jobs.worker import Job

__all__ = ["Crew", "Ended", "Job", "Order", "Report", "Way", "Workforce", "absorb"]
