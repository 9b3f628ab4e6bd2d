import threading


def scenario():
    forks = [threading.Lock() for _ in range(3)]
    meals = [0, 0, 0]

    def eat(seat):
        first, second = sorted((seat, (seat + 1) % 3))
        with forks[first], forks[second]:
            meals[seat] += 1

    table = [threading.Thread(target=eat, args=(seat,)) for seat in range(3)]
    for p in table:
        p.start()
    for p in table:
        p.join()
    assert meals == [1, 1, 1]
