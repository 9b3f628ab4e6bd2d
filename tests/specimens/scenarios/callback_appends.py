from concurrent.futures import ThreadPoolExecutor
def scenario():
    seen = []
    with ThreadPoolExecutor(1) as pool:
        pool.submit(abs, 1).add_done_callback(seen.append)
        a = len(seen)
        assert a == len(seen)
