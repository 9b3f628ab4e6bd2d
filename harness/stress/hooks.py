"""The hooks that rewritten code calls on real threads: each gives back what it was given, sometimes later."""

from __future__ import annotations

import _thread
import types
from collections.abc import Callable
from typing import Any

from harness import runtime
from harness.engines.defaults import fills_in, makes_in_one_piece
from harness.engines.kinds import class_attribute, has_points

BIAS = 0.5
"""How often a thread waits where another has just touched the same place, in executions that are biased so."""
NOTHING = object()


def hooks_of(engine: Any) -> dict[str, Any]:
    """The hooks to install in `harness.runtime`. Functions over local variables: they run at every point, and save 0.1 us each."""
    get_ident = _thread.get_ident

    def pass_point(site: int, obj: Any) -> None:
        me = engine.by_ident.get(get_ident()) or engine.me()
        me.moves += 1
        me.countdown -= 1
        if me.countdown <= 0:
            engine.delay(me)
        how = engine.perturbation
        if how is not None and how.is_biased and obj is not NOTHING and me.chance is not None:
            place = (id(obj), runtime.sites[site].name)
            last = engine.last_touch.get(place)
            engine.last_touch[place] = me.index
            if last is not None and last != me.index and not me.is_muted and me.chance.random() < BIAS:
                engine.linger(me)

    def given_first(obj: Any, site: int) -> Any:
        pass_point(site, obj)
        return obj

    def each(iterable: Any, site: int, *called: Any) -> Any:
        pass_point(site, iterable)
        return iterable

    def key(index: Any, obj: Any, site: int) -> Any:
        pass_point(site, obj)
        if fills_in(obj) and not makes_in_one_piece(obj.default_factory) and index not in obj:
            value = obj.default_factory()
            pass_point(site, obj)  # between making and storing others may come
            obj[index] = value
        return index

    def key_w(index: Any, obj: Any, site: int) -> Any:
        pass_point(site, obj)
        return index

    def load(site: int) -> None:
        pass_point(site, None)

    def store(value: Any, site: int) -> Any:
        pass_point(site, None)
        return value

    def cell(peek: Any, site: int) -> None:
        pass_point(site, _cell_of(peek))

    def cell_store(value: Any, peek: Any, site: int) -> Any:
        pass_point(site, _cell_of(peek))
        return value

    def pair(right: Any, left: Any, site: int) -> Any:
        pass_point(site, NOTHING)
        return right

    def inside(value: Any, site: int, *holders: Any) -> Any:
        pass_point(site, NOTHING)
        return value

    def fields(obj: Any, site: int, *names: str) -> None:
        pass_point(site, obj)

    def goes_on(function: Any, site: int, *handed: Any) -> Any:
        return function

    def hand_back(value: Any) -> Any:
        return value

    def call(last: Any, function: Any, site: int, *others: Any) -> Any:
        pass_point(site, NOTHING)
        if site not in engine.called:
            _look_into(engine, function, site)
        return last

    def call0(function: Any, site: int) -> Any:
        pass_point(site, NOTHING)
        if site not in engine.called:
            _look_into(engine, function, site)
        return function

    def method(last: Any, obj: Any, site: int, *others: Any) -> Any:
        pass_point(site, obj)
        if site not in engine.called:
            _look_into(engine, class_attribute(type(obj), runtime.sites[site].name), site)
        return last

    def method0(obj: Any, site: int) -> Any:
        pass_point(site, obj)
        if site not in engine.called:
            _look_into(engine, class_attribute(type(obj), runtime.sites[site].name), site)
        return obj

    def loop(site: int) -> None:
        me = engine.me()
        me.loop_site = site
        me.turns += 1
        pass_point(site, NOTHING)

    def mute() -> bool:
        me = engine.me()
        was_muted: bool = me.is_muted
        me.is_muted = True
        return was_muted

    def unmute(was_muted: bool) -> None:
        engine.me().is_muted = was_muted

    hooks: dict[str, Callable[..., Any]] = dict.fromkeys(("at", "at_w", "touch"), given_first)
    hooks.update(key=key, key_w=key_w, load=load, store=store, cell=cell, cell_store=cell_store, pair=pair, call=call, call0=call0)
    hooks.update(each=each, inside=inside, fields=fields, goes_on=goes_on, hands_back=hand_back, hand_back=hand_back, hand_each=hand_back)
    hooks.update(method=method, method0=method0, loop=loop, mute=mute, unmute=unmute)
    return hooks


def _cell_of(peek: Any) -> Any:
    return peek.__closure__[0] if peek.__closure__ else NOTHING


def _look_into(engine: Any, function: Any, site: int) -> None:
    """Once a site: a callee without points gets no delays inside, and the limits name its module."""
    engine.called.add(site)
    inner = function.__func__ if isinstance(function, types.MethodType) else function
    if isinstance(inner, types.FunctionType) and not has_points(inner):
        module = inner.__globals__.get("__name__") or "?"
        if module.partition(".")[0] not in ("harness", "threading", "queue", "concurrent", "sched"):
            engine.uncontrolled.add(module)
