import sys
import threading

done = []


def worker():
    done.append(True)
    sys.exit(1)


def scenario():
    t = threading.Thread(target=worker)
    t.start()
    t.join()
    assert done
