import threading


class Basket:
    items = []

    def add(self, item):
        self.items.append(item)


def scenario():
    mine, yours = Basket(), Basket()
    a = threading.Thread(target=mine.add, args=("pear",))
    b = threading.Thread(target=yours.add, args=("plum",))
    a.start(), b.start()
    a.join(), b.join()
    assert mine.items == ["pear"]
