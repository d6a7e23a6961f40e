"""Totals of variables in domains with their full covariance, and the estimates taken from them.

The degrees of freedom are those for which the variance estimate has the variance it truly has:
df = 2 V^2 / Var(V) (Satterthwaite 1946, Biometrics Bulletin 2:110-114; Cochran 1977, section 5.4). With
normal plots Var(s2) = 2 s^4 / (n - 1); plots of forests are not normal, so that their kurtosis counts:
Var(s2) = s^4 [2 / (n - 1) + K / n] (Cramér 1946, section 27.4). It only ever widens an interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.moments import Floats, GroupMoments, Ints, Mask

ALL = "all"
"""Name of the domain that holds the whole population."""
FEW_PLOTS = 10
"""Plots below which the cover of an interval is not proven (docs/validation.md) [1]."""
DfRule = Literal["satterthwaite", "plots"]
"""Degrees of freedom: Satterthwaite's with the plots' kurtosis, or plots less strata (AR-TOOL14)."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What the mean and the covariance of each group of plots are multiplied by, shape (G,)."""

    expansion_ha: Floats
    """Factor of the mean in the total [ha]; 0 for a group that only lends its variance."""
    spread_ha2: Floats
    """Factor of the sample covariance in the covariance of the totals [ha2]."""
    unit: Ints
    """Estimation unit of each group, rising."""
    share: Floats
    """Share of each group in its unit [1]."""
    between_ha2: Floats
    """Factor of the squared deviation of a group's mean from its unit's [ha2]; 0 but in double sampling."""

    @property
    def own(self) -> Mask:
        """Groups that the total is made of."""
        return np.asarray(self.expansion_ha > 0)


@dataclass(frozen=True, slots=True)
class Members:
    """The plots of each group, one row a member."""

    values: Floats
    """Variables per hectare, shape (m, k)."""
    group: Ints
    """Group of each member, shape (m,)."""
    inside: Mask | None
    """Whether each lies in each domain, shape (m, d); None where one domain holds all."""

    def combined(self, q: Floats) -> Floats:
        """Return a linear combination of variables and domains for each member, shape (m,)."""
        z = self.values @ q.T
        return np.asarray(z[:, 0] if self.inside is None else (z * self.inside).sum(axis=1))


@dataclass(frozen=True, slots=True)
class DomainTotals:
    """Totals of k variables in d domains, with their full covariance."""

    total: Floats
    """Totals, shape (d, k): the variable's unit per ha, times ha."""
    covariance: Floats
    """Covariance of the totals, shape (d k, d k), domain by domain."""
    domains: tuple[str, ...]
    """Names of the domains, in order."""
    moments: GroupMoments
    """Moments of the groups it was made from."""
    members: Members
    """The plots themselves."""
    factors: Factors
    """The design."""
    df_plots: float
    """Plots less strata [1]."""
    df_rule: DfRule
    """Which degrees of freedom the estimates get."""
    n_plots: int
    """Plots, zeros included [1]."""
    method: str
    """Design."""
    warnings: tuple[str, ...]
    """Keys of `mrv.estimate.WARNINGS` that hold for every estimate."""
    digest: str
    """SHA-256 of the population, the values and the domains."""

    def estimate(self, variable: int, domain: str, unit: str) -> Estimate:
        """Return the total of one variable in one domain, in `unit`."""
        return self.combination({(variable, domain): 1.0}, unit)

    def mean(self, variable: int, domain: str, unit: str) -> Estimate:
        """Return the total of one variable in one domain over the area of the whole population, in `unit`.

        The mean over a domain's own area is a `ratio`, since that area is itself estimated.
        """
        return self.estimate(variable, domain, unit).scaled(1 / float(self.factors.expansion_ha.sum()), unit)

    def combination(self, coefficients: Mapping[tuple[int, str], float], unit: str) -> Estimate:
        """Return a linear combination of totals, e.g. a difference, with its covariances, in `unit`.

        Parameters
        ----------
        coefficients
            Coefficient of each (variable, domain).
        unit
            Unit of the result.
        """
        q = self._coefficients(coefficients)
        value = math.fsum((q * self.total).ravel().tolist())
        return self._made(value, q, self.method, tuple(coefficients), unit)

    def ratio(
        self, numerator: int, denominator: int, domain: str, unit: str, *, of_domain: str | None = None
    ) -> Estimate:
        """Return the ratio of two totals, in `unit` (Bechtold and Patterson 2005, eq. 4.16-4.17).

        V(R) = [V(Y) + R^2 V(X) - 2 R Cov(Y, X)] / X^2, clipped at 0.

        Parameters
        ----------
        numerator, denominator
            Variables.
        domain
            Domain of both totals.
        unit
            Unit of the ratio.
        of_domain
            Domain of the denominator where it is another one, e.g. the whole for a share.
        """
        below = domain if of_domain is None else of_domain
        x = float(self.total[self._domain(below), denominator])
        if x == 0:
            raise EstimationError("ratio-denominator-zero", method=self.method)
        r = float(self.total[self._domain(domain), numerator]) / x
        parts = {(numerator, domain): 1.0}
        parts[denominator, below] = parts.get((denominator, below), 0.0) - r
        q = self._coefficients(parts) / x
        return self._made(r, q, f"ratio/{self.method}", tuple(parts), unit)

    def _made(
        self, value: float, q: Floats, method: str, parts: tuple[tuple[int, str], ...], unit: str
    ) -> Estimate:
        flat = q.ravel()
        used = np.flatnonzero(flat)
        variance = float(flat[used] @ self.covariance[np.ix_(used, used)] @ flat[used])
        df = self.df_plots if self.df_rule == "plots" else self._satterthwaite(q, variance)
        warnings = (*self.warnings, *self._of_domains(parts))
        return Estimate(value, max(variance, 0.0), df, unit, self.n_plots, method, warnings, self.digest)

    def _satterthwaite(self, q: Floats, variance: float) -> float:
        """Return 2 V^2 over the variance of V, with the kurtosis of the plots where it is positive."""
        group, n = self.members.group, self.moments.n
        z = self.members.combined(q)
        off = z - (_group_sums(z, group, n.size) / n)[group]
        second, fourth = _group_sums(off**2, group, n.size), _group_sums(off**4, group, n.size)
        parts = self.factors.spread_ha2 * second / np.maximum(n - 1, 1.0)
        plain = float(np.sum(parts**2 / np.maximum(n - 1, 1.0)))
        if not (plain > 0 and variance > 0):
            return self.df_plots
        heavy = float(np.sum(parts**2 * _excess_kurtosis(n, second, fourth) / n)) / 2
        return max(1.0, variance**2 / max(plain, plain + heavy))

    def _of_domains(self, parts: tuple[tuple[int, str], ...]) -> tuple[str, ...]:
        """Return what must be said of the domains: empty, all zero, or hardly sampled."""
        filled = self.moments.plots_not_zero(self.factors.own)
        found: dict[str, None] = {}
        for variable, domain in parts:
            index = self._domain(domain)
            if not self.moments.inside[:, index].any():
                found["domain-empty"] = None
            elif filled[index, variable] == 0:
                found["domain-all-zero"] = None
            elif filled[index, variable] < FEW_PLOTS:
                found["domain-few-plots"] = None
        return tuple(found)

    def _coefficients(self, coefficients: Mapping[tuple[int, str], float]) -> Floats:
        q = np.zeros(self.total.shape)
        for (variable, domain), coefficient in coefficients.items():
            q[self._domain(domain), variable] += coefficient
        return q

    def _domain(self, name: str) -> int:
        if name not in self.domains:
            raise EstimationError("domain-unknown", domain=name, known=", ".join(self.domains))
        return self.domains.index(name)


def _group_sums(values: Floats, group: Ints, groups: int) -> Floats:
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


def _excess_kurtosis(n: Floats, second: Floats, fourth: Floats) -> Floats:
    """Return the excess kurtosis of each group of four plots or more, else 0 (Cramér 1946, section 29.3)."""
    good = (n > 3) & (second > 0)
    size, below = np.where(good, n, 4.0), np.where(good, second, 1.0)
    raw = size * fourth / below**2 - 3
    unbiased = (size - 1) / ((size - 2) * (size - 3)) * ((size + 1) * raw + 6)
    return np.asarray(np.where(good, unbiased, 0.0), dtype=np.float64)


def expand(moments: GroupMoments, factors: Factors) -> tuple[Floats, Floats]:
    """Return the totals, shape (d, k), and their covariance, shape (d k, d k)."""
    weighted = factors.expansion_ha[:, None, None] * moments.mean
    total = np.add.reduceat(weighted, [0], axis=0)[0]
    covariance = moments.covariance(factors.spread_ha2)
    if factors.between_ha2.any():
        off = _from_unit_mean(moments.mean, factors) * np.sqrt(factors.between_ha2)[:, None]
        covariance = covariance + off.T @ off
    return total, covariance


def _from_unit_mean(mean: Floats, factors: Factors) -> Floats:
    """Return each group's means less the weighted mean of its unit, shape (G, d k)."""
    table = mean.reshape(mean.shape[0], -1)
    starts = np.flatnonzero(np.r_[True, factors.unit[1:] != factors.unit[:-1]])
    of_unit = np.add.reduceat(factors.share[:, None] * table, starts, axis=0)
    counts = np.diff(np.r_[starts, factors.unit.size])
    return np.asarray(table - np.repeat(of_unit, counts, axis=0), dtype=np.float64)
