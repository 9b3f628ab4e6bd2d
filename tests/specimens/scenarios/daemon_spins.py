import threading
import time


class Clock:
    ticks = 0

    def run(self):
        while True:
            self.ticks += 1
            time.sleep(1)


def scenario():
    clock = Clock()
    threading.Thread(target=clock.run, daemon=True).start()
    assert clock.ticks >= 0
