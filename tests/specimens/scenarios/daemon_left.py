import queue
import threading

jobs = queue.Queue()
done = []


def work():
    while True:
        done.append(jobs.get())
        jobs.task_done()


def scenario():
    threading.Thread(target=work, daemon=True).start()
    jobs.put("a")
    jobs.put("b")
    jobs.join()
    assert done == ["a", "b"]
