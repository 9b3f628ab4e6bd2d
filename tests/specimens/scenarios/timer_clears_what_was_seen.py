import threading
def scenario():
    items = [1]
    t = threading.Timer(0.1, items.clear)
    t.start()
    if items:
        assert items.pop() == 1
    t.join()
