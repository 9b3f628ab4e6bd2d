import threading
from queue import Queue

readings = [21.5, 22.0, None, 22.5]
q = Queue()
stored = []


def sensor():
    for r in readings:
        q.put(r)
    q.put(None)


def database():
    while True:
        r = q.get()
        if r is None:
            return
        stored.append(r)


def main():
    a = threading.Thread(target=sensor)
    b = threading.Thread(target=database)
    a.start()
    b.start()
    a.join()
    b.join()
    assert len(stored) == len(readings), "some readings were not stored"


if __name__ == "__main__":
    main()
