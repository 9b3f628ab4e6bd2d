from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)


def scenario():
    assert pool.submit(max, 3, 8).result() == 8
