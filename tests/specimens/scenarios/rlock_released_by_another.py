import threading


def scenario():
    gate = threading.RLock()
    gate.acquire()
    opener = threading.Thread(target=gate.release)
    opener.start()
    opener.join()
    gate.release()
