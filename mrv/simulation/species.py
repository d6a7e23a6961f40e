"""Assumed growth of the stands of the simulated county, by sampling stratum.

These numbers are assumptions of a model, chosen so that stands look like those of the low hills of northern
Hunan (about 60 to 90 m3/ha on average). They are not coefficients of any standard and serve no accounting:
volume, biomass and carbon of the trees so grown come from the tables of `mrv`.
"""

from __future__ import annotations

from dataclasses import dataclass

BAMBOO = "660"
"""NFI code of moso bamboo (毛竹)."""
PROJECT_CODE = "XYP001"
"""Code of the one afforestation project of the simulated county."""


@dataclass(frozen=True, slots=True)
class StandModel:
    """How the stands of one stratum are made up, grow and are used."""

    stratum: str
    """Name of the sampling stratum, as in the plot workbook."""
    dominants: tuple[tuple[str, float], ...]
    """Species that may dominate, with their probabilities."""
    companions: tuple[str, ...]
    """Species that may be mixed in."""
    companion_frac: float
    """Mean fraction of the stems that are of companion species."""
    age_mean_year: float
    """Mean age in 2025 [year]."""
    age_max_year: int
    """Largest age in 2025 [year]."""
    stems_per_ha: float
    """Stems of a very young stand, before self-thinning [1/ha]."""
    thinning_per_year: float
    """Rate at which the number of stems falls with age [1/year]."""
    dbh_range_cm: float
    """Mean DBH of an old stand less 5 cm [cm]."""
    dbh_rate_per_year: float
    """Rate of the diameter growth curve [1/year]."""
    dbh_shape: float
    """Exponent of the diameter growth curve."""
    recruit_age_year: float
    """Age at which half of the trees have reached 5 cm [year]."""
    mortality_frac: float
    """Mean fraction of the trees that die in five years."""
    ingrowth_per_ha: float
    """Mean number of trees that reach 5 cm in five years in a closed stand [1/ha]."""
    harvest_age_year: int
    """Age from which a stand may be clear-cut [year]; more than the largest age: never."""
    clustering_cv: float
    """Coefficient of variation of the density between plots of one parcel."""


STAND_MODELS: tuple[StandModel, ...] = (
    StandModel("杉木", (("310", 1.0),), ("220", "470", "480"), 0.10, 21.0, 42, 1350.0, 0.018,
               18.0, 0.060, 1.6, 4.0, 0.05, 45.0, 22, 0.18),
    StandModel("松类", (("220", 0.72), ("260", 0.28)), ("310", "410", "470"), 0.16, 27.0, 52, 1150.0, 0.016,
               20.0, 0.042, 1.4, 6.0, 0.08, 50.0, 28, 0.22),
    StandModel("阔叶", (("410", 0.26), ("440", 0.22), ("470", 0.20), ("480", 0.18), ("490", 0.14)),
               ("410", "470", "480", "490", "310"), 0.38, 33.0, 75, 1150.0, 0.012,
               20.0, 0.033, 1.2, 7.0, 0.06, 70.0, 99, 0.25),
    StandModel("杨树", (("530", 1.0),), ("480", "490"), 0.04, 13.0, 24, 700.0, 0.022,
               22.0, 0.100, 1.5, 2.5, 0.04, 8.0, 9, 0.12),
    StandModel("毛竹", ((BAMBOO, 1.0),), ("310", "410", "480"), 0.04, 12.0, 12, 2700.0, 0.0,
               4.3, 9.0, 1.0, 1.0, 0.06, 0.0, 99, 0.18),
    StandModel("项目-杉木", (("310", 1.0),), ("310",), 0.0, 5.0, 5, 2000.0, 0.0,
               16.0, 0.060, 1.6, 3.4, 0.03, 0.0, 99, 0.09),
    StandModel("项目-枫香", (("480", 1.0),), ("480",), 0.0, 5.0, 5, 1500.0, 0.0,
               20.0, 0.028, 1.2, 3.4, 0.03, 0.0, 99, 0.09),
)  # fmt: skip
"""The strata: five of the county, then the two of the project."""

COUNTY_STRATA = 5
"""The first strata are the county's; the rest are the project's."""

BAMBOO_STRATUM = 4
"""Number of the bamboo stratum."""

HEIGHT_CURVES: dict[str, tuple[float, float, float]] = {
    "220": (19.0, 0.050, 1.15),
    "260": (20.0, 0.055, 1.10),
    "310": (21.0, 0.055, 1.20),
    "410": (16.0, 0.060, 1.00),
    "440": (15.0, 0.060, 1.00),
    "470": (17.0, 0.060, 1.05),
    "480": (19.0, 0.055, 1.05),
    "490": (15.0, 0.060, 1.00),
    "530": (26.0, 0.050, 1.10),
    BAMBOO: (16.0, 0.160, 1.00),
}
"""Species code -> (a [m], b [1/cm], c) of H = 1.3 + a (1 - exp(-b D))^c."""

SPECIES: tuple[str, ...] = tuple(HEIGHT_CURVES)
"""Species codes of the simulated county; their place is the number used inside the model."""

STRATA: tuple[str, ...] = tuple(model.stratum for model in STAND_MODELS)
"""Names of the strata in order."""
