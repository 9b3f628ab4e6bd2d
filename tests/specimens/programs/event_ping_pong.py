import threading


class Slot:
    def __init__(self):
        self.value = None
        self.filled = threading.Event()
        self.emptied = threading.Event()
        self.emptied.set()


def writer(slot, values):
    for value in values:
        slot.emptied.wait()
        slot.emptied.clear()
        slot.value = value
        slot.filled.set()


def reader(slot, n, out):
    for _ in range(n):
        slot.filled.wait()
        slot.filled.clear()
        out.append(slot.value)
        slot.emptied.set()


if __name__ == "__main__":
    data = [0, 0, False, None, "", 0]
    out = []
    slot = Slot()
    w = threading.Thread(target=writer, args=(slot, data))
    r = threading.Thread(target=reader, args=(slot, len(data), out))
    w.start()
    r.start()
    w.join()
    r.join()
    assert out == data
