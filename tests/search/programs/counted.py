"""Programs whose classes of equivalent executions can be counted by hand or are known from the literature, as plain threading programs."""

import threading


def run(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lastzero(n):
    array = [0] * (n + 1)

    def reader():
        i = n
        while array[i] != 0:
            i -= 1

    def writer(j):
        def write():
            array[j] = array[j - 1] + 1

        return write

    run(reader, *(writer(j) for j in range(1, n + 1)))


class Cell:
    def __init__(self):
        self.x = 0


def readers(n):
    cell = Cell()

    def write():
        cell.x = 1

    def read():
        return cell.x

    run(write, *[read] * n)


def indexer(n):
    size = 128
    table = [0] * size
    locks = [threading.Lock() for _ in range(size)]

    def insert(tid):
        def work():
            for m in range(1, 5):
                w = m * 11 + tid
                h = (w * 7) % size
                while True:
                    with locks[h]:
                        if table[h] == 0:
                            table[h] = w
                            break
                    h = (h + 1) % size

        return work

    run(*(insert(tid) for tid in range(n)))


def inc(n):
    cell = Cell()

    def adder(i):
        def add():
            seen = cell.x
            cell.x = seen + 2**i

        return add

    run(*(adder(i) for i in range(n)))


def lockinc(n):
    cell = Cell()
    lock = threading.Lock()

    def adder(i):
        def add():
            with lock:
                seen = cell.x
                cell.x = seen + 2**i

        return add

    run(*(adder(i) for i in range(n)))


def lastzero_2():
    lastzero(2)


def lastzero_5():
    lastzero(5)


def lastzero_10():
    lastzero(10)


def readers_2():
    readers(2)


def readers_8():
    readers(8)


def readers_11():
    readers(11)


def indexer_12():
    indexer(12)


def inc_2():
    inc(2)


def inc_3():
    inc(3)


def inc_4():
    inc(4)


def lockinc_2():
    lockinc(2)


def lockinc_3():
    lockinc(3)


def lockinc_4():
    lockinc(4)


def lockinc_5():
    lockinc(5)


def lockinc_6():
    lockinc(6)
