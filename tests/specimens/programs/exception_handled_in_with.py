import threading

lock = threading.Lock()
total = 0
bad = []


def adder(text):
    global total
    try:
        with lock:
            total += int(text)
    except ValueError as e:
        bad.append(str(e))


threads = [threading.Thread(target=adder, args=(v,)) for v in ("1", "x", "3")]
for t in threads: t.start()
for t in threads: t.join()
assert total == 4 and len(bad) == 1
