from concurrent.futures import ThreadPoolExecutor


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(int, text) for text in ("7", "seven")]
    problems = [f.exception() for f in futures]
    assert problems[0] is None
    assert isinstance(problems[1], ValueError)
