import threading
from dataclasses import dataclass, field


@dataclass
class Pipeline:
    capacity: int
    items: list = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def set_message(self, message):
        with self.changed:
            self.changed.wait_for(self.has_room)
            self.items.append(message)
            self.changed.notify_all()

    def get_message(self):
        with self.changed:
            self.changed.wait_for(self.has_items)
            message = self.items.pop(0)
            self.changed.notify_all()
            return message

    def has_room(self):
        return len(self.items) < self.capacity

    def has_items(self):
        return len(self.items) > 0
