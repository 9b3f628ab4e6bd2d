import threading

def numbers():
    n = 0
    while n < 4:
        n += 1
        yield n

def pull(gen, out):
    for n in gen:
        out.append(n)

if __name__ == "__main__":
    gen, out = numbers(), []
    ts = [threading.Thread(target=pull, args=(gen, out)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
