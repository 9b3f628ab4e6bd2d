import threading


class Buffer:
    def __init__(self):
        self.items = []
        self.lock = threading.Lock()

    def put(self, item):
        with self.lock:
            self.items.append(item)

    def get(self):
        with self.lock:
            return self.items.pop(0)


if __name__ == "__main__":
    b = Buffer()
    p = threading.Thread(target=lambda: [b.put(i) for i in range(4)])
    p.start()
    p.join()
    c = threading.Thread(target=lambda: [print(b.get()) for i in range(4)])
    c.start()
    c.join()
