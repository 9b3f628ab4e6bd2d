import queue, threading
def scenario():
    q, done = queue.PriorityQueue(), []
    def feed():
        for n in (1, 2):
            q.put((1, n))
        q.put((0, "stop"))
    t = threading.Thread(target=feed)
    t.start()
    while True:
        _, n = q.get()
        if n == "stop":
            break
        done.append(n)
    t.join()
    assert done == [1, 2]
