import threading
from collections import deque

MAX = 2
buf = deque()
cv = threading.Condition()
out = []


def put_items():
    for ch in "abcde":
        with cv:
            while len(buf) == MAX:
                cv.wait()
            buf.append(ch)
            cv.notify_all()


def take_items(n):
    for _ in range(n):
        with cv:
            while not buf:
                cv.wait()
            out.append(buf.popleft())
            cv.notify_all()


if __name__ == '__main__':
    a = threading.Thread(target=put_items)
    b = threading.Thread(target=take_items, args=[3])
    c = threading.Thread(target=take_items, args=[2])
    for th in (a, b, c):
        th.start()
    for th in (a, b, c):
        th.join()
    assert "".join(out) == "abcde", out
