from threading import Semaphore, Thread

agent = Semaphore(1)
tobacco, paper, match = Semaphore(0), Semaphore(0), Semaphore(0)


def deal():
    for first, second in ((tobacco, paper), (paper, match), (tobacco, match)):
        agent.acquire()
        first.release()
        second.release()


def smoker_with_matches():
    tobacco.acquire()
    paper.acquire()
    print("matches smokes")
    agent.release()


def smoker_with_tobacco():
    paper.acquire()
    match.acquire()
    print("tobacco smokes")
    agent.release()


def smoker_with_paper():
    tobacco.acquire()
    match.acquire()
    print("paper smokes")
    agent.release()


ts = [Thread(target=f) for f in (deal, smoker_with_matches, smoker_with_tobacco, smoker_with_paper)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print("all smoked")
