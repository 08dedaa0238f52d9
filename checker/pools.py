"""A pool of processes that ends, however it was broken."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor


class Pool(ProcessPoolExecutor):
    """Spawned processes begin one by one, as something is submitted. One that begins while the pool
    breaks is not among those that it stops: it would wait for somebody to read its answers, and we
    for it (as https://github.com/python/cpython/issues/94777, still there for spawned ones)."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._broken:
            for process in list((self._processes or {}).values()):
                process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)
