import threading

stock = {"pens": 3, "cups": 1}
totals = []


def report():
    total = 0
    for name in stock:
        total += stock[name]
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
