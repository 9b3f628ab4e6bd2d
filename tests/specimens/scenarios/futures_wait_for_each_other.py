from concurrent.futures import ThreadPoolExecutor

futures = {}


def first():
    while "second" not in futures:
        pass
    return futures["second"].result()


def second():
    while "first" not in futures:
        pass
    return futures["first"].result()


def scenario():
    with ThreadPoolExecutor(2) as pool:
        futures["first"] = pool.submit(first)
        futures["second"] = pool.submit(second)
