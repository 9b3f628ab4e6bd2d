import threading
from collections import Counter
def scenario():
    total = Counter()
    def count(text):
        total.update(Counter(text.split()))
    ts = [threading.Thread(target=count, args=("a b",)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert total == {"a": 2, "b": 2}, total
