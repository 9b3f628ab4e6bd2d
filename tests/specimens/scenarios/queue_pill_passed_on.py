import queue
import threading

jobs = queue.Queue()
done = []


def consume():
    while (job := jobs.get()) is not None:
        done.append(job)
    jobs.put(None)


def scenario():
    threads = [threading.Thread(target=consume) for _ in range(2)]
    for t in threads:
        t.start()
    jobs.put("paint")
    jobs.put("clean")
    jobs.put(None)
    for t in threads:
        t.join()
    assert sorted(done) == ["clean", "paint"]
