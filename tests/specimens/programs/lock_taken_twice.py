import threading


class Inventory:
    def __init__(self):
        self.lock = threading.Lock()
        self.stock = 10

    def log(self):
        with self.lock:
            print("stock is", self.stock)

    def remove(self, n):
        with self.lock:
            self.stock -= n
            if self.stock < 5:
                self.log()


inv = Inventory()
threads = [threading.Thread(target=inv.remove, args=(3,)) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
