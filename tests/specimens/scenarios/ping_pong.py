import threading

ping, pong = threading.Semaphore(1), threading.Semaphore(0)
calls = []


def play(mine, other, word):
    for _ in range(2):
        mine.acquire()
        calls.append(word)
        other.release()


def scenario():
    a = threading.Thread(target=play, args=(ping, pong, "ping"))
    b = threading.Thread(target=play, args=(pong, ping, "pong"))
    a.start()
    b.start()
    a.join()
    b.join()
    assert calls == ["ping", "pong", "ping", "pong"]
