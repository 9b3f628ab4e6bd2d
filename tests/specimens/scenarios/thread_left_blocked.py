import threading

never = threading.Event()


def scenario():
    t = threading.Thread(target=never.wait)
    t.start()
    assert not never.is_set()
