from concurrent.futures import ThreadPoolExecutor
def scenario():
    data = [5, 5]
    with ThreadPoolExecutor(1) as pool:
        f = pool.submit(sum, data)
        data[0] -= 3
        data[1] += 3
        assert f.result() == 10
