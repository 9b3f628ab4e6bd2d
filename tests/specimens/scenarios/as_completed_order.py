from concurrent.futures import ThreadPoolExecutor, as_completed


def double(n):
    return n * 2


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(double, n) for n in (1, 2)]
        results = [f.result() for f in as_completed(futures)]
    assert results == [2, 4]
