import atexit
import queue
import signal
import sys
import threading

stop_event = threading.Event()
q = queue.Queue()


def handler(signum, frame):
    print("signal", signum)
    stop_event.set()


def bye():
    print("bye")


def producer():
    for i in range(3):
        if stop_event.is_set():
            break
        q.put(i)
    q.put(None)


def consumer():
    while True:
        i = q.get()
        if i is None:
            break
        print("item", i)


def main():
    signal.signal(signal.SIGINT, handler)
    atexit.register(bye)
    p = threading.Thread(target=producer)
    c = threading.Thread(target=consumer)
    p.start()
    c.start()
    p.join()
    c.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
