import copy, threading
class P:
    def __init__(self): self.x = self.y = 0
def scenario():
    p = P()
    def move():
        p.x += 1
        p.y += 1
    t = threading.Thread(target=move)
    t.start()
    q = copy.copy(p)
    t.join()
    assert q.x == q.y
