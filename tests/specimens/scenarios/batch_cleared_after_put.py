import queue, threading
def scenario():
    q, batch, got = queue.Queue(), [], []
    def eat():
        for _ in range(2):
            got.extend(q.get())
    t = threading.Thread(target=eat)
    t.start()
    for n in (1, 2):
        batch.append(n)
        q.put(batch)
        batch.clear()
    t.join()
    assert sorted(got) == [1, 2]
