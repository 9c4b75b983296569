"""The lowest frequencies of a grid of numbers: the discrete cosine transform (type II), in plain Python."""

import math
from collections.abc import Sequence
from functools import cache


def lowest_frequencies(grid: Sequence[Sequence[float]], columns: int, rows: int) -> list[list[float]]:
    """`[row][column]` → sums over the grid of value × cos(π/width·column·(x+½)) × cos(π/height·row·(y+½))."""
    across, down = _waves(len(grid[0]), columns), _waves(len(grid), rows)
    lines = [[sum(map(float.__mul__, wave, line)) for wave in across] for line in grid]
    turned = [list(column) for column in zip(*lines, strict=True)]
    return [[sum(map(float.__mul__, wave, column)) for column in turned] for wave in down]


@cache
def _waves(length: int, count: int) -> list[list[float]]:
    return [[math.cos(math.pi / length * k * (x + 0.5)) for x in range(length)] for k in range(count)]
