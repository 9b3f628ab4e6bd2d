"""Cigarette smokers (The Little Book of Semaphores, pushers)."""
import threading

agent_sem = threading.Semaphore(1)
ingredients = {name: threading.Semaphore(0) for name in ("tobacco", "paper", "match")}
smoker_sems = {name: threading.Semaphore(0) for name in ingredients}
on_table = dict.fromkeys(ingredients, False)
mutex = threading.Lock()
smoked = []
ROUNDS = [("tobacco", "paper"), ("paper", "match"), ("match", "tobacco")]


def agent():
    for a, b in ROUNDS:
        agent_sem.acquire()
        ingredients[a].release()
        ingredients[b].release()


def pusher(mine, count):
    for _ in range(count):
        ingredients[mine].acquire()
        with mutex:
            other = next((n for n in on_table if n != mine and on_table[n]), None)
            if other is None:
                on_table[mine] = True
            else:
                on_table[other] = False
                third = next(n for n in on_table if n not in (mine, other))
                smoker_sems[third].release()


def smoker(has):
    smoker_sems[has].acquire()
    smoked.append(has)
    agent_sem.release()


if __name__ == "__main__":
    threads = [threading.Thread(target=agent)]
    threads += [threading.Thread(target=pusher, args=(n, 2)) for n in ingredients]
    threads += [threading.Thread(target=smoker, args=(n,)) for n in ingredients]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(smoked) == ["match", "paper", "tobacco"], smoked
    print(smoked)
