import threading
LINKS = {"a": ["b", "c"], "b": ["c"], "c": []}
def scenario():
    c = threading.Condition()
    todo, seen, busy, fetched = ["a"], {"a"}, [0], []
    def crawl():
        while True:
            with c:
                while not todo and busy[0]:
                    c.wait()
                if not todo:
                    c.notify_all()
                    return
                page = todo.pop()
                busy[0] += 1
            links = LINKS[page]
            with c:
                fetched.append(page)
                todo.extend(x for x in links if x not in seen)
                seen.update(links)
                busy[0] -= 1
                c.notify_all()
    ts = [threading.Thread(target=crawl) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert sorted(fetched) == ["a", "b", "c"]
