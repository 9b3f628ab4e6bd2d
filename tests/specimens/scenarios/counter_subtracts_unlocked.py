import threading
from collections import Counter
def scenario():
    stock = Counter(apple=5)
    def sell(order):
        stock.subtract(order)
    ts = [threading.Thread(target=sell, args=({"apple": 2},)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert stock["apple"] == 1
