import threading
import time

fork_a = threading.Lock()
fork_b = threading.Lock()


def dine(name, first, second):
    while True:
        first.acquire()
        if second.acquire(blocking=False):
            break
        print(name, "waits for the second fork")
        time.sleep(0.1)
    print(name, "eats")
    second.release()
    first.release()


if __name__ == "__main__":
    a = threading.Thread(target=dine, args=("Kant", fork_a, fork_b))
    b = threading.Thread(target=dine, args=("Hegel", fork_b, fork_a))
    a.start()
    b.start()
    a.join()
    b.join()
