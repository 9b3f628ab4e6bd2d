import threading, weakref
class Session: pass
def scenario():
    cache = weakref.WeakValueDictionary()
    holder = [Session()]
    cache["s"] = holder[0]
    def drop():
        holder.clear()
    t = threading.Thread(target=drop)
    t.start()
    if "s" in cache:
        assert cache["s"] is not None
    t.join()
