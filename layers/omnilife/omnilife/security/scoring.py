"""How suspicious something is, from 0 to 1, and why: factors that add up without ever passing 1.

Each factor has a weight, the most it can say by itself, and a level from 0 to 1. Together they make
1 - (1 - weight₁·level₁)·(1 - weight₂·level₂)·…: independent reasons to doubt, "noisy or" (J. Pearl,
Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2). One strong reason is enough, and weak
ones add up.
"""

from collections.abc import Iterable
from math import prod
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DIGITS = 3


class Factor(BaseModel):
    """One reason: its weight is the score that it would give alone at level 1."""

    model_config = ConfigDict(frozen=True)

    name: str
    weight: Annotated[float, Field(ge=0, le=1)]
    level: Annotated[float, Field(ge=0, le=1)]
    count: Annotated[int, Field(ge=0, description="what was counted for the level")]


def factor(name: str, weight: float, count: int, full: float) -> Factor:
    """A factor that is at its full level from `full` on."""
    return Factor(name=name, weight=weight, level=round(min(1.0, count / full), DIGITS), count=count)


def score(factors: Iterable[Factor]) -> float:
    """All factors together, 0 to 1, in thousandths."""
    return round(1 - prod(1 - each.weight * each.level for each in factors), DIGITS)
