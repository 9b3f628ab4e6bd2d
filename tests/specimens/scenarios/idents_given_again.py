import threading
def scenario():
    parts = {}
    def work(n):
        parts[threading.get_ident()] = n
    for n in (3, 4):
        t = threading.Thread(target=work, args=(n,))
        t.start()
        t.join()
    assert sum(parts.values()) == 7
