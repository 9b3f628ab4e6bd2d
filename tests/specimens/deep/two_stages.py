"""Nineteen writers fill one value under a first lock and one that follows from it under a second; a reader takes them one after the other."""

import threading

WRITERS = 19


class Stages:
    def __init__(self):
        self.first_lock = threading.Lock()
        self.second_lock = threading.Lock()
        self.first = 0
        self.second = 0


def scenario():
    stages = Stages()

    def writer():
        with stages.first_lock:
            stages.first = 1
        with stages.second_lock:
            stages.second = stages.first + 1

    def reader():
        with stages.first_lock:
            first = stages.first
        if first == 0:
            return
        with stages.second_lock:
            second = stages.second
        assert second == first + 1, (first, second)

    threads = [threading.Thread(target=writer) for _ in range(WRITERS)]
    threads.append(threading.Thread(target=reader))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
