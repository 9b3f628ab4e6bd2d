import threading
from collections import defaultdict


def new_shelf():
    return {"books": []}


shelves = defaultdict(new_shelf)


def put_away(book):
    shelves["poetry"]["books"].append(book)


def scenario():
    threads = [threading.Thread(target=put_away, args=(book,)) for book in ("Keats", "Sappho")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(shelves["poetry"]["books"]) == 2
