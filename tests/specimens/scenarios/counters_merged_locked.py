import threading
from collections import Counter
def scenario():
    total, lock = Counter(), threading.Lock()
    def work(text):
        mine = Counter(text.split())
        with lock:
            total.update(mine)
    ts = [threading.Thread(target=work, args=("a b",)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert total == {"a": 2, "b": 2}
