import threading

results = {}


def collect(name, found=[]):
    found.append(name)
    results[name] = found


def scenario():
    threads = [threading.Thread(target=collect, args=(name,)) for name in ("ann", "bob")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results["ann"] == ["ann"]
    assert results["bob"] == ["bob"]
