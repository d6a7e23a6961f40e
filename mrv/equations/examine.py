"""Every equation is examined before it is used: unit, positive, rising, of a possible size.

The equation is computed on a grid over its stated range (over `DEFAULT_DBH_CM` where it states none)
and each way in which it fails is a finding. One that fails is kept, for the record, but refused for
use until somebody narrows its range to where it holds (`narrow`); the widest such range is reported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.equations.forms import Predictors, needs, predict
from mrv.equations.model import RESPONSE_UNITS, Equation
from mrv.errors import EquationError
from mrv.findings import Finding
from mrv.moments import Floats

Mask = NDArray[np.bool_]

DEFAULT_DBH_CM: Final = (5.0, 60.0)
"""Where an equation without a stated range is examined, and holds [cm]."""
DEFAULT_HEIGHT_M: Final = (1.5, 40.0)
"""The same for heights [m]."""
SLENDERNESS: Final = (0.2, 2.0)
"""Heights per DBH that trees have [m/cm]; thicker and shorter, or thinner and taller, are left out."""
_USUAL: Final = (0.4, 1.2)
"""Heights per DBH at which the size of a result is judged [m/cm]."""
MASS_BAND: Final = (0.01, 1.0)
"""Mass of a whole tree that is possible, from 0.01 D^2.5 to 1.0 (D + 1)^2.5 [kg].

About a tenth and ten times what trees of all kinds weigh, so that a slip of units, a factor of 1000, shows;
the added centimetre is for plants whose stem at 1.3 m is thin and whose base is not."""
VOLUME_BAND: Final = (0.1, 1.2)
"""Stem volume over the cylinder of its DBH and height that is possible [1]."""
MAX_HEIGHT_M: Final = 116.0
"""No living tree is taller [m]."""
JUMP: Final = 1e-4
"""Relative step at the joint of a segmented equation that rounding explains [1]."""
_POINTS: Final = 241
_WHOLE: Final = frozenset({"biomass_ag", "biomass_total"})
_PARTS: Final = frozenset({"biomass_stem", "biomass_part", "biomass_bg"})
_FREE: Final = frozenset({"ratio", "increment"})


@dataclass(frozen=True, slots=True)
class Examined:
    """An equation and what its examination found."""

    equation: Equation
    """The equation as it was given."""
    findings: tuple[Finding, ...]
    """What was found; an ``error`` refuses it."""
    sound_range_cm: tuple[float, float] | None
    """Widest DBH range over which it holds [cm]; None where there is none, or no DBH is used."""

    @property
    def usable(self) -> bool:
        """Whether it may be used as it stands."""
        return all(finding.severity != "error" for finding in self.findings)


def range_cm(equation: Equation) -> tuple[float, float]:
    """Return the DBH range an equation holds for: the stated one, else where it was examined [cm]."""
    low, high = equation.dbh_range_cm
    low = DEFAULT_DBH_CM[0] if math.isnan(low) else low
    return low, max(DEFAULT_DBH_CM[1], 2 * low) if math.isnan(high) else high


def range_m(equation: Equation) -> tuple[float, float]:
    """Return the height range an equation holds for: the stated one, else where it was examined [m]."""
    low, high = equation.height_range_m
    return (
        DEFAULT_HEIGHT_M[0] if math.isnan(low) else low,
        DEFAULT_HEIGHT_M[1] if math.isnan(high) else high,
    )


def examine_equation(equation: Equation) -> tuple[Finding, ...]:
    """Return what is wrong with an equation, or worth knowing; nothing for one that simply holds.

    Examples
    --------
    >>> from mrv.equations.library import packaged_library
    >>> examine_equation(packaged_library()["fir-ly208"])
    ()
    """
    return examine(equation).findings


@lru_cache(maxsize=4096)
def is_usable(equation: Equation) -> bool:
    """Return whether an equation passes its examination, so that the selection rule may choose it."""
    return examine(equation).usable


def examine(equation: Equation) -> Examined:
    """Examine an equation: unit, range, positivity, size, monotonicity, continuity at a joint."""
    findings = list(_declared(equation))
    if any(finding.severity == "error" for finding in findings):
        return Examined(equation, tuple(findings), None)
    grid = _Grid.of(equation)
    faults = tuple(grid.faults())
    sound = grid.sound_range(faults)
    held = f"{sound[0]:.4g}..{sound[1]:.4g}" if sound else "-"
    for fault in faults:
        if fault.where.any():
            at = float(grid.axis[int(np.flatnonzero(fault.where)[0])])
            findings.append(
                replace(
                    fault.finding, field=grid.name, value=f"{at:.4g}", params=_name(equation) | {"held": held}
                )
            )
    findings += _joint(equation)
    return Examined(equation, tuple(findings), sound if grid.name == "dbh_cm" else None)


def narrow(equation: Equation, low_cm: float, high_cm: float) -> Equation:
    """Return the equation with a DBH range inside its own [cm]; a wider one is refused."""
    low, high = range_cm(equation)
    if not low <= low_cm < high_cm <= high:
        raise EquationError(
            "equation-range-widened",
            equation=equation.id,
            low=low_cm,
            high=high_cm,
            from_low=low,
            to_high=high,
        )
    return replace(equation, dbh_range_cm=(low_cm, high_cm))


def _declared(equation: Equation) -> Iterator[Finding]:
    """Yield what is wrong before anything is computed."""
    if equation.unit not in RESPONSE_UNITS[equation.response]:
        yield Finding("equation-unit", "error", equation.id, None, "unit", equation.unit, _name(equation))
    ranges = {"dbh_cm": (*equation.dbh_range_cm, *range_cm(equation))}
    ranges["height_m"] = (*equation.height_range_m, *range_m(equation))
    asked = needs(equation)
    for name, (stated_low, stated_high, low, high) in ranges.items():
        text = "..".join("?" if math.isnan(end) else f"{end:g}" for end in (stated_low, stated_high))
        if name in asked and not 0 < low < high:
            yield Finding("equation-range-empty", "error", equation.id, None, name, text, _name(equation))
        elif name in asked and math.isnan(stated_low + stated_high):
            limits = _name(equation) | {"low": low, "high": high}
            yield Finding("equation-range-unstated", "info", equation.id, None, name, text, limits)


def _name(equation: Equation) -> dict[str, str | int | float]:
    return {"equation": equation.id}


def _joint(equation: Equation) -> list[Finding]:
    """Return a finding where the two branches of a segmented equation do not meet."""
    if equation.form != "segmented":
        return []
    joint = equation.coefficients["joint"]
    sides = Predictors(dbh_cm=[np.nextafter(joint, 0), joint], height_m=[joint, joint])
    below, above = predict(equation, sides).tolist()
    if abs(above - below) <= JUMP * abs(above):
        return []
    step = _name(equation) | {"held": f"{abs(above - below) / abs(above):.2g}"}
    return [Finding("equation-jump", "error", equation.id, None, "dbh_cm", f"{joint:g}", step)]


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where on the first axis of the grid one thing goes wrong."""

    finding: Finding
    where: Mask


@dataclass(frozen=True, slots=True)
class _Grid:
    """An equation computed over what it asks for; the first axis is DBH, or the volume."""

    equation: Equation
    name: str
    axis: Floats
    height: Floats | None
    seen: Mask
    """Trees that occur, by their slenderness."""
    values: Floats

    @classmethod
    def of(cls, equation: Equation) -> _Grid:
        name, axis = axis_of(equation)
        asked = needs(equation)
        first = axis[:, None, None]
        height = np.linspace(*range_m(equation), 41)[None, :, None] if "height_m" in asked else None
        known = {
            "wood_density": np.array([0.2, 0.6, 1.0])[None, None, :],
            "du": np.array([1.0, 2.0, 3.0, 5.0])[None, None, :],
        }
        given = {name: first, "height_m": height} | {key: known[key] for key in known if key in asked}
        columns = {key: value for key, value in given.items() if key in asked}
        shape = np.broadcast_shapes(first.shape, *(np.shape(value) for value in columns.values()))
        values = np.broadcast_to(predict(equation, Predictors(**columns)), shape)
        seen = np.ones((axis.size, shape[1]), dtype=bool)
        if height is not None:
            ratio = height[0, :, 0] / axis[:, None]
            seen = (ratio >= SLENDERNESS[0]) & (ratio <= SLENDERNESS[1])
        return cls(equation, name, axis, height, seen, values)

    def faults(self) -> Iterator[_Fault]:
        """Yield each way to fail, with where it does."""
        seen, name = self.seen[:, :, None], self.equation.id
        positive = np.isfinite(self.values) & (self.values > 0)
        yield _Fault(Finding("equation-not-positive", "error", name), _anywhere(~positive & seen))
        if self.equation.response in _FREE:
            return
        low, high = self._band()
        with np.errstate(invalid="ignore"):
            odd = ~((self.values >= low) & (self.values <= high)) & positive & self._judged()
            falls = np.diff(self.values, axis=0) < 0
            both = seen[1:] & seen[:-1]
            turns = np.diff(self.values, axis=1) < 0
            pairs = seen[:, 1:] & seen[:, :-1]
        yield _Fault(Finding("equation-size-absurd", "error", name), _anywhere(odd))
        falling = np.zeros(self.axis.size, dtype=bool)
        falling[1:] = _anywhere(falls & both & positive[1:] & positive[:-1])
        yield _Fault(Finding("equation-not-rising", "error", name), falling)
        height = _anywhere(turns & pairs & positive[:, 1:] & positive[:, :-1])
        yield _Fault(Finding("equation-not-rising-height", "error", name), height)

    def _band(self) -> tuple[Floats | float, Floats | float]:
        """Return the least and the greatest value that is possible."""
        response, D = self.equation.response, self.axis[:, None, None]
        if response in _WHOLE | _PARTS and self.name == "dbh_cm":
            low = MASS_BAND[0] if response in _WHOLE else 0.0
            return low * D**2.5, MASS_BAND[1] * (D + 1) ** 2.5
        if response == "stem_volume" and self.height is not None:
            cylinder = math.pi / 4 * (D / 100) ** 2 * self.height
            return VOLUME_BAND[0] * cylinder, VOLUME_BAND[1] * cylinder
        return 0.0, MAX_HEIGHT_M if response == "height" else math.inf

    def _judged(self) -> Mask:
        """Return the trees whose result is compared with the band."""
        if self.height is None:
            return np.ones((1, 1, 1), dtype=bool)
        ratio = self.height / self.axis[:, None, None]
        return (ratio >= _USUAL[0]) & (ratio <= _USUAL[1])

    def sound_range(self, faults: tuple[_Fault, ...]) -> tuple[float, float] | None:
        """Return the longest run of the first axis without a fault."""
        good = ~np.any([fault.where for fault in faults], axis=0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2] - 1
        lengths = ends - starts
        if lengths.size == 0 or lengths.max() == 0:
            return None
        best = int(lengths.argmax())
        return float(self.axis[starts[best]]), float(self.axis[ends[best]])


def _anywhere(grid: Mask) -> Mask:
    """Return along the first axis whether anything is true on the others."""
    return np.asarray(grid.any(axis=(1, 2)), dtype=np.bool_)


def axis_of(equation: Equation) -> tuple[str, Floats]:
    """Return the predictor along which an equation is examined, and its points."""
    asked = needs(equation)
    if "dbh_cm" in asked or not asked:
        return "dbh_cm", np.geomspace(*range_cm(equation), _POINTS)
    name = asked[0]
    limits = {"volume_m3": (1e-3, 10.0), "volume_m3_per_ha": (1.0, 800.0), "height_m": range_m(equation)}
    return name, np.geomspace(*limits.get(name, (1.0, 500.0)), _POINTS)
