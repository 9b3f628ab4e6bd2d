import queue
import threading


def scenario():
    tasks = queue.Queue()
    results = []

    def worker():
        while True:
            n = tasks.get()
            if n is None:
                break
            results.append(n * n)
            tasks.task_done()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for t in threads:
        t.start()
    for n in (1, 2, 3):
        tasks.put(n)
    tasks.join()
    assert sorted(results) == [1, 4, 9]
    for _ in threads:
        tasks.put(None)
    for t in threads:
        t.join()
