"""A run as data: what a county file (``flows/counties/*.toml``) may say.

One frozen model for each table of the file; an unknown key is refused. Paths are relative to the data folder.
"""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.county_faults import county_error, order_error
from flows.county_inputs import ProjectInputsTable
from flows.errors import CountyFileError
from mrv.plot_design import DesignKind, PlotDesign, design_from
from registry.model import PartyKind

T = TypeVar("T")


class Table(BaseModel):
    """Base of all tables of a county file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _in_order(table: T, first: str, second: str) -> T:
    """Return a table whose first year or day, where both are stated, is before its second."""
    one, two = getattr(table, first), getattr(table, second)
    if one is not None and two is not None and not one < two:
        raise order_error((second,), one, two)
    return table


class CountyTable(Table):
    """Who and when."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    code: Annotated[str, Field(min_length=2)]
    name_zh: str
    name_en: str
    crs: str
    """Projected system in which areas and overlaps are measured, e.g. ``EPSG:4547``."""
    area_rule: Literal["ellipsoidal", "planar"] = "ellipsoidal"
    simulated: bool = False
    as_of: date
    programme: str
    """Key of ``registry/programmes``."""


class NamedPopulation(Table):
    """An identifier and what people call it."""

    id: str
    name_zh: str
    name_en: str


class RingTable(Table):
    """One of the concentric plots of a nested design; either its radius or its area."""

    radius_m: Annotated[float, Field(gt=0)] | None = None
    area_m2: Annotated[float, Field(gt=0)] | None = None
    dbh_from_cm: Annotated[float, Field(ge=0)]


class PlotDesignTable(Table):
    """How plots choose their trees; plots of fixed, horizontal area when the table is left out."""

    kind: DesignKind = "fixed"
    rings: tuple[RingTable, ...] = ()
    baf_m2_per_ha: float | None = None
    slope_corrected: bool = True
    """Whether lengths were laid out horizontally."""

    @property
    def design(self) -> PlotDesign:
        """The design as the science takes it."""
        return design_from(self.model_dump())

    @model_validator(mode="after")
    def check_design(self) -> Self:
        """Refuse rings without a nested design, an angle count without a factor, and so on."""
        design_from(self.model_dump())
        return self


class NfiInventory(Table):
    """Plots and trees in a workbook, or in two files, with Chinese or English headings."""

    kind: Literal["nfi"]
    path: Path
    trees: Path | None = None
    """File of the trees, where plots and trees do not share a workbook."""
    mapping: str = "nfi_workbook"
    plot_design: PlotDesignTable = PlotDesignTable()

    @property
    def tree_path(self) -> Path:
        """File of the trees."""
        return self.trees or self.path


class FiadbInventory(Table):
    """Plot, condition and tree tables of a FIADB evaluation."""

    kind: Literal["fiadb"]
    plots: Path
    conditions: Path
    trees: Path
    assignment: Path
    strata: Path
    unit_areas: Path
    mapping: str = "fiadb"
    evaluation: str
    """Number of the evaluation the tables belong to."""
    reporting_year: int
    tables_population: NamedPopulation
    """The population whose strata and areas the tables give."""


class PlotBiomassInventory(Table):
    """Above-ground biomass per plot at two campaigns, and the area it stands for."""

    kind: Literal["plot_biomass"]
    path: Path
    mapping: str
    first_year: int
    second_year: int
    crs: str
    area_ha: Annotated[float, Field(gt=0)]
    area_source: str

    @model_validator(mode="after")
    def check_order(self) -> Self:
        """Refuse campaigns of which the first is not before the second."""
        return _in_order(self, "first_year", "second_year")


Step = Literal[
    "open-notice",
    "confirm-rights",
    "register-project",
    "verify-statement",
    "issue-units",
    "list-units",
    "buy-units",
    "settle-trade",
    "retire-units",
    "pledge-units",
    "release-pledge",
]
"""Decisions of people that a rehearsal may script."""

Inventory = Annotated[NfiInventory | FiadbInventory | PlotBiomassInventory, Field(discriminator="kind")]


class ParcelsTable(Table):
    """The layer of sub-compartments (or districts)."""

    path: Path
    schema_id: Annotated[str, Field(alias="schema")]
    crs: str | None = None
    encoding: str | None = None
    operation: str | None = None
    """Name of the datum operation, where the transformation has no exact one."""


class RasterTable(Table):
    """One land-cover raster."""

    year: int
    path: Path
    scheme: str
    nodata: int | Literal["none", "declared"] = "declared"
    rule: Literal["exact", "centre"] = "exact"
    crs: str | None = None
    """Coordinate system of a file that names none."""


def _by_year(rasters: tuple[RasterTable, ...]) -> tuple[RasterTable, ...]:
    """Return rasters by their years, in whatever order the file has them; no year may stand twice."""
    ordered = sorted(range(len(rasters)), key=lambda at: rasters[at].year)
    for first, second in pairwise(ordered):
        if rasters[first].year == rasters[second].year:
            raise order_error((second, "year"), rasters[first].year, rasters[second].year)
    return tuple(rasters[at] for at in ordered)


class PopulationTable(NamedPopulation):
    """A population to estimate whose strata come from a raster inside a boundary."""

    boundary: Path
    boundary_schema: str
    by_parcel: bool = False
    """Whether each parcel of the layer is estimated on its own as well."""


class ReferenceTable(Table):
    """The reference sample that tells how good the map is."""

    path: Path
    mapping: str = "reference_sample"
    first_year: int
    last_year: int

    @model_validator(mode="after")
    def check_order(self) -> Self:
        """Refuse a first year that is not before the last."""
        return _in_order(self, "first_year", "last_year")


class ReadingsTable(Table):
    """Error of one reading of the tape and of a height as a blind check found it."""

    dbh_sd_cm: Annotated[float, Field(gt=0, le=5)]
    height_sd_m: Annotated[float, Field(gt=0, le=10)] | None = None
    source: Annotated[str, Field(min_length=3)]


class StatedTable(Table):
    """A value that stands in place of the methodology's own."""

    value: float | str
    source: Annotated[str, Field(min_length=1)]


class AccountTable(Table):
    """How the inventory becomes carbon."""

    profile: str
    strata_field: str | None = None
    strata: dict[str, tuple[str, ...]] = {}
    """Stratum -> the codes of ``strata_field`` that make it up."""
    project_profile: str | None = None
    purpose: Literal["demo", "registration"] = "demo"
    """Of the project's statement; registration takes only verified or confirmed values."""
    carbon_fraction: float | None = None
    carbon_fraction_source: str | None = None
    equations: Path | None = None
    """The county's own equation library (TOML or CSV); its equations go before the packaged ones."""
    roots: bool = True
    baseline_share: Annotated[float, Field(ge=0, le=1)] | None = None
    stated: dict[str, StatedTable] = {}
    """Further values of the project's methodology that it leaves to the run."""
    readings: ReadingsTable | None = None
    """What a blind check found of the readings' errors, for the uncertainty budget."""


class ProjectTable(Table):
    """The project inside the county, in a workbook or stated here."""

    path: Path | None = None
    mapping: str = "project_workbook"
    code: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    owner: str | None = None
    crediting_start: date | None = None
    crediting_end: date | None = None
    period_start: date
    period_end: date
    start_date: date | None = None
    """Day on which work began, where the project stands here; else that of the crediting period."""
    non_forest_since: date | None = None
    """Day since which a document says that the land is without forest."""
    history_source: str | None = None
    """That document."""
    eligible: bool = True
    eligibility_note_zh: str | None = None
    eligibility_note_en: str | None = None
    inputs: ProjectInputsTable | None = None
    """What the project states beside its plots: fires, soil, displaced farming, trees before it."""

    @model_validator(mode="after")
    def check_order(self) -> Self:
        """Refuse periods that end before they begin."""
        _in_order(self, "crediting_start", "crediting_end")
        return _in_order(self, "period_start", "period_end")


class StatedCurveTable(Table):
    """A growth curve taken from elsewhere: t C/ha over years of age."""

    stratum: str
    form: Literal["richards", "schumacher", "chapman"]
    parameters: Annotated[tuple[float, ...], Field(min_length=2, max_length=3)]
    source: Annotated[str, Field(min_length=3)]


class ForecastTable(Table):
    """How the growth of a forecast is found; what it gives is ex-ante and never issued."""

    forms: Annotated[tuple[Literal["richards", "schumacher", "chapman"], ...], Field(min_length=1)] = (
        "richards",
        "schumacher",
    )
    like: dict[str, str] = {}
    """Stratum -> stratum whose growth it borrows where its own plots tell none."""
    stated: tuple[StatedCurveTable, ...] = ()


class RightsTable(Table):
    """Rights to confirm, in a workbook; without one the parcels belong to ``holder``."""

    path: Path | None = None
    mapping: str = "rights_workbook"
    holder: str | None = None


class PricesTable(Table):
    """A price series, or a stated price."""

    path: Path | None = None
    mapping: str = "price_series"
    low_fen: int | None = None
    base_fen: int | None = None
    high_fen: int | None = None
    source: str | None = None


class PartyTable(Table):
    """A party of the rehearsal, named for its role."""

    code: str
    kind: PartyKind
    name_zh: str
    name_en: str


class DecisionTable(Table):
    """One scripted decision of a demonstration programme."""

    step: Step
    identity: str
    effective_at: date
    quantity: int | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    price_fen: int | None = None
    opinion: str | None = None
    beneficiary: str | None = None
    purpose: str | None = None


class RehearsalTable(Table):
    """Scripted decisions; only a programme of kind ``demonstration`` may have them."""

    parties: tuple[PartyTable, ...] = ()
    decisions: tuple[DecisionTable, ...]


class County(Table):
    """A whole county file."""

    county: CountyTable
    inventory: Inventory
    parcels: ParcelsTable | None = None
    landcover: Annotated[tuple[RasterTable, ...], AfterValidator(_by_year)] = ()
    populations: tuple[PopulationTable, ...] = ()
    reference: ReferenceTable | None = None
    account: AccountTable
    project: ProjectTable | None = None
    forecast: ForecastTable = ForecastTable()
    rights: RightsTable | None = None
    prices: PricesTable | None = None
    rehearsal: RehearsalTable | None = None

    @property
    def first_effective_date(self) -> date:
        """Day that preparations hold for: that of the first scripted decision, else the run's own day."""
        decisions = self.rehearsal.decisions if self.rehearsal else ()
        return min((item.effective_at for item in decisions), default=self.county.as_of)

    def decision(self, step: str) -> DecisionTable | None:
        """Return the scripted decision of a step, if there is one."""
        decisions = self.rehearsal.decisions if self.rehearsal else ()
        return next((item for item in decisions if item.step == step), None)


def load_county(path: Path) -> County:
    """Read a county file.

    Raises
    ------
    CountyFileError
        The file is missing, is no TOML, or says something that is not allowed; the field is named.
    """
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise CountyFileError("county-file-missing", file=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CountyFileError("county-file-unreadable", file=path, reason=error) from error
    try:
        return County.model_validate(content)
    except ValidationError as error:
        raise county_error(path, text, content, error) from error
