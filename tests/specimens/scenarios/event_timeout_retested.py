import threading

ready = threading.Event()
value = []


def fill():
    value.append("tea")
    ready.set()


def scenario():
    t = threading.Thread(target=fill)
    t.start()
    while not ready.wait(timeout=0.1):
        pass
    assert value == ["tea"]
    t.join()
