"""One term of a project's account, and what the terms are reckoned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mrv.pools.project_inputs import ProjectInputs
from mrv.pools.rules import PoolRules


@dataclass(frozen=True, slots=True)
class Term:
    """One term beside the change of the trees."""

    term: str
    """Name, e.g. ``dead_wood``."""
    account_term: str
    """The account's term it belongs to, e.g. ``other_pools_change``."""
    value_tco2e: float
    """A pool's change (a gain is positive), or what is deducted [t CO2e]."""
    names: tuple[str, str]
    """Name in Chinese and in English."""
    params: Mapping[str, float]
    """Numbers it was reckoned from, with their units in their names."""
    sources: tuple[str, ...]
    """Records of the project it rests on."""
    unverified: tuple[str, ...]
    """Factors used that nobody has confirmed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What terms are reckoned from."""

    inputs: ProjectInputs
    """What the project states."""
    rules: PoolRules
    """Factors of the methodology."""
    first_year: int
    """First calendar year of the period."""
    last_year: int
    """Last calendar year of the period."""
    tree_change_tco2e: float
    """Change of living trees over the period [t CO2e]."""

    def covers(self, year: int) -> bool:
        """Tell whether a year lies in the period."""
        return self.first_year <= year <= self.last_year

    @property
    def years(self) -> int:
        """Length of the period [a]."""
        return self.last_year - self.first_year + 1

    def unverified(self, *names: str) -> tuple[str, ...]:
        """Return which of the named factors nobody has confirmed."""
        return tuple(
            sorted(
                item.ref for item in (self.rules.factor(name) for name in names) if item.status != "verified"
            )
        )
