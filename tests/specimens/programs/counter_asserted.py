import threading
import queue

q = queue.Queue()
processed = 0


def work():
    global processed
    while True:
        job = q.get()
        if job is None:
            return
        processed += 1


if __name__ == "__main__":
    for i in range(8):
        q.put(i)
    workers = [threading.Thread(target=work) for _ in range(3)]
    for w in workers:
        q.put(None)
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert processed == 8, f"lost updates: {processed}"
    print("processed", processed)
