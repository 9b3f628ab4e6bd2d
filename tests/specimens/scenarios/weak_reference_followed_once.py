import threading, weakref
class Node:
    name = "n"
def scenario():
    holder = {"n": Node()}
    r = weakref.ref(holder["n"])
    t = threading.Thread(target=holder.clear)
    t.start()
    if (node := r()) is not None:
        assert node.name == "n"
    t.join()
