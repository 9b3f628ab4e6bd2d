import threading

prices = {"tea": 2}
bill = []


def scenario():
    t = threading.Thread(target=lambda: bill.append(prices["coffee"]))
    t.start()
    t.join()
    assert not bill
