import queue
import threading

tasks = queue.Queue()
results = []


def worker():
    while True:
        n = tasks.get()
        if n < 0:
            continue
        results.append(n)
        tasks.task_done()


def scenario():
    threading.Thread(target=worker, daemon=True).start()
    tasks.put(3)
    tasks.put(-3)
    tasks.join()
    assert results == [3]
