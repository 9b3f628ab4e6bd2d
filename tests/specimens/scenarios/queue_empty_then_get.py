import queue
import threading

jobs = queue.SimpleQueue()
done = []


def drain():
    while not jobs.empty():
        done.append(jobs.get_nowait())


def scenario():
    jobs.put("paint")
    threads = [threading.Thread(target=drain) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
