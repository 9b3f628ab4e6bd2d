import threading

wants = [False, False]
turn = 0
inside = []
met = []


def work(me):
    global turn
    other = 1 - me
    turn = other
    wants[me] = True
    while wants[other] and turn == other:
        pass
    inside.append(me)
    if len(inside) > 1:
        met.append(tuple(inside))
    inside.remove(me)
    wants[me] = False


def scenario():
    threads = [threading.Thread(target=work, args=(me,)) for me in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not met
