from concurrent.futures import ThreadPoolExecutor

done = []


def invert(n):
    done.append(1 / n)


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as ex:
        ex.map(invert, [4, 2, 0, 1])
    print(len(done), "of 4 done")
