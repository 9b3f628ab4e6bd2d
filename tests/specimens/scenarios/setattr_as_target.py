import threading
class Box:
    v = 0
def scenario():
    b = Box()
    t = threading.Thread(target=b.__setattr__, args=("v", 1))
    t.start()
    a = b.v
    assert a == b.v
    t.join()
