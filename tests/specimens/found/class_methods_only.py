import threading


class Pipeline:
    items = []
    room = threading.Condition()
    limit = 1

    def __init__(self, size):
        type(self).limit = size

    @classmethod
    def put_(cls, item, limit):
        with cls.room:
            cls.room.wait_for(lambda: len(cls.items) < limit)
            cls.items.append(item)
            cls.room.notify_all()

    @classmethod
    def put(cls, item):
        cls.put_(item, cls.limit)

    @classmethod
    def take(cls):
        with cls.room:
            cls.room.wait_for(lambda: cls.items)
            item = cls.items.pop(0)
            cls.room.notify_all()
        return item
