"""Recognising a pipeline class and calling it, as people write them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from harness.errors import HarnessError, NothingToCheck
from harness.pipeline_class import PipelineClass, caller, find_pipeline


def found(source: str, name: str | None = None) -> PipelineClass | None:
    """What is found in a module with this source."""
    namespace: dict[str, Any] = {"__name__": "module_of_test", "queue": queue, "threading": threading}
    exec(dedent(source), namespace)
    return find_pipeline(namespace, "module_of_test", name)


def with_methods(put: str, get: str, init: str = "self") -> str:
    return f"class Pipeline:\n    def __init__({init}): pass\n    def {put}: pass\n    def {get}: pass\n"


@pytest.mark.parametrize(
    ("put", "get"),
    [tuple(pair.split()) for pair in (
        "set_message get_message", "put get", "put_message get_message", "produce consume", "enqueue dequeue", "insert remove", "send receive", "add remove",
        "write read", "deposit withdraw", "append pop", "set_value get_value", "PutItem GetItem", "inserir remover", "push pull", "offer poll",
        "setMessage getMessage", "write_message read_message", "produce_item consume_item", "send_msg recv", "add_to_queue take_from_queue",
    )],
)  # fmt: skip
def test_put_and_get_are_known_by_their_names(put: str, get: str) -> None:
    plan = found(with_methods(f"{put}(self, m)", f"{get}(self)"))
    assert plan is not None
    assert (plan.name, plan.put, plan.get) == ("Pipeline", put, get)


@pytest.mark.parametrize(
    ("init", "capacity"),
    [
        ("self", None),
        ("self, capacity", "position"),
        ("self, size", "position"),
        ("self, max_size=10", "position"),
        ("self, *, max_size", "max_size"),
        ("self, *, maxsize=5", "maxsize"),
        ("self, name='x', capacity=3", "capacity"),
        ("self, name='x'", None),
        ("self, anything", "position"),
        ("self, *args, **kwargs", None),
        ("self, verbose=False, *, buffer_size=2", "buffer_size"),
    ],
)
def test_the_capacity_is_found_however_the_constructor_takes_it(init: str, capacity: str | None) -> None:
    plan = found(with_methods("put(self, m)", "get(self)", init))
    assert plan is not None
    assert plan.capacity == capacity


def test_a_constructed_pipeline_has_the_capacity_it_was_given() -> None:
    for init, expected in (("self, n", (7,)), ("self, *, limit=1", (7,)), ("self", ())):
        source = with_methods("put(self, m)", "get(self)", init)
        source = source.replace("): pass\n", "): self.got = tuple(v for k, v in locals().items() if k != 'self')\n", 1)
        namespace: dict[str, Any] = {"__name__": "module_of_test"}
        exec(source, namespace)
        plan = find_pipeline(namespace, "module_of_test", None)
        assert plan is not None
        assert plan.construct(namespace["Pipeline"], 7).got == expected


def test_a_mixin_that_passes_its_arguments_on_takes_what_the_next_class_takes() -> None:
    source = """
        class Locked:
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
        class Bounded:
            def __init__(self, capacity):
                self.capacity = capacity
        class Pipeline(Locked, Bounded):
            def put(self, m): pass
            def get(self): pass
    """
    plan = found(source)
    assert plan is not None
    assert plan.capacity == "position"


def test_a_constructor_that_asks_for_what_cannot_be_given_is_refused_by_name() -> None:
    for init in ("self, host, port", "self, capacity, name"):
        with pytest.raises(HarnessError, match=r"the constructor of Pipeline needs (host, port|name), which the harness cannot give"):
            found(with_methods("put(self, m)", "get(self)", init))


def test_a_subclass_of_queue_means_its_own_methods() -> None:
    plan = found("class Pipeline(queue.Queue):\n    def set_message(self, m): self.put(m)\n    def get_message(self): return self.get()\n")
    assert plan is not None
    assert (plan.put, plan.get) == ("set_message", "get_message")


def test_a_subclass_of_queue_without_methods_of_its_own_means_put_and_get() -> None:
    plan = found("class Pipeline(queue.Queue):\n    pass\n")
    assert plan is not None
    assert (plan.put, plan.get, plan.capacity) == ("put", "get", "position")


def test_a_subclass_of_queue_that_sets_its_own_size_takes_none() -> None:
    plan = found("class Pipeline(queue.Queue):\n    def __init__(self):\n        super().__init__(maxsize=10)\n")
    assert plan is not None
    assert plan.capacity is None


def test_of_several_classes_the_pipeline_is_chosen_and_never_its_base() -> None:
    two = "class {0}:\n    def put(self, m): pass\n    def get(self): pass\nclass {1}:\n    def put(self, m): pass\n    def get(self): pass\n"
    for pair, chosen in (("Store Pipeline", "Pipeline"), ("Pipeline Queue", "Pipeline"), ("Thing MessageQueue", "MessageQueue"), ("A B", "A")):
        plan = found(two.format(*pair.split()))
        assert plan is not None and plan.name == chosen
    plan = found("class Buffer:\n    def put(self, m): pass\n    def get(self): pass\nclass Better(Buffer):\n    pass\n")
    assert plan is not None and plan.name == "Better"


def test_what_was_imported_is_no_class_of_the_file() -> None:
    assert found("from queue import Queue\nx = Queue\n") is None
    assert found("class Producer(threading.Thread):\n    def run(self): pass\n") is None


def test_a_class_named_by_the_user_must_have_a_put_and_a_get() -> None:
    with pytest.raises(HarnessError, match="class Sink has no method that puts a message or none that gets one"):
        found("class Sink:\n    def put(self, m): pass\n", "Sink")


def got(method: Callable[..., Any], takes_message: bool) -> Any:
    """What reaches a method that is called for producer-1, or consumer-1."""
    call = caller(method, "producer-1" if takes_message else "consumer-1", takes_message)
    return call(7) if takes_message else call()


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (lambda message: message, 7),
        (lambda message, name: (message, name), (7, "producer-1")),
        (lambda name, message: (name, message), ("producer-1", 7)),
        (lambda value, name: (value, name), (7, "producer-1")),
        (lambda who, item: (who, item), ("producer-1", 7)),
        (lambda thing, producer_id: (thing, producer_id), (7, "producer-1")),
        (lambda message, *, name: (message, name), (7, "producer-1")),
        (lambda message, block=True, timeout=None: (message, block), (7, True)),
        (lambda message=None: message, 7),
        (lambda *messages: messages, (7,)),
        (lambda message, a, b: (message, a, b), (7, "producer-1", "producer-1")),
    ],
)
def test_a_put_is_called_with_the_message_where_it_belongs(method: Callable[..., Any], expected: Any) -> None:
    assert got(method, True) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [(lambda: 1, 1), (lambda name: name, "consumer-1"), (lambda timeout=3: timeout, 3), (lambda *, who: who, "consumer-1")],
)
def test_a_get_is_called_with_nothing_or_a_name(method: Callable[..., Any], expected: Any) -> None:
    assert got(method, False) == expected


@pytest.mark.parametrize(
    ("method", "takes_message", "said"),
    [
        (lambda: None, True, "takes no message"),
        (lambda a, b, c, d: None, True, "a put takes a message, and perhaps a name"),
        (lambda a, b: None, False, "a get takes nothing, or one name"),
    ],
)
def test_a_method_that_asks_for_more_is_refused(method: Callable[..., Any], takes_message: bool, said: str) -> None:
    with pytest.raises(HarnessError, match=said):
        caller(method, "x", takes_message)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("async def get(self): pass", "Pipeline.get is asynchronous"),
        ("async def get(self): yield 1", "Pipeline.get is asynchronous"),
        ("def get(self): yield 1", "Pipeline.get is a generator"),
    ],
)
def test_a_method_whose_call_does_nothing_yet_is_refused(method: str, said: str) -> None:
    with pytest.raises(NothingToCheck, match=said):
        found(f"class Pipeline:\n    def put(self, m): pass\n    {method}\n")


def test_of_a_get_and_a_generator_the_get_is_driven() -> None:
    plan = found("class Pipeline:\n    def put(self, m): pass\n    def get(self): yield 1\n    def take(self): pass\n")
    assert plan is not None and plan.get == "take"


def test_a_capacity_is_seen_behind_an_init_that_passes_its_arguments_on() -> None:
    plan = found("""
        def timed(cls):
            original = cls.__init__
            def __init__(self, *args, **kwargs):
                original(self, *args, **kwargs)
            cls.__init__ = __init__
            return cls

        @timed
        class Pipeline:
            def __init__(self, size): pass
            def put(self, m): pass
            def get(self): pass
    """)
    assert plan is not None and plan.capacity == "position"
