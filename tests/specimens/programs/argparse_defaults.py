import argparse
import logging
import queue
import threading

log = logging.getLogger("pc")


def parse_args():
    parser = argparse.ArgumentParser(description="producer/consumer demo")
    parser.add_argument("-n", "--items", type=int, default=6)
    parser.add_argument("-w", "--workers", type=int, default=2)
    parser.add_argument("--size", type=int, default=2)
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


def produce(q, items, workers):
    for i in range(items):
        log.info("put %d", i)
        q.put(i)
    for _ in range(workers):
        q.put(None)


def consume(q):
    while True:
        i = q.get()
        if i is None:
            break
        log.info("got %d", i)


def main():
    args = parse_args()
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO)
    q = queue.Queue(args.size)
    threads = [threading.Thread(target=produce, args=(q, args.items, args.workers))]
    threads += [threading.Thread(target=consume, args=(q,)) for _ in range(args.workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    log.info("finished")


if __name__ == "__main__":
    main()
