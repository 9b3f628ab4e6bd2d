import threading

stock = {"pens": 3, "cups": 1}
totals = []


def report():
    total = 0
    for _, n in list(stock.items()):
        total += n
    totals.append(total)


def deliver():
    stock["books"] = 5


def scenario():
    a = threading.Thread(target=report)
    b = threading.Thread(target=deliver)
    a.start()
    b.start()
    a.join()
    b.join()
    assert totals[0] in (4, 9)
