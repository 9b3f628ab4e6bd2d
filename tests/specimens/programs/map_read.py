from concurrent.futures import ThreadPoolExecutor
import threading

lock = threading.Lock()
calls = []


def square(n):
    with lock:
        calls.append(n)
    return n * n


def main():
    with ThreadPoolExecutor(max_workers=3) as ex:
        results = list(ex.map(square, range(5)))
    assert results == [0, 1, 4, 9, 16]
    assert sorted(calls) == [0, 1, 2, 3, 4]


if __name__ == "__main__":
    main()
