"""Control charts (控制图): limits from the data, and what on them is not chance. Pure.

Constants are those of ASTM's manual on control charts (MNL 7) as every textbook prints them (Montgomery, Introduction
to Statistical Quality Control, Appendix VI; AIAG SPC manual). The tests 1 to 8 are Nelson's (Journal of Quality
Technology 16, 1984); 1, 5 and 6 are also those of the Western Electric handbook of 1956. A point on a line belongs to
the zone inside of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

D = Decimal
ZERO, THREE = D(0), D(3)
# Pieces of a sample → A2, D3, D4, d2.
CONSTANTS: dict[int, tuple[D, D, D, D]] = {
    n: (D(a2), D(d3), D(d4), D(d2))
    for n, a2, d3, d4, d2 in (
        (2, "1.880", "0", "3.267", "1.128"), (3, "1.023", "0", "2.574", "1.693"),
        (4, "0.729", "0", "2.282", "2.059"), (5, "0.577", "0", "2.114", "2.326"),
        (6, "0.483", "0", "2.004", "2.534"), (7, "0.419", "0.076", "1.924", "2.704"),
        (8, "0.373", "0.136", "1.864", "2.847"), (9, "0.337", "0.184", "1.816", "2.970"),
        (10, "0.308", "0.223", "1.777", "3.078"), (11, "0.285", "0.256", "1.744", "3.173"),
        (12, "0.266", "0.283", "1.717", "3.258"), (13, "0.249", "0.307", "1.693", "3.336"),
        (14, "0.235", "0.328", "1.672", "3.407"), (15, "0.223", "0.347", "1.653", "3.472"),
        (16, "0.212", "0.363", "1.637", "3.532"), (17, "0.203", "0.378", "1.622", "3.588"),
        (18, "0.194", "0.391", "1.608", "3.640"), (19, "0.187", "0.403", "1.597", "3.689"),
        (20, "0.180", "0.415", "1.585", "3.735"), (21, "0.173", "0.425", "1.575", "3.778"),
        (22, "0.167", "0.434", "1.566", "3.819"), (23, "0.162", "0.443", "1.557", "3.858"),
        (24, "0.157", "0.451", "1.548", "3.895"), (25, "0.153", "0.459", "1.541", "3.931"),
    )
}  # fmt: skip
LARGEST = max(CONSTANTS)
ALL, RUNS = (1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 3, 4)


@dataclass(frozen=True)
class Point:
    """A value, its limits, and the tests that it ends a pattern of."""

    value: D
    lower: D
    centre: D
    upper: D
    tests: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chart:
    kind: str  # xbar, range, individuals, moving_range, p, np
    points: list[Point] = field(default_factory=list)

    @property
    def signals(self) -> int:
        return sum(1 for point in self.points if point.tests)


@dataclass(frozen=True)
class Measured:
    """The chart of means (or single readings), that of ranges, and the deviation estimated from the ranges. The first
    reading has no moving range."""

    main: Chart
    spread: Chart
    sigma: D


@dataclass(frozen=True)
class Base:
    """What limits are worked out from: the mean of means and of ranges, or the bad share and no spread."""

    centre: D
    spread: D = ZERO


def xbar_r(samples: Sequence[Sequence[D]], base: Base | None = None) -> Measured:
    """Means and ranges of samples of one size, 2 to 25; limits from `base`, else from these."""
    size = len(samples[0])
    a2, d3, d4, d2 = CONSTANTS[size]
    means = [sum(sample, ZERO) / size for sample in samples]
    ranges = [max(sample) - min(sample) for sample in samples]
    grand, spread = (base.centre, base.spread) if base else (_mean(means), _mean(ranges))
    return Measured(
        _chart("xbar", means, [(grand - a2 * spread, grand, grand + a2 * spread)] * len(means), ALL),
        _chart("range", ranges, [(d3 * spread, spread, d4 * spread)] * len(ranges), RUNS),
        spread / d2,
    )


def individuals(values: Sequence[D], base: Base | None = None) -> Measured:
    """Single readings with their moving ranges of two; two readings at least. Limits from `base`, else from these."""
    _a2, d3, d4, d2 = CONSTANTS[2]
    moving = [abs(after - before) for before, after in itertools.pairwise(values)]
    centre, spread = (base.centre, base.spread) if base else (_mean(values), _mean(moving))
    sigma = spread / d2
    return Measured(
        _chart("individuals", values, [(centre - 3 * sigma, centre, centre + 3 * sigma)] * len(values), ALL),
        _chart("moving_range", moving, [(d3 * spread, spread, d4 * spread)] * len(moving), RUNS),
        sigma,
    )


def attributes(counts: Sequence[tuple[int, int]], base: Base | None = None) -> Chart:
    """(bad, looked at) of each sample: np where all are of one size, p with limits of their own where they are not.
    Limits from `base`, else from these."""
    looked, bad = sum(n for _b, n in counts), sum(b for b, _n in counts)
    share = base.centre if base else D(bad) / looked
    if len({n for _b, n in counts}) == 1:
        size = counts[0][1]
        half = 3 * (size * share * (1 - share)).sqrt()
        centre = size * share
        limits = [(max(centre - half, ZERO), centre, min(centre + half, D(size)))] * len(counts)
        return _chart("np", [D(b) for b, _n in counts], limits, RUNS)
    halves = [3 * (share * (1 - share) / n).sqrt() for _b, n in counts]
    limits = [(max(share - half, ZERO), share, min(share + half, D(1))) for half in halves]
    return _chart("p", [D(b) / n for b, n in counts], limits, RUNS)


def capability(mean: D, sigma: D, lower: D | None, upper: D | None) -> tuple[D | None, D | None]:
    """Cp (both limits only) and Cpk; nothing where readings do not vary or there is no limit."""
    if sigma <= 0 or (lower is None and upper is None):
        return None, None
    sides = [(mean - lower) / (3 * sigma)] if lower is not None else []
    sides += [(upper - mean) / (3 * sigma)] if upper is not None else []
    cp = (upper - lower) / (6 * sigma) if lower is not None and upper is not None else None
    return cp, min(sides)


def _mean(values: Sequence[D]) -> D:
    return sum(values, ZERO) / len(values) if values else ZERO


def _chart(kind: str, values: Sequence[D], limits: Sequence[tuple[D, D, D]], asked: Sequence[int]) -> Chart:
    found = signals(values, limits, asked)
    return Chart(
        kind,
        [
            Point(value, lower, centre, upper, tests)
            for value, (lower, centre, upper), tests in zip(values, limits, found, strict=True)
        ],
    )


def signals(values: Sequence[D], limits: Sequence[tuple[D, D, D]], asked: Sequence[int] = ALL) -> list[tuple[int, ...]]:
    """For each value the tests of which it ends a pattern. Zones are thirds of the way to the upper limit."""
    zones = []
    for value, (lower, centre, upper) in zip(values, limits, strict=True):
        if value > upper or value < lower:
            zones.append(D(4) if value > centre else D(-4))
        else:
            zones.append(3 * (value - centre) / (upper - centre) if upper > centre else ZERO)
    return [tuple(n for n in asked if _TESTS[n](values, zones, at)) for at in range(len(values))]


def _run(length: int, held: Callable[[D], bool]) -> Callable[[Sequence[D], Sequence[D], int], bool]:
    def test(_values: Sequence[D], zones: Sequence[D], at: int) -> bool:
        return at + 1 >= length and all(held(z) for z in zones[at + 1 - length : at + 1])

    return test


def _same_side(length: int) -> Callable[[Sequence[D], Sequence[D], int], bool]:
    above, below = _run(length, lambda z: z > 0), _run(length, lambda z: z < 0)
    return lambda values, zones, at: above(values, zones, at) or below(values, zones, at)


def _most(needed: int, of: int, beyond: int) -> Callable[[Sequence[D], Sequence[D], int], bool]:
    """`needed` of the last `of` beyond so many deviations on the side of the last one, which is one of them."""

    def test(_values: Sequence[D], zones: Sequence[D], at: int) -> bool:
        side = 1 if zones[at] > 0 else -1
        return (
            zones[at] * side > beyond and sum(z * side > beyond for z in zones[max(at + 1 - of, 0) : at + 1]) >= needed
        )

    return test


def _trend(values: Sequence[D], _zones: Sequence[D], at: int) -> bool:
    steps = _steps(values, at, 5)
    return steps is not None and (all(s > 0 for s in steps) or all(s < 0 for s in steps))


def _alternates(values: Sequence[D], _zones: Sequence[D], at: int) -> bool:
    steps = _steps(values, at, 13)
    return steps is not None and all(a * b < 0 for a, b in itertools.pairwise(steps))


def _steps(values: Sequence[D], at: int, count: int) -> list[D] | None:
    if at < count:
        return None
    last = values[at - count : at + 1]
    return [after - before for before, after in itertools.pairwise(last)]


_TESTS: dict[int, Callable[[Sequence[D], Sequence[D], int], bool]] = {
    1: lambda _values, zones, at: abs(zones[at]) > 3,
    2: _same_side(9),
    3: _trend,
    4: _alternates,
    5: _most(2, 3, 2),
    6: _most(4, 5, 1),
    7: _run(15, lambda z: abs(z) < 1),
    8: _run(8, lambda z: abs(z) > 1),
}
