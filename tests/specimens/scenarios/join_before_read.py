import threading


def scenario():
    answer = {}
    t = threading.Thread(target=answer.update, kwargs={"life": 42})
    t.start()
    t.join()
    assert answer["life"] == 42
