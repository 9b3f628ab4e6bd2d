import threading

done = []


def scenario():
    threading.Thread(target=done.append, args=(1,)).start()
