import queue
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

answers = queue.Queue()


def ask(server):
    answers.put(server)
    return server


with ThreadPoolExecutor(max_workers=3) as pool:
    fs = {pool.submit(ask, s) for s in ("alpha", "beta", "gamma")}
    done, rest = wait(fs, return_when=FIRST_COMPLETED)
    print("fastest:", {f.result() for f in done})
assert sorted(answers.get() for _ in range(3)) == ["alpha", "beta", "gamma"]
