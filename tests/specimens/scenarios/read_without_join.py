import threading


def scenario():
    answer = []
    t = threading.Thread(target=answer.append, args=(42,))
    t.start()
    early = list(answer)
    t.join()
    assert early == [42]
