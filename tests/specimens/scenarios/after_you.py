import threading
import time


class Diner:
    def __init__(self, name):
        self.name = name
        self.hungry = True


class Spoon:
    def __init__(self, owner):
        self.owner = owner


def eat(me, spouse, spoon):
    while me.hungry:
        if spoon.owner is not me:
            time.sleep(0.001)
            continue
        if spouse.hungry:
            spoon.owner = spouse
            continue
        me.hungry = False
        spoon.owner = spouse


def scenario():
    her, him = Diner("her"), Diner("him")
    spoon = Spoon(her)
    threads = [threading.Thread(target=eat, args=(her, him, spoon)), threading.Thread(target=eat, args=(him, her, spoon))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
