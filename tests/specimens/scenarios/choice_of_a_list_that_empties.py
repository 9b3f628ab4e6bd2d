import random, threading
def scenario():
    peers = ["a", "b"]
    t = threading.Thread(target=peers.clear)
    t.start()
    if peers:
        assert random.choice(peers) in "ab"
    t.join()
