import threading


class Peterson:
    def __init__(self):
        self.wants = [False, False]
        self.turn = 0

    def lock(self, me):
        other = 1 - me
        self.wants[me] = True
        self.turn = other
        while self.wants[other] and self.turn == other:
            pass

    def unlock(self, me):
        self.wants[me] = False


counter = 0


def scenario():
    mutex = Peterson()

    def work(me):
        global counter
        for _ in range(2):
            mutex.lock(me)
            counter += 1
            mutex.unlock(me)

    threads = [threading.Thread(target=work, args=(me,)) for me in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert counter == 4
