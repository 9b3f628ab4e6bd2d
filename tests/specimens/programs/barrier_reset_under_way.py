import threading

barrier = threading.Barrier(2)

def part():
    barrier.wait()

if __name__ == "__main__":
    ts = [threading.Thread(target=part) for _ in range(2)]
    ts[0].start()
    barrier.reset()
    ts[1].start()
    for t in ts: t.join()
