from concurrent.futures import ThreadPoolExecutor

seen = set()


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.map(seen.add, "abc")
    assert seen == {"a", "b", "c"}
