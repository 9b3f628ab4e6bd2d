from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=1) as pool:

        def outer():
            return pool.submit(pow, 2, 5).result() + 1

        assert pool.submit(outer).result() == 33
