import threading
def scenario():
    parts = {}
    def work(n):
        parts[threading.get_ident()] = n
    ts = [threading.Thread(target=work, args=(n,)) for n in (3, 4)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert sum(parts.values()) == 7
