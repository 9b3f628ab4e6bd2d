import threading
def scenario():
    scores = {"ann": 3, "bob": 5}
    t = threading.Thread(target=scores.update, args=({"cid": 9},))
    t.start()
    best = max(scores, key=lambda k: scores[k])
    t.join()
    assert best in ("bob", "cid")
