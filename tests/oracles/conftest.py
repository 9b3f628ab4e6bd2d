"""Histories written down in one line, and random ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from harness.model.execution import GET_BEGIN, GET_RAISE, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN, Execution, LogEntry

ROLES = {"p": "producer", "c": "consumer"}


def read_execution(script: str, **fields: Any) -> Execution:
    """The execution of a script: ``p1+101`` producer-1 begins to put 101, ``p1.`` its put returns, ``p1!`` raises; ``c1?`` consumer-1
    begins a get, ``c1=101`` it returns 101, ``c1!`` it raises. Values are ints, or what `values` says for a name."""
    values = fields.pop("values", {})
    workers: list[str] = []
    log: list[LogEntry] = []
    pending: dict[int, Any] = {}
    for word in script.split():
        at = next(position for position, letter in enumerate(word) if letter in "+.!?=")
        name = f"{ROLES[word[0]]}-{word[1:at]}"
        if name not in workers:
            workers.append(name)
        worker, sign, rest = workers.index(name), word[at], word[at + 1 :]
        value = (values[rest] if rest in values else int(rest)) if rest else None
        is_put = word[0] == "p"
        if sign == "+":
            pending[worker] = value
            log.append((PUT_BEGIN, worker, value))
        elif sign == "?":
            log.append((GET_BEGIN, worker, None))
        elif sign == "=":
            log.append((GET_RETURN, worker, value))
        elif sign == ".":
            log.append((PUT_RETURN, worker, pending[worker]))
        else:
            log.append((PUT_RAISE, worker, pending[worker]) if is_put else (GET_RAISE, worker, None))
    return Execution(**{"mode": "class", "log": log, "workers": workers, **fields})


def draw_histories(seed: int, number: int, *, is_complete: bool = False, faults: float = 0.0, values: Sequence[int] | None = None) -> Iterator[Execution]:
    """Random histories of 1 or 2 producers and 1 or 2 consumers with at most 8 messages.

    Gets return any message whose put has begun and that no get has returned; with the odds `faults` they return any value at all, or
    a call raises. Puts may take effect late, so that many of them are no FIFO queue's. `values`: put these instead of distinct ints.
    Unless `is_complete` a history may stop anywhere.
    """
    rng = random.Random(seed)
    for _ in range(number):
        n_producers, n_consumers = rng.randint(1, 2), rng.randint(1, 2)
        per_producer = rng.randint(1, 4)
        total = n_producers * per_producer
        workers = [f"producer-{i + 1}" for i in range(n_producers)] + [f"consumer-{i + 1}" for i in range(n_consumers)]
        left = [per_producer] * n_producers + [total // n_consumers + (i < total % n_consumers) for i in range(n_consumers)]
        log: list[LogEntry] = []
        is_open: dict[int, Any] = {}
        available: list[int] = []
        length = 4 * total if is_complete else rng.randint(total, 4 * total)
        while len(log) < length:
            can_end = [w for w in is_open if w < n_producers or available or rng.random() < faults]
            movable = sorted(can_end + [w for w in range(len(workers)) if w not in is_open and left[w]])
            if not movable:
                break
            worker = rng.choice(movable)
            is_put = worker < n_producers
            if worker not in is_open:
                left[worker] -= 1
                value = None
                if is_put:
                    value = rng.choice(values) if values else 100 * (worker + 1) + per_producer - left[worker]
                    available.append(value)
                is_open[worker] = value
                log.append((PUT_BEGIN if is_put else GET_BEGIN, worker, value))
                continue
            value = is_open.pop(worker)
            if rng.random() < faults:
                kind = rng.choice([PUT_RAISE if is_put else GET_RAISE, PUT_RETURN if is_put else GET_RETURN])
                log.append((kind, worker, rng.choice([101, 102, 201, 999]) if kind == GET_RETURN else value))
            elif is_put:
                log.append((PUT_RETURN, worker, value))
            elif available:
                # Often the oldest, or hardly any long history would be a queue's.
                taken = available.pop(0 if rng.random() < 0.5 else rng.randrange(len(available)))
                log.append((GET_RETURN, worker, taken))
            else:
                log.append((GET_RAISE, worker, None))
        yield Execution("class", log, workers, order=rng.choice(["producer", "linear", "any"]), capacity=rng.choice([None, 1, 2]))


@pytest.fixture
def read() -> Callable[..., Execution]:
    """`read_execution`, for tests that write a history down."""
    return read_execution


@pytest.fixture
def draw() -> Callable[..., Iterator[Execution]]:
    """`draw_histories`, for tests that compare with brute force."""
    return draw_histories
