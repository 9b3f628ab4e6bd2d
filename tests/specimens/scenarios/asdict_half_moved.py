import threading
from dataclasses import asdict, dataclass
@dataclass
class Pos:
    x: int = 0
    y: int = 0
def scenario():
    p, lock = Pos(), threading.Lock()
    def move():
        with lock:
            p.x += 1
            p.y += 1
    t = threading.Thread(target=move)
    t.start()
    d = asdict(p)
    t.join()
    assert d["x"] == d["y"]
