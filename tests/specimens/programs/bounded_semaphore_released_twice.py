import threading

slots = threading.BoundedSemaphore(2)


def park(car):
    slots.acquire()
    try:
        print(car, "parks")
        slots.release()
    finally:
        slots.release()


cars = [threading.Thread(target=park, args=(c,)) for c in ("red", "blue")]
for c in cars:
    c.start()
for c in cars:
    c.join()
print("all cars have left")
