import queue
import threading

jobs = queue.Queue()


def consume():
    while True:
        job = jobs.get()
        if job is None:
            return


def scenario():
    threads = [threading.Thread(target=consume) for _ in range(2)]
    for t in threads:
        t.start()
    jobs.put("paint")
    jobs.put(None)
    for t in threads:
        t.join()
