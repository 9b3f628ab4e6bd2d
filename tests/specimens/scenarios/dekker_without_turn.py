import threading
import time

wants = [False, False]
shared = []


def work(me):
    wants[me] = True
    while wants[1 - me]:
        time.sleep(0)
    shared.append(me)
    wants[me] = False


def scenario():
    threads = [threading.Thread(target=work, args=(me,)) for me in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(shared) == [0, 1]
