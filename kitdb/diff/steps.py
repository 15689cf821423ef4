"""The parts of a plan: steps, what each of them risks, and the one order in which they can run."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kitdb.catalog.structure import ObjectId
from kitdb.errors import KitdbError

Segment = Literal["labels", "main", "rows", "indexes", "validate"]
SEGMENTS: tuple[Segment, ...] = ("labels", "main", "rows", "indexes", "validate")
HazardName = Literal[
    "deletes-data",
    "may-fail-on-data",
    "rewrites-table",
    "locks-table",
    "breaks-clients",
    "not-covered",
    "copies-data",
    "writes-rows",
]


@dataclass(frozen=True, slots=True, order=True)
class Hazard:
    """What a reviewer should know before the migration runs: `name` is stable, `message` says what happens to what."""

    name: HazardName
    message: str

    @property
    def destructive(self) -> bool:
        return self.name == "deletes-data"

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


@dataclass(slots=True)
class Step:
    """Statements that go together. `home` is the new object that a person would read them with."""

    verb: Literal["create", "alter", "drop"]
    object: ObjectId
    sql: list[str]
    weight: int
    home: ObjectId | None = None
    segment: Segment = "main"
    hazards: tuple[Hazard, ...] = ()
    rank: int = 0
    after: set[int] = field(default_factory=set)
    rather_after: set[int] = field(default_factory=set)


class NoOrder(KitdbError):
    """The steps need each other in a circle."""

    hint = "Write this change by hand (kitdb new NAME), and report the schema: it is a case that kitdb should know."

    def __init__(self, steps: Iterable[Step]) -> None:
        shown = ", ".join(f"{step.verb} {step.object}" for step in steps)
        super().__init__(f"no order works for: {shown}")


def in_order(steps: Sequence[Step]) -> list[int]:
    """The numbers of the steps in an order that keeps `after`, and `rather_after` where it can.

    Among the steps that may come next, one that belongs to the object just made is first, then weight and name decide,
    so that the same steps always give the same order. Raises `NoOrder`.
    """
    waiting = {number: {n for n in step.after if n != number} for number, step in enumerate(steps)}
    wishes = {number: set(step.rather_after) - {number} for number, step in enumerate(steps)}
    followers: dict[int, set[int]] = {number: set() for number in waiting}
    for number in waiting:
        for earlier in waiting[number] | wishes[number]:
            followers[earlier].add(number)
    found: list[int] = []
    ready: dict[int, list[tuple[int, str, int, str, int]]] = {0: [], 1: []}
    left = set(waiting)
    home: ObjectId | None = None

    def key(number: int) -> tuple[int, str, int, str, int]:
        step = steps[number]
        return (step.weight, str(step.home or step.object), step.rank, str(step.object), number)

    def offer(number: int) -> None:
        if not waiting[number]:
            heapq.heappush(ready[1 if wishes[number] else 0], key(number))

    for number in left:
        offer(number)
    while left:
        chosen = _next(steps, ready, left, wishes, home)
        if chosen is None:
            raise NoOrder(steps[n] for n in sorted(left))
        number = chosen
        left.discard(number)
        found.append(number)
        home = steps[number].home or home
        for follower in sorted(followers[number]):
            waiting[follower].discard(number)
            wishes[follower].discard(number)
            if follower in left:
                offer(follower)
    return found


def _next(
    steps: Sequence[Step],
    ready: dict[int, list[tuple[int, str, int, str, int]]],
    left: set[int],
    wishes: dict[int, set[int]],
    home: ObjectId | None,
) -> int | None:
    for rank in (0, 1):
        heap = ready[rank]
        while heap and (heap[0][4] not in left or (rank == 1 and not wishes[heap[0][4]])):
            heapq.heappop(heap)
        if not heap:
            continue
        if home is not None:
            together = [
                entry
                for entry in heap
                if entry[4] in left and steps[entry[4]].home == home and (rank == 0 or wishes[entry[4]])
            ]
            if together:
                return min(together)[4]
        return heapq.heappop(heap)[4]
    return None
