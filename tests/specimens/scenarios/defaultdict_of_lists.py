import threading
from collections import defaultdict

groups = defaultdict(list)


def file_under(letter, word):
    groups[letter].append(word)


def scenario():
    threads = [threading.Thread(target=file_under, args=("a", word)) for word in ("ant", "ape")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(groups["a"]) == ["ant", "ape"]
