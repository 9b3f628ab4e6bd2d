from concurrent.futures import ThreadPoolExecutor, wait

prices = {"tea": 2, "milk": 1}
basket = []


def add(article):
    basket.append(prices[article])


pool = ThreadPoolExecutor(max_workers=2)
futures = [pool.submit(add, a) for a in ("tea", "sugar", "milk")]
wait(futures)
pool.shutdown()
print("sum:", sum(basket))
