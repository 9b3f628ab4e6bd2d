import threading

ready = threading.Event()
value = []


def fill():
    value.append("tea")
    ready.set()


def scenario():
    t = threading.Thread(target=fill)
    t.start()
    ready.wait(timeout=5)
    seen = list(value)
    t.join()
    assert seen == ["tea"]
