"""The commands and their options, as click sees them. What they do stands elsewhere and is imported when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

MODES = ["class", "program", "function"]
ENGINES = ["explore", "stress"]
STRATEGIES = ["auto", "portfolio", "random", "pct", "pos", "bounded", "dpor"]
ORDERS = ["producer", "linear", "any"]
TIERS = ["bwrap", "rlimit", "none"]
EXPORTS = ["gradescope", "canvas", "junit", "sarif"]


def _say_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from importlib import metadata

    try:
        version = metadata.version("race-harness")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    click.echo(f"harness {version}")
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version, help="Say the version and exit.")
def harness() -> None:
    """Find concurrency bugs in threaded Python, and show how each comes about."""


@harness.command()
@click.argument("target")
@click.option("--as", "mode", type=click.Choice(MODES), help="What the target is.  [default: found]")
@click.option("--producers", type=click.IntRange(1, 64), default=1, show_default=True, help="Class mode: producer threads.")
@click.option("--consumers", type=click.IntRange(1, 64), default=1, show_default=True, help="Class mode: consumer threads.")
@click.option("--messages", type=click.IntRange(1, 10_000), default=3, show_default=True, help="Class mode: messages per producer.")
@click.option("--capacity", type=click.IntRange(1), default=2, show_default=True, help="Class mode: passed to the constructor where it takes one.")
@click.option("--engine", type=click.Choice(ENGINES), default="explore", show_default=True, help="Virtual threads under control, or real ones with delays.")
@click.option("--strategy", type=click.Choice(STRATEGIES), default="auto", show_default=True, help="Where the schedules come from.")
@click.option("--executions", type=click.IntRange(1), default=5000, show_default=True, help="How many schedules to try at most.")
@click.option("--time", "time_s", type=click.FloatRange(0, min_open=True), help="How many seconds to try at most.  [default: no limit]")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same executions and findings.")
@click.option("--all", "wants_all", is_flag=True, help="Go on after the first failing execution: one finding per kind.")
@click.option("--instrument", multiple=True, metavar="NAME", help="Also rewrite this module or package (repeatable).")
@click.option("--order", type=click.Choice(ORDERS), default="producer", show_default=True, help="Which delivery order is judged.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that search; the result is the same for any number.")
@click.option("--cluster", metavar="tcp://HOST:PORT", help="A scheduler of Dask's, whose workers search instead; the result is the same (extra cluster).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What standard output shows.")
@click.option("--report", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Also write DIR/NAME.html and DIR/NAME.json.")
@click.option("--no-hints", is_flag=True, help="Leave out what would rule a finding out.")
@click.pass_context
def check(context: click.Context, /, target: str, form: str, folder: Path | None, wants_all: bool, no_hints: bool, **options: Any) -> None:
    """Run TARGET under many schedules and judge each.

    TARGET is FILE.py, FILE.py:NAME or package.module:NAME, where NAME is a pipeline class or a function without arguments; or a folder, whose
    files are checked one by one. A file's own program (a main guard, or top-level code that starts threads) is run as it stands.

    \b
    Exit status: 0 no failing schedule found, 1 failed, 2 usage or cannot be judged,
    3 a fault of the harness.
    """
    from harness.cli import check as command

    settings = {"all": wants_all, **options}
    if Path(target).is_dir():
        if form == "json":
            raise click.UsageError("--format json describes one target, and a folder holds several; --report DIR writes one file for each")
        context.exit(command.check_folder(Path(target), settings, folder, not no_hints))
    context.exit(command.check_one(target, settings, form, folder, not no_hints))


@harness.command()
@click.argument("target")
@click.argument("schedule")
@click.option("--instrument", multiple=True, metavar="NAME", help="Also rewrite this module or package, as the check did (repeatable).")
@click.option("--no-hints", is_flag=True, help="Leave out what would rule a finding out.")
@click.pass_context
def replay(context: click.Context, /, target: str, schedule: str, instrument: tuple[str, ...], no_hints: bool) -> None:
    """Show the one execution that SCHEDULE describes again, step by step.

    \b
    Exit status: 1 the finding shows again, 0 it does not, 2 the schedule no longer fits.
    """
    from harness.cli import replay as command

    context.exit(command.replay_one(target, schedule, instrument, not no_hints))


@harness.command()
@click.argument("result", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["html", "sarif", "junit", "text"]), default="html", show_default=True, help="What to render it as.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write into DIR, not to standard output.")
@click.option("--no-hints", is_flag=True, help="Leave out what would rule a finding out.")
@click.pass_context
def report(context: click.Context, /, result: Path, form: str, folder: Path | None, no_hints: bool) -> None:
    """Render a saved RESULT (a .json of check --report or --format json) again, without running anything.

    \b
    Exit status: 0 rendered (whatever the verdict), 2 the file is no result.
    """
    from harness.cli import report as command

    context.exit(command.report_one(result, folder, form, not no_hints))


@harness.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where pages, tables and results are written.")
@click.option("--rubric", "rubric_file", type=click.Path(path_type=Path), metavar="FILE", help="What points are given for: see harness rubric.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that grade.  [default: one for each processor]")
@click.option("--cluster", metavar="ADDRESS", help="Grade on a cluster of Dask's: the address of its scheduler, tcp://HOST:PORT.")
@click.option("--sandbox", type=click.Choice(["auto", *TIERS]), default="auto", show_default=True, help="What the submissions run in.")
@click.option("--require-sandbox", "required", type=click.Choice(TIERS), help="Refuse to grade in less than this.")
@click.option("--resume", is_flag=True, help="Go on with a grading that was stopped.")
@click.option("--export", "exports", multiple=True, type=click.Choice(EXPORTS), help="Write this, too (repeatable).")
@click.option("--store", metavar="URL", help="The gradebook's database.  [default: OUT/gradebook.db]")
@click.pass_context
def grade(context: click.Context, /, **options: Any) -> None:
    """Grade the submissions in FOLDER: a file or a folder for each student, or what Moodle, Canvas or Gradescope hand out.

    What has not changed since the last time (submission, rubric, harness) is not graded again.

    \b
    Exit status: 0 all were graded, whatever the grades, 2 usage,
    3 the harness failed on some.
    """
    from harness.cli import grading as command

    context.exit(command.grade_folder(**options))


@harness.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def rubric(context: click.Context, /, file: Path | None) -> None:
    """Write the default rubric, with comments, to FILE or to standard output."""
    from harness.cli import grading as command

    context.exit(command.write_rubric(file))


@harness.group()
def gradebook() -> None:
    """Look into a gradebook: WHERE is what grade --out was given, a database file, or a URL of SQLAlchemy's."""


@gradebook.command("runs")
@click.argument("where")
@click.pass_context
def gradebook_runs(context: click.Context, /, where: str) -> None:
    """List the runs."""
    from harness.cli import gradebook as command

    context.exit(command.list_runs(where))


@gradebook.command("show")
@click.argument("where")
@click.argument("run", type=int, required=False)
@click.option("--student", help="Only this one, by name or id, with every result.")
@click.pass_context
def gradebook_show(context: click.Context, /, where: str, run: int | None, student: str | None) -> None:
    """Show the grades of RUN, of the last one where it is left out."""
    from harness.cli import gradebook as command

    context.exit(command.show_run(where, run, student))


@gradebook.command("compare")
@click.argument("where")
@click.argument("one", type=int)
@click.argument("other", type=int)
@click.pass_context
def gradebook_compare(context: click.Context, /, where: str, one: int, other: int) -> None:
    """Show whose grade is another in run OTHER than in run ONE."""
    from harness.cli import gradebook as command

    context.exit(command.compare_runs(where, one, other))


@harness.command("list")
def list_names() -> None:
    """Show the implementations that come with the harness, the strategies and the kinds of findings."""
    from harness.cli import listing

    click.echo(listing.render(), nl=False)
