import threading

baked = threading.Condition()


def bake():
    with baked:
        baked.notify()


def scenario():
    t = threading.Thread(target=bake)
    t.start()
    with baked:
        baked.wait()
    t.join()
