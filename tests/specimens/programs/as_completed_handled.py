import concurrent.futures as cf
import queue

source = queue.Queue()
for text in ("1", "zwei", "3"):
    source.put(text)


def parse():
    return int(source.get())


def main():
    total, errors = 0, 0
    with cf.ThreadPoolExecutor(max_workers=3) as pool:
        jobs = [pool.submit(parse) for _ in range(3)]
        for job in cf.as_completed(jobs):
            try:
                total += job.result()
            except ValueError as exc:
                errors += 1
                print("could not parse:", exc)
    assert (total, errors) == (4, 1)


if __name__ == "__main__":
    main()
