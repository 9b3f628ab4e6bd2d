from __future__ import annotations

import itertools
import logging
import queue
import threading
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)
_ids = itertools.count(1)


@dataclass(frozen=True)
class Message:
    body: str
    ident: int = field(default_factory=lambda: next(_ids))


@dataclass
class Shutdown:
    reason: str = "done"


@dataclass
class Bus:
    maxsize: int = 2
    channel: queue.Queue[Message | Shutdown] = field(init=False)

    def __post_init__(self) -> None:
        self.channel = queue.Queue(self.maxsize)


def publisher(bus: Bus, name: str) -> None:
    for n in range(2):
        message = Message(f"{name}:{n}")
        bus.channel.put(message)
        logger.info("%s published %r", name, message)


def subscriber(bus: Bus, seen: list[Message]) -> None:
    while True:
        match bus.channel.get():
            case Message() as message:
                seen.append(message)
            case Shutdown(reason=reason):
                logger.info("shutting down: %s", reason)
                return


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(threadName)s %(message)s")
    bus, seen = Bus(), []
    publishers = [threading.Thread(target=publisher, args=(bus, n)) for n in ("a", "b")]
    subscribers = [threading.Thread(target=subscriber, args=(bus, seen)) for _ in range(2)]
    for thread in (*publishers, *subscribers):
        thread.start()
    for thread in publishers:
        thread.join()
    for _ in subscribers:
        bus.channel.put(Shutdown())
    for thread in subscribers:
        thread.join()
    assert sorted(m.body for m in seen) == ["a:0", "a:1", "b:0", "b:1"]


if __name__ == "__main__":
    main()
