class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    def put(self, item):
        while len(self.items) >= self.capacity:
            pass
        self.items.append(item)

    def get(self):
        for _ in range(100):
            if self.items:
                return self.items.pop(0)
        return None
