import threading
import queue

next_id = 0
orders = queue.Queue()


def waiter(table):
    global next_id
    for dish in ("soup", "fish"):
        my_id = next_id
        next_id = my_id + 1
        orders.put((my_id, table, dish))


def kitchen(n):
    ids = set()
    for _ in range(n):
        order_id, table, dish = orders.get()
        if order_id in ids:
            raise ValueError(f"order {order_id} exists already")
        ids.add(order_id)


if __name__ == "__main__":
    waiters = [threading.Thread(target=waiter, args=(t,)) for t in (1, 2)]
    cook = threading.Thread(target=kitchen, args=(4,))
    for t in waiters + [cook]:
        t.start()
    for t in waiters + [cook]:
        t.join()
