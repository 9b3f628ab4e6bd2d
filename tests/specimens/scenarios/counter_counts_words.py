import threading
from collections import Counter
def scenario():
    total = Counter()
    def work(text):
        total.update(text.split())
    ts = [threading.Thread(target=work, args=("a b",)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert total == {"a": 2, "b": 2}
