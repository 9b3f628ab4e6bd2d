import threading

readers = 0
room = threading.Lock()
balance = {"a": 50, "b": 50}


def read():
    global readers
    readers += 1
    if readers == 1:
        room.acquire()
    total = balance["a"] + balance["b"]
    readers -= 1
    if readers == 0:
        room.release()
    if total != 100:
        raise ValueError(f"inconsistent: {total}")


def write():
    with room:
        balance["a"] -= 10
        balance["b"] += 10


if __name__ == "__main__":
    threads = [threading.Thread(target=read), threading.Thread(target=read), threading.Thread(target=write)]
    for th in threads:
        th.start()
    for th in threads:
        th.join()
