import threading


class Pipeline:
    items = []
    changed = threading.Condition()

    def __init__(self, capacity):
        Pipeline.capacity = capacity

    @classmethod
    def set_message(cls, message):
        with cls.changed:
            while len(cls.items) >= cls.capacity:
                cls.changed.wait()
            cls.items.append(message)
            cls.changed.notify_all()

    @classmethod
    def get_message(cls):
        with cls.changed:
            while not cls.items:
                cls.changed.wait()
            message = cls.items.pop(0)
            cls.changed.notify_all()
            return message
