import queue
import threading
import time

q = queue.Queue()
done = threading.Event()
received = []


def producer(start):
    for i in range(start, start + 3):
        q.put(i)
        time.sleep(0.01)
    done.set()


def consumer():
    while not done.is_set() or not q.empty():
        try:
            received.append(q.get(timeout=0.02))
        except queue.Empty:
            pass


if __name__ == "__main__":
    threads = [threading.Thread(target=producer, args=(0,)), threading.Thread(target=producer, args=(100,)), threading.Thread(target=consumer)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(received) == 6, f"only {len(received)} of 6 received"
