import threading
def scenario():
    sem = threading.BoundedSemaphore(1)
    def work():
        try:
            sem.acquire(blocking=False)
        finally:
            sem.release()
    ts = [threading.Thread(target=work) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
