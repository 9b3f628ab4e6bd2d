import queue


class Pipeline:
    def __init__(self, capacity):
        self.wishes = queue.Queue()
        self.goods = queue.Queue()

    def put(self, value):
        self.wishes.get()
        self.goods.put(value)

    def get(self):
        self.wishes.put("one, please")
        return self.goods.get()
