from concurrent import futures


def scenario():
    with futures.ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(len, "four"), pool.submit(len, "three")]
        done, pending = futures.wait(jobs, return_when=futures.FIRST_COMPLETED)
        assert sum(f.result() for f in done) == 9, f"{len(pending)} still pending"
