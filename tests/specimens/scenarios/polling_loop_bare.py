import threading

box = {"ready": False}


def fill():
    box["value"] = "tea"
    box["ready"] = True


def scenario():
    t = threading.Thread(target=fill)
    t.start()
    while not box["ready"]:
        pass
    assert box["value"] == "tea"
    t.join()
