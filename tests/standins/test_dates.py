"""``datetime`` under control."""

from __future__ import annotations

import datetime as real
import pickle

from harness.standins import dates
from harness.standins.modules import stand_ins


def test_values_are_the_real_modules() -> None:
    made = dates.datetime(2020, 1, 2)
    assert type(made) is real.datetime
    assert type(dates.datetime.now()) is type(dates.datetime.fromisoformat("2020-01-02")) is real.datetime
    assert type(dates.date(2020, 1, 2)) is type(dates.date.today()) is real.date
    assert pickle.loads(pickle.dumps(made)) == made == real.datetime(2020, 1, 2)


def test_the_real_modules_values_are_instances() -> None:
    assert isinstance(real.datetime(2020, 1, 2), dates.datetime)
    assert isinstance(real.datetime(2020, 1, 2), dates.date)
    assert not isinstance(real.date(2020, 1, 2), dates.datetime)
    assert issubclass(dates.datetime, dates.date)


def test_a_subclass_has_instances_of_its_own() -> None:
    class Stamp(dates.datetime):
        pass

    assert type(Stamp.now()) is type(Stamp.utcnow()) is Stamp
    assert not isinstance(real.datetime(2020, 1, 2), Stamp)


def test_now_is_virtual_under_control_and_goes_on_with_a_wait() -> None:
    import harness

    def scenario() -> None:
        import datetime
        import threading

        before = datetime.datetime.now()
        threading.Event().wait(3600)
        assert datetime.timedelta(hours=1) <= datetime.datetime.now() - before < datetime.timedelta(hours=2)
        assert datetime.datetime.utcnow().year == datetime.datetime.now(datetime.UTC).year == datetime.date.today().year == 2023

    assert harness.check(scenario, executions=5).verdict != "failed"
    assert stand_ins()["datetime"].timedelta is real.timedelta
