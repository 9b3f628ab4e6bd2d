import threading

tasks = ["a", "b", "c"]
finished = []


def consumer():
    while tasks:
        try:
            t = tasks[0]
        except IndexError:
            break
        finished.append(t)
        if t in tasks:
            try:
                tasks.remove(t)
            except ValueError:
                pass


if __name__ == "__main__":
    cs = [threading.Thread(target=consumer) for _ in range(2)]
    for c in cs:
        c.start()
    for c in cs:
        c.join()
    assert sorted(finished) == ["a", "b", "c"], finished
