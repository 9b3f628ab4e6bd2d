import threading, random

paper, tobacco, match_ = (threading.Semaphore(0) for _ in range(3))
agent_again = threading.Semaphore(1)
names = {"paper": paper, "tobacco": tobacco, "match": match_}

def agent():
    for missing in ("paper", "tobacco", "match"):
        agent_again.acquire()
        for name, sem in names.items():
            if name != missing:
                sem.release()

def smoker(first, second):
    first.acquire()
    second.acquire()
    agent_again.release()

if __name__ == "__main__":
    ts = [threading.Thread(target=agent),
          threading.Thread(target=smoker, args=(tobacco, match_)),
          threading.Thread(target=smoker, args=(paper, match_)),
          threading.Thread(target=smoker, args=(paper, tobacco))]
    for t in ts: t.start()
    for t in ts: t.join()
