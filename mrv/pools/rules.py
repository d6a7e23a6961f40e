"""The single numbers of the pool methods: those of the profile, and the package's where it is silent.

A profile names its factors in ``[parameters]`` by the identifiers of `pool_defaults.csv`. A factor that the
profile names without a value is missing: what needs it is refused, the package's number does not step in. A
default serves a profile that is silent about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from mrv.coefficients import read_rows
from mrv.errors import ParameterMissing, ProfileError
from mrv.pools.factors import Factor
from mrv.profile import Profile


@dataclass(frozen=True, slots=True)
class PoolRules:
    """Factors of the pool methods by identifier."""

    factors: Mapping[str, Factor]
    """Factors with a value."""
    missing: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Factors that a profile names without a value -> the profile."""

    def factor(self, name: str) -> Factor:
        """Return a factor with its source, or refuse the one that has no value."""
        if name in self.missing:
            raise ProfileError("profile-value-missing", profile=self.missing[name], key=f"parameter:{name}")
        if name not in self.factors:
            raise ParameterMissing("pool-factor-missing", name=name, table="pool_defaults.csv")
        return self.factors[name]

    def number(self, name: str) -> float:
        """Return the value of a factor, in the unit of `pool_defaults.csv`."""
        return self.factor(name).value

    def names(self, name: str) -> bool:
        """Tell whether a factor is named at all, with or without a value."""
        return name in self.factors or name in self.missing


@cache
def default_rules() -> PoolRules:
    """Return the package's factors, for a profile that is silent.

    Examples
    --------
    >>> default_rules().number("soil_rate_cap_tc_per_ha_year")
    0.8
    """
    rows = read_rows("pool_defaults")
    made = {
        row["id"]: Factor(
            f"pool_defaults.csv:{row['id']}", float(row["value"]), row["unit"], row["source"], row["status"]
        )
        for row in rows
    }
    return PoolRules(MappingProxyType(made))


def rules_of(profile: Profile) -> PoolRules:
    """Return the factors of a methodology: its own, then the package's."""
    factors, missing = dict(default_rules().factors), {}
    for name, item in profile.parameters.items():
        if item.missing:
            factors.pop(name, None)
            missing[name] = profile.id
        else:
            ref = f"{profile.id}:parameter:{name}"
            factors[name] = Factor(ref, float(item.value), item.unit, item.source, item.status)
    return PoolRules(MappingProxyType(factors), MappingProxyType(missing))
