import queue
import threading

q = queue.Queue(maxsize=1)
N = 4


def producer():
    for i in range(N):
        q.put({"id": i, "tries": 0})


def consumer():
    done = 0
    while done < N:
        job = q.get()
        if job["tries"] == 0:
            job["tries"] = 1
            q.put(job)      # try again later
            continue
        done += 1


if __name__ == "__main__":
    p = threading.Thread(target=producer)
    c = threading.Thread(target=consumer)
    p.start()
    c.start()
    p.join()
    c.join()
    print("done")
