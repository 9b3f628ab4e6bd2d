import threading
from queue import LifoQueue


class Connection:
    def __init__(self):
        self.queries = 0

    def query(self):
        self.queries += 1


pool = LifoQueue()
pool.put(Connection())


def client():
    conn = pool.get()
    try:
        conn.query()
    finally:
        pool.put(conn)


clients = [threading.Thread(target=client) for _ in range(4)]
for c in clients:
    c.start()
for c in clients:
    c.join()
assert pool.get().queries == 4
