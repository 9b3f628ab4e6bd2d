from concurrent.futures import ThreadPoolExecutor

log = []


def parse(text):
    log.append(int(text))


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(parse, "12")
        pool.submit(parse, "twelve")
    assert 12 in log
