"""What a project states about everything that its tree plots do not measure, each item with its source.

Nothing here is measured by `mrv`: these are the records of the project (fires, site preparation, displaced
farming, cover before the project, wood sold). What the profile counts of it is decided by
`mrv.pools.project_terms`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mrv.errors import EstimationError


@dataclass(frozen=True, slots=True)
class Fire:
    """A fire inside the project."""

    year: int
    """Year."""
    area_ha: float
    """Burned area [ha]."""
    biomass_t_per_ha: float
    """Above-ground biomass before it, dry matter [t/ha]."""
    source: str
    """Record it is taken from."""
    age_year: float | None = None
    """Age of the stand, for a combustion share by age [a]; None takes the temperate one."""
    dead_wood_tco2e_per_ha: float = 0.0
    """Dead wood before it [t CO2e/ha]."""
    litter_tco2e_per_ha: float = 0.0
    """Litter before it [t CO2e/ha]."""


@dataclass(frozen=True, slots=True)
class DeadOrganic:
    """What decides the default factors of dead wood and litter."""

    climate: str
    """tropical, subtropical, temperate or boreal."""
    elevation_m: float
    """Elevation [m]."""
    rain_mm: float
    """Mean annual precipitation [mm]."""
    source: str
    """Record it is taken from."""


@dataclass(frozen=True, slots=True)
class SoilLand:
    """Land of one soil and one former use."""

    area_ha: float
    """Area [ha]."""
    climate: str
    """Climate of `soil_reference.csv`."""
    soil: str
    """hac, lac or sandy."""
    land_use_factor: float
    """f_LU of the former use [1]."""
    preparation_year: int
    """Year of site preparation."""
    source: str
    """Record it is taken from."""
    management_factor: float = 1.0
    """f_MG of the former use [1]."""
    input_factor: float = 1.0
    """f_IN of the former use [1]."""
    disturbed_frac: float = 0.0
    """Share of the area that site preparation disturbs [1]."""


@dataclass(frozen=True, slots=True)
class ShrubLand:
    """Land with shrubs, their cover at the beginning and at the end of the period."""

    area_ha: float
    """Area [ha]."""
    first_cover_frac: float
    """Crown cover at the beginning [1]."""
    last_cover_frac: float
    """Crown cover at the end [1]."""
    forest_biomass_t_per_ha: float
    """Above-ground biomass of forest of the region [t/ha]."""
    source: str
    """Record it is taken from."""


@dataclass(frozen=True, slots=True)
class BambooLand:
    """Moso bamboo of one size and age class that no tree plot tallies."""

    area_ha: float
    """Area [ha]."""
    first_culms_per_ha: float
    """Living culms at the beginning [1/ha]."""
    last_culms_per_ha: float
    """Living culms at the end [1/ha]."""
    dbh_cm: float
    """Their diameter at 1.3 m [cm]."""
    du: float
    """Their age class [du]."""
    source: str
    """Record it is taken from."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """Carbon that entered use as one kind of product in one year."""

    year: int
    """Year."""
    product: str
    """sawnwood, panels or paper."""
    carbon_tc: float
    """Carbon in the products [t C]."""
    source: str
    """Record it is taken from."""


@dataclass(frozen=True, slots=True)
class Displacement:
    """Farming or grazing that the project displaced."""

    year: int
    """Year."""
    area_ha: float
    """Land it moved to [ha]."""
    tree_biomass_t_per_ha: float
    """Above-ground tree biomass there [t/ha]."""
    source: str
    """Record it is taken from."""
    shrub_biomass_t_per_ha: float = 0.0
    """Above-ground shrub biomass there [t/ha]."""
    soil_loss_tco2e: float = 0.0
    """Soil carbon lost there [t CO2e]."""


@dataclass(frozen=True, slots=True)
class PreProject:
    """Scattered trees that stood before the project."""

    area_ha: float
    """Area [ha]."""
    tree_cover_frac: float
    """Their crown cover [1]."""
    forest_biomass_t_per_ha: float
    """Above-ground biomass of forest of the region [t/ha]."""
    increment_t_per_ha_year: float
    """Yearly increment of it [t/ha/a]."""
    kept: bool
    """Whether they are kept, not killed, not counted with the project's trees, and watched."""
    source: str
    """Record it is taken from."""
    removed_year: int | None = None
    """Year in which the project removed them; None if it did not."""

    def __post_init__(self) -> None:
        """Refuse trees that are both kept and removed."""
        if self.kept and self.removed_year is not None:
            raise EstimationError("pre-project-kept-and-removed", year=self.removed_year)


@dataclass(frozen=True, slots=True)
class ProjectInputs:
    """Everything a project states beside its plots."""

    fires: tuple[Fire, ...] = ()
    """Fires."""
    fire_climate: str = "extratropical"
    """Emission factors of fires: extratropical or tropical."""
    warming_report: str = "ar5"
    """Assessment report of the warming potentials: ar4 or ar5."""
    dead_organic: DeadOrganic | None = None
    """Class of dead wood and litter; without it an optional pool is not counted."""
    soils: tuple[SoilLand, ...] = ()
    """Land whose soil gains carbon."""
    shrubs: tuple[ShrubLand, ...] = ()
    """Land with shrubs."""
    bamboos: tuple[BambooLand, ...] = ()
    """Bamboo outside the tree plots."""
    harvests: tuple[Harvest, ...] = ()
    """Wood products, those of earlier periods included."""
    displacements: tuple[Displacement, ...] | None = None
    """Displaced activities; an empty tuple says that there were none, None leaves it to the profile."""
    pre_project: tuple[PreProject, ...] | None = None
    """Trees before the project; None leaves the baseline to the profile."""


NOTHING_STATED = ProjectInputs()
"""A project that states nothing beside its plots."""
