import queue
import threading

tasks = queue.Queue()
results = []


def worker():
    n = tasks.get()
    tasks.task_done()
    results.append(n * 2)


def scenario():
    t = threading.Thread(target=worker)
    t.start()
    tasks.put(4)
    tasks.join()
    early = list(results)
    t.join()
    assert early == [8]
