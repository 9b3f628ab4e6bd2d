from concurrent.futures import ThreadPoolExecutor, as_completed


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = {pool.submit(pow, n, 2): n for n in (2, 3)}
        for future in as_completed(futures):
            assert future.result() == futures[future] ** 2
