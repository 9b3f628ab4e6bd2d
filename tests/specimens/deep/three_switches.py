"""An update is lost only if three switches come in order: one thread says what it means to do and reads, the other sees that and gives way,
the first believes it and is about to write, the other has not stopped after all. Four more threads are in the way."""

import threading

BYSTANDERS = 4


class Counter:
    def __init__(self):
        self.total = 0
        self.is_asked_for = False
        self.is_ceded = False
        self.lock = threading.Lock()
        self.hits = {}


def scenario():
    counter = Counter()

    def asking():
        counter.is_asked_for = True
        if counter.is_ceded:
            seen = counter.total
            counter.total = seen + 1
        else:
            with counter.lock:
                counter.total += 1

    def ceding():
        if counter.is_asked_for:
            counter.is_ceded = True
        with counter.lock:
            counter.total += 1

    def bystander(number):
        for turn in range(4):
            with counter.lock:
                counter.hits[number] = turn

    threads = [threading.Thread(target=asking), threading.Thread(target=ceding)]
    threads += [threading.Thread(target=bystander, args=(number,)) for number in range(BYSTANDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.total == 2, counter.total
