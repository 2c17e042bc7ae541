"""Real threads on real connections, started at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from customers.errors import DeskError


def race(*runs: Callable[[], Any]) -> list[Any]:
    """What each run returned, or the DeskError it met, in their order; other errors are raised."""
    ready = threading.Barrier(len(runs))
    results: list[Any] = [None] * len(runs)

    def run(index: int) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            results[index] = runs[index]()
        except BaseException as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, DeskError):
            raise result
    return results


def kinds(results: Sequence[Any]) -> dict[str, int]:
    """How many results there are of each type: ``{"Confirmation": 10, "ShortStock": 54}``."""
    names = [type(result).__name__ for result in results]
    return {name: names.count(name) for name in sorted(set(names))}
