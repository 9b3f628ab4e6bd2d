"""Class mode's workload."""

from __future__ import annotations

import msgspec


class ScenarioSize(msgspec.Struct, frozen=True):
    """Class mode's workload: threads of each role, messages per producer, the capacity passed to the constructor."""

    producers: int = 1
    consumers: int = 1
    messages: int = 3
    capacity: int = 2

    def told(self) -> str:
        """In words: "2 producers, 1 consumer and 3 messages each"."""
        numbers = (self.producers, "producer"), (self.consumers, "consumer"), (self.messages, "message")
        producers, consumers, messages = (f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in numbers)
        return f"{producers}, {consumers} and {messages}{' each' if self.producers > 1 else ''}"
