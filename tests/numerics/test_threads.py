"""The threads of the linear algebra library."""

import threading

from threadpoolctl import threadpool_info

from desktop_al.numerics import threads as under_test
from desktop_al.numerics.threads import one_thread


def counts() -> list[int]:
    return [int(found["num_threads"]) for found in threadpool_info() if found["user_api"] == "blas"]


def test_that_the_library_gets_its_threads_back_whoever_asks_at_once() -> None:
    # Those of the libraries that another test loaded since the first time are limited too.
    under_test._pools.cache_clear()
    before = counts()
    seen: list[list[int]] = []

    def ask() -> None:
        for _ in range(20):
            with one_thread():
                seen.append(counts())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(found) == {1} for found in seen)
    assert counts() == before
