import queue
import threading
import time

q = queue.Queue(maxsize=5)
running = True


def producer():
    n = 0
    while running:
        q.put(n)
        n += 1
        time.sleep(0.5)


def consumer():
    while running:
        try:
            item = q.get(timeout=1)
        except queue.Empty:
            continue
        print(f"consumed {item}")


if __name__ == "__main__":
    p = threading.Thread(target=producer)
    c = threading.Thread(target=consumer)
    p.start()
    c.start()
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("Ctrl-C pressed, stopping")
        running = False
        p.join()
        c.join()
