import threading
from queue import PriorityQueue
from dataclasses import dataclass, field
from typing import Any


@dataclass(order=True)
class PrioritizedItem:
    priority: int
    item: Any = field(compare=False)


pq: "PriorityQueue[PrioritizedItem]" = PriorityQueue()


def feeder() -> None:
    for n, what in enumerate([{"a": 1}, {"b": 2}, {"a": 1}]):
        pq.put(PrioritizedItem(n, what))
    pq.put(PrioritizedItem(100, None))


def eater(seen: list) -> None:
    while (entry := pq.get()).item is not None:
        seen.append(entry.item)


seen: list = []
t = threading.Thread(target=eater, args=(seen,))
t.start()
feeder()
t.join()
assert seen == [{"a": 1}, {"b": 2}, {"a": 1}]
