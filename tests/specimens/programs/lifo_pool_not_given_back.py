import threading
from queue import LifoQueue

pool = LifoQueue()
pool.put("connection-1")


def client(n):
    conn = pool.get()
    if n == 1:
        print("client 1 has nothing to ask")
        return
    print(conn, "serves client", n)
    pool.put(conn)


clients = [threading.Thread(target=client, args=(n,)) for n in range(3)]
for c in clients:
    c.start()
for c in clients:
    c.join()
