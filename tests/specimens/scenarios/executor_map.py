from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert list(pool.map(lambda n: n * n, [1, 2, 3])) == [1, 4, 9]
