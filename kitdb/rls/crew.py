"""Several workers on one list of jobs, with the results in the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import TypeVar

Worker = TypeVar("Worker")
Job = TypeVar("Job")
Result = TypeVar("Result")

_PATIENCE = 0.2  # seconds between two calls to halt


def in_order(
    workers: Sequence[Worker],
    jobs: Sequence[Job],
    do: Callable[[Worker, Job], Result],
    halt: Callable[[Worker], None],
) -> Iterator[Result]:
    """The result of each job, as soon as those before it are there.

    Each worker does one job at a time, in a thread of its own if there are several. An error is raised where its
    result would stand. Where the results are not wanted any more, no job is begun, and `halt` is asked to end what is.
    """
    if len(workers) == 1:
        yield from (do(workers[0], job) for job in jobs)
        return
    free: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def work(job: Job) -> Result:
        worker = free.get()
        try:
            return do(worker, job)
        finally:
            free.put(worker)

    with ThreadPoolExecutor(len(workers)) as pool:
        begun = [pool.submit(work, job) for job in jobs]
        try:
            yield from (future.result() for future in begun)
        finally:
            running = [future for future in begun if not future.cancel()]
            while wait(running, 0).not_done:
                for worker in workers:
                    halt(worker)
                wait(running, _PATIENCE)
