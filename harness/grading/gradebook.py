"""The gradebook: every run, grade, result and token in one database, SQLite in a file or whatever SQLAlchemy can reach."""

from __future__ import annotations

import importlib.util
import platform
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

import harness
from harness.errors import HarnessError
from harness.grading.grade import Grade
from harness.model.result import Result, from_json

if TYPE_CHECKING:
    from harness.grading.cohort import Cohort

SCHEMA = 1
BUSY_S = 60
PREPARED_TRIES = 5
HINT = "pip install 'race-harness[grading]'"


def open_gradebook(store: str | None, out: Path) -> Gradebook | None:
    """The gradebook at a database URL, or ``gradebook.db`` in `out`; None, with a remark, where SQLAlchemy is not installed and no URL was asked for."""
    if importlib.util.find_spec("sqlalchemy") is None:
        if store is not None:
            raise HarnessError(f"--store needs SQLAlchemy: {HINT}")
        click.echo(f"No gradebook.db is written: SQLAlchemy is not installed ({HINT})", err=True)
        return None
    return Gradebook(store or f"sqlite:///{(out / 'gradebook.db').absolute()}")


class Gradebook:
    """A database of grades; to be closed. Several may write to one at the same time. Raises HarnessError where it cannot be opened."""

    def __init__(self, url: str) -> None:
        import sqlalchemy as sql

        self._sql = sql
        try:
            self._engine = sql.create_engine(url, connect_args={"timeout": BUSY_S} if url.startswith("sqlite") else {})
        except (sql.exc.ArgumentError, ImportError, ValueError) as error:
            raise HarnessError(f"--store {url}: {' '.join(str(error).split())}") from None
        if url.startswith("sqlite"):
            sql.event.listen(self._engine, "connect", _write_ahead)
        self._tables = tables = sql.MetaData()
        integer, text = sql.Integer, sql.Text
        self._meta = sql.Table("harness_gradebook", tables, sql.Column("schema", integer, primary_key=True))
        self._runs = sql.Table(
            "runs",
            tables,
            sql.Column("id", integer, primary_key=True),
            *(sql.Column(name, text, nullable=False) for name in ("at", "folder", "rubric", "rubric_digest", "harness", "python", "sandbox")),
        )
        self._grades = sql.Table(
            "grades",
            tables,
            sql.Column("id", integer, primary_key=True),
            sql.Column("run", integer, sql.ForeignKey("runs.id"), nullable=False, index=True),
            sql.Column("student", text, nullable=False, index=True),
            sql.Column("student_id", text, nullable=False),
            *(sql.Column(name, sql.Float, nullable=False) for name in ("score", "max_score", "extra")),
            *(sql.Column(name, text, nullable=False) for name in ("verdict", "mistakes", "page", "key", "grade")),
        )
        self._results = sql.Table(
            "results",
            tables,
            sql.Column("id", integer, primary_key=True),
            sql.Column("grade", integer, sql.ForeignKey("grades.id"), nullable=False, index=True),
            sql.Column("number", integer, nullable=False),
            sql.Column("tokens", text, nullable=False),
            sql.Column("result", sql.LargeBinary, nullable=False),
        )
        try:
            self._prepare(url)
        except HarnessError:
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    def add_run(self, cohort: Cohort, grades: Sequence[Grade]) -> int:
        """Writes a run with its grades and results, all or nothing; its number."""
        with self._engine.begin() as connection:
            run = self._insert(
                connection,
                self._runs.insert().values(
                    at=datetime.now(UTC).isoformat(timespec="seconds"),
                    folder=str(cohort.folder),
                    rubric=cohort.rubric.title,
                    rubric_digest=cohort.rubric.digest,
                    harness=harness.__version__,
                    python=platform.python_version(),
                    sandbox=cohort.tier.how,
                ),
            )
            for grade in grades:
                self._add_grade(connection, run, grade, cohort)
        return run

    def runs(self) -> list[dict[str, Any]]:
        """Every run, the oldest first, with how many grades it has and their mean."""
        sql, runs, grades = self._sql, self._runs, self._grades
        query = (
            sql.select(runs, sql.func.count(grades.c.id).label("grades"), sql.func.avg(grades.c.score).label("mean"))
            .join(grades, grades.c.run == runs.c.id, isouter=True)
            .group_by(*runs.c)
            .order_by(runs.c.id)
        )
        return self._rows(query)

    def grades(self, run: int) -> list[dict[str, Any]]:
        """The grades of a run by student, with the attempt that counted and why, without the long columns. Raises HarnessError where there is no such run."""
        if not any(known["id"] == run for known in self.runs()):
            raise HarnessError(f"the gradebook has no run {run}")
        columns = [column for column in self._grades.c if column.name != "key"]
        rows = self._rows(self._sql.select(*columns).where(self._grades.c.run == run).order_by(self._grades.c.student, self._grades.c.student_id))
        for row in rows:
            grade = msgspec.json.decode(row.pop("grade"), type=Grade)
            row["attempt"] = f"{grade.attempt} of {grade.attempts}" if grade.attempts > 1 else ""
            row["counted"] = grade.counted
        return rows

    def results(self, grade: int) -> list[Result]:
        """The results of a grade, check by check."""
        query = self._sql.select(self._results.c.result).where(self._results.c.grade == grade).order_by(self._results.c.number)
        return [from_json(zlib.decompress(row["result"])) for row in self._rows(query)]

    def _add_grade(self, connection: Any, run: int, grade: Grade, cohort: Cohort) -> None:
        page = cohort.pages[grade.key]
        key = self._insert(
            connection,
            self._grades.insert().values(
                run=run,
                student=grade.student,
                student_id=grade.id,
                score=grade.score,
                max_score=grade.max_score,
                extra=grade.extra,
                verdict=grade.verdict,
                mistakes=" ".join(dict.fromkeys(kind for check in grade.checks if not check.extra for kind in check.kinds)),
                page=str((cohort.out / page).absolute()),
                key=grade.key,
                grade=msgspec.json.encode(grade).decode(),
            ),
        )
        stem = Path(page).stem
        for number, _ in enumerate(grade.checks, 1):
            file = cohort.out / "results" / f"{stem}-{number}.json"
            if not file.exists():
                continue
            data = file.read_bytes()
            tokens = " ".join(finding.schedule for finding in from_json(data).findings if finding.schedule)
            connection.execute(self._results.insert().values(grade=key, number=number, tokens=tokens, result=zlib.compress(data)))

    def _insert(self, connection: Any, statement: Any) -> int:
        return int(connection.execute(statement).inserted_primary_key[0])

    def _prepare(self, url: str) -> None:
        """Makes the tables where they are not there yet. Another grader may be doing the same: then it is tried again."""
        sql = self._sql
        for tried in range(PREPARED_TRIES):
            try:
                with self._engine.begin() as connection:
                    self._tables.create_all(connection)
                    schemas = connection.execute(sql.select(self._meta.c.schema)).scalars().all()
                    if not schemas:
                        connection.execute(self._meta.insert().values(schema=SCHEMA))
                break
            except (sql.exc.SQLAlchemyError, OSError) as error:
                if tried == PREPARED_TRIES - 1:
                    raise HarnessError(f"the gradebook {url} cannot be opened: {' '.join(str(error).split())[:300]}") from None
        if schemas and max(schemas) > SCHEMA:
            raise HarnessError(f"the gradebook {url} was written by a newer race-harness (schema {max(schemas)}, this one knows {SCHEMA})")

    def _rows(self, query: Any) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _write_ahead(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()
