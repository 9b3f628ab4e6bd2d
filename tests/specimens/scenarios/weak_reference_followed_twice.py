import threading, weakref
class Node:
    name = "n"
def scenario():
    holder = {"n": Node()}
    r = weakref.ref(holder["n"])
    t = threading.Thread(target=lambda: holder.pop("n") and None)
    t.start()
    if r() is not None:
        assert r().name == "n"
    t.join()
