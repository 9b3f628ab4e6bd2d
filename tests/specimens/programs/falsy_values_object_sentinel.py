import threading
from queue import Queue

_END = object()
VALUES = [0, False, None, "", 0, 0, 1, True, 1]


class Chan:
    def __init__(self, size=3):
        self._q = Queue(size)

    def send(self, value):
        self._q.put(value)

    def receive(self):
        return self._q.get()


def main():
    chan, out = Chan(), []

    def produce():
        for v in VALUES:
            chan.send(v)
        chan.send(_END)

    def consume():
        while (v := chan.receive()) is not _END:
            out.append(v)

    threads = [threading.Thread(target=produce), threading.Thread(target=consume)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [repr(v) for v in out] == [repr(v) for v in VALUES]


if __name__ == "__main__":
    main()
