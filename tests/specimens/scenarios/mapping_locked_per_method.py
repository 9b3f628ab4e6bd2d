import threading
from collections.abc import MutableMapping
class SyncDict(MutableMapping):
    def __init__(self): self._d, self._l = {}, threading.Lock()
    def __getitem__(self, k):
        with self._l: return self._d[k]
    def __setitem__(self, k, v):
        with self._l: self._d[k] = v
    def __delitem__(self, k):
        with self._l: del self._d[k]
    def __iter__(self):
        with self._l: return iter(list(self._d))
    def __len__(self):
        with self._l: return len(self._d)
def scenario():
    d, got = SyncDict(), []
    ts = [threading.Thread(target=lambda: got.append(d.setdefault("k", object()))) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert got[0] is got[1]
