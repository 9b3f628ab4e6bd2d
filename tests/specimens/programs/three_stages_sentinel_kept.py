import threading
from queue import Queue

raw, cooked = Queue(), Queue()
plates = []


def gather():
    for x in ("fish", "rice"):
        raw.put(x)
    raw.put(None)


def cook():
    while True:
        x = raw.get()
        if x is None:
            break
        cooked.put(x.upper())


def serve():
    while True:
        x = cooked.get()
        if x is None:
            break
        plates.append(x)


def main():
    threads = [threading.Thread(target=f) for f in (gather, cook, serve)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(plates)


if __name__ == "__main__":
    main()
