import threading

context = threading.local()
seen = {}


def handle(user):
    context.user = user
    seen[user] = context.user


def scenario():
    threads = [threading.Thread(target=handle, args=(u,)) for u in ("ann", "bob")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen == {"ann": "ann", "bob": "bob"}
    assert not hasattr(context, "user")
