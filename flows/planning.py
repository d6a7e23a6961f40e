"""Before the field: how many plots, where, and everything a crew carries, in one folder.

The frame is the parcels of a county file with its strata, or any layer with a field of strata. What was
known beforehand, the seed and every assumption are written into ``plan.json``; the same request gives the
same files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.county import County, load_county
from flows.errors import PlanError
from flows.planning_files import write_files
from flows.planning_prior import known_beforehand
from flows.steps.layers import county_layer
from flows.workspace import find_county_file
from geodata.areas import legal_area_ha
from geodata.crs import label, parse, transform
from geodata.field_outputs import FieldPlots, field_plots, planned_places
from geodata.manifest import sha256_of_file
from geodata.measure import stratum_of
from geodata.sampling_points import (
    ExistingPlots,
    Frame,
    Layout,
    Method,
    last_records,
    place_plots,
)
from geodata.strata import strata_codes
from geodata.tables import read_table
from geodata.vector import ParcelLayer, read_parcels
from mrv.sample_size import SamplePlan
from mrv.survey_prior import (
    SurveyPrior,
    plan_survey,
)
from registry.messages import LANGUAGES, text

SCHEMA = "tanhui/plan/1"
ASSUMPTIONS = ("plan-assumes-existing", "plan-assumes-order", "plan-assumes-degrees")
"""What holds for every plan, by the keys of the catalogue."""


@dataclass(frozen=True)
class PlanRequest:
    """What a plan is asked for."""

    out: Path
    """Folder of the results."""
    county: str | None = None
    """County file; or else a layer of parcels:"""
    data: Path | None = None
    parcels: Path | None = None
    schema: str | None = None
    crs: str | None = None
    """Projected system to work in; the layer's own by default."""
    strata_field: str | None = None
    """Field whose codes are the strata; one stratum for all when None."""
    precision: float = 0.10
    """Half-width of the interval wanted, as a fraction of the mean."""
    level: float = 0.90
    plot_area_m2: float = 666.67
    reserve_frac: float = 0.10
    seed: int = 1
    method: Method = "balanced"
    border_m: float = 0.0
    spacing_m: float | None = None
    """Least distance between plots; the plot's own diameter by default."""
    teams: int = 1
    year: int | None = None
    """Year of the campaign, written into the workbook; that of the day by default."""
    day: date | None = None
    """Day the files bear; a county file has its own."""
    prior: str | None = None
    """A file, a coefficient of variation, or nothing: the county's last campaign, else an assumption."""
    existing: Path | None = None
    """Workbook or CSV with permanent plots that stay."""


@dataclass(frozen=True)
class Ground:
    """The frame, with what has to be said of it."""

    frame: Frame
    """Parcels and strata in a projected system."""
    crs: str
    """That system."""
    area_ha: Mapping[str, float]
    """Area of each stratum [ha]."""
    source: str
    """File the parcels come from."""
    sha256: str
    """Digest of that file."""
    name: Mapping[str, str]
    """What it is called, by language."""
    simulated: bool
    """Whether the data are simulated."""
    day: date
    """Day the files bear."""


def make_plan(request: PlanRequest) -> dict[str, Any]:
    """Plan a survey, write its files, return what ``plan.json`` says.

    Raises
    ------
    PlanError
        Neither a county nor a layer was named, or the layer is in degrees.
    """
    county, folder = _county(request)
    ground = _ground(request, county, folder)
    prior = known_beforehand(request.prior, sorted(ground.area_ha), county, folder)
    plan = plan_survey(
        ground.area_ha,
        prior,
        precision=request.precision,
        level=request.level,
        plot_area_m2=request.plot_area_m2,
        reserve_frac=request.reserve_frac,
    )
    spacing = 2 * (request.plot_area_m2 / 3.141592653589793) ** 0.5
    layout = Layout(
        request.seed,
        request.method,
        request.border_m,
        spacing if request.spacing_m is None else request.spacing_m,
    )
    places = place_plots(ground.frame, plan.allocation, plan.reserve, layout, _existing(request))
    plots = field_plots(places, ground.crs, request.teams)
    _make_folder(request.out)
    content = _content(request, ground, prior, plan, plots, layout)
    content["files"] = write_files(request.out, content, plots, ground)
    stored = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (request.out / "plan.json").write_text(stored, "utf-8")
    return content


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError("plan-not-writable", folder=folder, reason=error.strerror or error) from error


def _county(request: PlanRequest) -> tuple[County | None, Path]:
    if request.county is None:
        return None, Path()
    path = find_county_file(request.county)
    return load_county(path), request.data or path.parent


def _ground(request: PlanRequest, county: County | None, folder: Path) -> Ground:
    if county is not None and county.parcels is not None:
        path, crs = folder / county.parcels.path, county.county.crs
        layer, geometry = county_layer(county, county.parcels, folder)
        field, strata = county.account.strata_field, county.account.strata
        name = {"zh-CN": county.county.name_zh, "en": county.county.name_en}
        rule, simulated, day = county.county.area_rule, county.county.simulated, county.county.as_of
    elif request.parcels is not None and request.schema is not None:
        path, field, strata = request.parcels, request.strata_field, {}
        layer = read_parcels(path, schema=request.schema, crs=None)
        crs, rule, simulated = request.crs or layer.crs, "ellipsoidal", False
        name, day = dict.fromkeys(LANGUAGES, path.stem), _day(request)
        if not parse(crs).is_projected:
            raise PlanError("plan-crs-in-degrees", crs=label(crs))
        geometry, _ = transform(layer.geometry, layer.crs, crs)
    else:
        raise PlanError("plan-without-ground")
    chosen = _strata(layer, field, strata)
    chosen[~layer.measurable] = ""  # what is no polygon cannot be sampled
    area = legal_area_ha(geometry, crs, rule)
    frame = Frame(geometry, layer.parcel_id, chosen)
    by_stratum: dict[str, float] = {}
    for stratum, size in zip(chosen.tolist(), area.tolist(), strict=True):
        if stratum:
            by_stratum[stratum] = by_stratum.get(stratum, 0.0) + size
    return Ground(frame, crs, by_stratum, path.name, sha256_of_file(path), name, simulated, day)


def _day(request: PlanRequest) -> date:
    """Return the day the files bear: the one given, else the first of the year of the campaign."""
    if request.day is None and request.year is None:
        raise PlanError("plan-without-year")
    return request.day or date(request.year or 1, 1, 1)


def _strata(layer: ParcelLayer, field: str | None, strata: Mapping[str, tuple[str, ...]]) -> Any:
    if field is None:
        return stratum_of(layer.parcel_id, {"all": [str(name) for name in layer.parcel_id]})
    codes = strata_codes(layer, field)
    listed = strata or {str(code): (str(code),) for code in sorted(set(codes.tolist())) if str(code)}
    return stratum_of(codes, listed)


def _existing(request: PlanRequest) -> ExistingPlots | None:
    """Return the permanent plots that stay; of several campaigns the last one's places."""
    if request.existing is None:
        return None
    table, findings = read_table(request.existing, "nfi_workbook_existing")
    if any(finding.severity == "error" for finding in findings):
        raise PlanError("plan-existing-unreadable", file=request.existing.name, count=len(findings))
    years = table.columns.get("campaign_year")
    kept = last_records(table["plot_id"], years, table["x_m"], table["y_m"])
    return ExistingPlots(*kept)


def _content(
    request: PlanRequest,
    ground: Ground,
    prior: SurveyPrior,
    plan: SamplePlan,
    plots: FieldPlots,
    layout: Layout,
) -> dict[str, Any]:
    places = plots.places
    count = {role: int((places.role == role).sum()) for role in ("existing", "new", "reserve")}
    return {
        "schema": SCHEMA,
        "simulated": ground.simulated,
        "name": dict(ground.name),
        "ground": {
            "file": ground.source,
            "sha256": ground.sha256,
            "crs": plots.crs,
            "strata_area_ha": {name: round(ground.area_ha[name], 4) for name in sorted(ground.area_ha)},
        },
        "target": {"precision": request.precision, "level": request.level},
        "plot": {"area_m2": request.plot_area_m2, "shape": "circle for spacing only"},
        "prior": {**asdict(prior), "strata": {k: asdict(v) for k, v in sorted(prior.strata.items())}},
        "sample": {
            "n": plan.n,
            "allocation": dict(plan.allocation),
            "reserve": dict(plan.reserve),
            "rule": "Neyman allocation, Student's t iterated (AR-AM-TOOL-03)",
            "iterations": [asdict(item) for item in plan.iterations],
            "expected_relative_half_width": round(plan.relative_half_width, 6),
        },
        "layout": asdict(layout),
        "teams": request.teams,
        "campaign_year": request.year or ground.day.year,
        "degrees": plots.datum,
        "plots": count | {"total": len(places)},
        "places": planned_places(plots),
        "assumptions": [
            {lang: text(key, lang) for lang in LANGUAGES}
            for key in (f"plan-assumes-{prior.status}", *ASSUMPTIONS)
        ],
        "existing_left_out": _left_out(request, count["existing"]),
    }


def _left_out(request: PlanRequest, kept: int) -> int:
    stated = _existing(request)
    return 0 if stated is None else len(stated.plot_id) - kept
