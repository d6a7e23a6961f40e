"""``[project.inputs]`` of a county file: what a project states beside its plots, each item with its source.

The tables are those of :mod:`mrv.pools.project_inputs`, field by field; an unknown key is refused. What the
methodology counts of them is decided in :mod:`mrv.pools.project_terms`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from mrv.pools import project_inputs as science

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Source = Annotated[str, Field(min_length=3)]


class Item(BaseModel):
    """Base of all items: frozen, unknown keys refused, with the record it is taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: Source


class FireItem(Item):
    """A fire inside the project."""

    year: int
    area_ha: Amount
    biomass_t_per_ha: Amount
    age_year: Amount | None = None
    dead_wood_tco2e_per_ha: Amount = 0.0
    litter_tco2e_per_ha: Amount = 0.0


class DeadOrganicItem(Item):
    """What decides the default factors of dead wood and litter."""

    climate: Literal["tropical", "subtropical", "temperate", "boreal"]
    elevation_m: float
    rain_mm: Amount


class SoilItem(Item):
    """Land of one soil and one former use."""

    area_ha: Amount
    climate: Literal["warm-temperate-moist", "tropical-moist"]
    soil: Literal["hac", "lac", "sandy"]
    land_use_factor: Amount
    preparation_year: int
    management_factor: Amount = 1.0
    input_factor: Amount = 1.0
    disturbed_frac: Share = 0.0


class ShrubItem(Item):
    """Land with shrubs, their cover at the beginning and at the end of the period."""

    area_ha: Amount
    first_cover_frac: Share
    last_cover_frac: Share
    forest_biomass_t_per_ha: Amount


class BambooItem(Item):
    """Moso bamboo of one size and age class that no tree plot tallies."""

    area_ha: Amount
    first_culms_per_ha: Amount
    last_culms_per_ha: Amount
    dbh_cm: Annotated[float, Field(gt=0)]
    du: Annotated[float, Field(gt=0)]


class HarvestItem(Item):
    """Carbon that entered use as one kind of product in one year."""

    year: int
    product: Literal["sawnwood", "panels", "paper"]
    carbon_tc: Amount


class DisplacementItem(Item):
    """Farming or grazing that the project displaced."""

    year: int
    area_ha: Amount
    tree_biomass_t_per_ha: Amount
    shrub_biomass_t_per_ha: Amount = 0.0
    soil_loss_tco2e: Amount = 0.0


class PreProjectItem(Item):
    """Scattered trees that stood before the project."""

    area_ha: Amount
    tree_cover_frac: Share
    forest_biomass_t_per_ha: Amount
    increment_t_per_ha_year: Amount
    kept: bool
    removed_year: int | None = None

    @model_validator(mode="after")
    def check_fate(self) -> Self:
        """Refuse trees that are both kept and removed."""
        if self.kept and self.removed_year is not None:
            context = {"first": "kept = true", "second": str(self.removed_year), "place": ("removed_year",)}
            raise PydanticCustomError("order", "{first}, {second}", context)
        return self


class ProjectInputsTable(BaseModel):
    """Everything a project states beside its plots."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    fires: tuple[FireItem, ...] = ()
    fire_climate: Literal["extratropical", "tropical"] = "extratropical"
    warming_report: Literal["ar4", "ar5"] = "ar5"
    dead_organic: DeadOrganicItem | None = None
    soils: tuple[SoilItem, ...] = ()
    shrubs: tuple[ShrubItem, ...] = ()
    bamboos: tuple[BambooItem, ...] = ()
    harvests: tuple[HarvestItem, ...] = ()
    displacements: tuple[DisplacementItem, ...] | None = None
    """An empty list says that nothing was displaced; without the key the methodology's share holds."""
    pre_project: tuple[PreProjectItem, ...] | None = None
    """Without the key the methodology's share of the baseline holds."""

    def stated(self) -> science.ProjectInputs:
        """Return the inputs as the science takes them."""
        moved, before = self.displacements, self.pre_project
        dead = self.dead_organic
        return science.ProjectInputs(
            fires=tuple(science.Fire(**item.model_dump()) for item in self.fires),
            fire_climate=self.fire_climate,
            warming_report=self.warming_report,
            dead_organic=None if dead is None else science.DeadOrganic(**dead.model_dump()),
            soils=tuple(science.SoilLand(**item.model_dump()) for item in self.soils),
            shrubs=tuple(science.ShrubLand(**item.model_dump()) for item in self.shrubs),
            bamboos=tuple(science.BambooLand(**item.model_dump()) for item in self.bamboos),
            harvests=tuple(science.Harvest(**item.model_dump()) for item in self.harvests),
            displacements=None
            if moved is None
            else tuple(science.Displacement(**item.model_dump()) for item in moved),
            pre_project=None
            if before is None
            else tuple(science.PreProject(**item.model_dump()) for item in before),
        )
