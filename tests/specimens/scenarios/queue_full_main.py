import queue
import threading


def scenario():
    jobs = queue.Queue(maxsize=1)
    t = threading.Thread(target=jobs.get)
    jobs.put("one")
    jobs.put("two")
    t.start()
    t.join()
