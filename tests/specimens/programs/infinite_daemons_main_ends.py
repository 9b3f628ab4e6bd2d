import queue
import random
import threading
import time

q = queue.Queue(10)


def producer():
    while True:
        q.put(random.randint(0, 9))
        time.sleep(0.01)


def consumer():
    while True:
        print("got", q.get())


if __name__ == "__main__":
    threading.Thread(target=producer, daemon=True).start()
    threading.Thread(target=consumer, daemon=True).start()
    time.sleep(0.1)
    print("main ends, daemons die")
