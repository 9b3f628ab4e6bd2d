import queue
import threading

jobs = queue.Queue()
done = []


def drain():
    while True:
        try:
            done.append(jobs.get_nowait())
        except queue.Empty:
            return


def scenario():
    for n in range(3):
        jobs.put(n)
    threads = [threading.Thread(target=drain) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(done) == [0, 1, 2]
