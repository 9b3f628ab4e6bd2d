import threading


def scenario():
    gate = threading.Lock()
    gate.acquire()
    opener = threading.Thread(target=gate.release)
    opener.start()
    gate.acquire()
    opener.join()
    assert gate.locked()
