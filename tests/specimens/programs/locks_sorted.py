import threading


class Account:
    def __init__(self, name, balance):
        self.name = name
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    first, second = sorted((source, target), key=lambda x: x.name)
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount


def main():
    a, b = Account("A", 100), Account("B", 100)
    threads = [threading.Thread(target=transfer, args=args) for args in [(a, b, 10), (b, a, 20), (a, b, 5)]]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (a.balance, b.balance) == (105, 95)
    print(a.balance, b.balance)


if __name__ == "__main__":
    main()
