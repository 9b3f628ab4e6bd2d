from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(sorted, "cab")
        assert future.result(timeout=3) == ["a", "b", "c"]
