import threading

context = threading.local()
context.user = "ann"
seen = []


def scenario():
    context.user = "bob"
    t = threading.Thread(target=lambda: seen.append(context.user))
    t.start()
    t.join()
