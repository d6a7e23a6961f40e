"""What monitoring and accounting put into the report: areas, changes, estimates, the project's account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.county import FiadbInventory
from flows.steps.areas import change_accuracy
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.landcover import LandClass, load_scheme
from geodata.measure import sum_by
from mrv.sampling import LEVEL
from mrv.statement import Statement
from registry.messages import text
from registry.reports.label import Label
from registry.reports.measures import (
    AdjustedArea,
    ClassArea,
    DisturbanceRow,
    EstimateRow,
    Transition,
    WaterfallLine,
)

AREA_LEVEL = 0.95
"""Confidence level of areas, as Olofsson and others (2014) give them."""
TOTAL_TERMS = frozenset({"net_removals", "claim"})


def label_of(key: str) -> Label:
    """Return a text of the catalogue in both languages."""
    return Label(text(key, "zh-CN"), text(key, "en"))


def domain_label(run: Run, dataset: MonitoringDataset, domain: str) -> Label:
    """Return what people call a domain of the estimates."""
    county = run.county.county
    named = {"county": Label(county.name_zh, county.name_en), "project": label_of("domain-project")}
    for population in run.county.populations:
        named[population.id] = Label(population.name_zh, population.name_en)
    if isinstance(run.county.inventory, FiadbInventory):
        whole = run.county.inventory.tables_population
        named[whole.id] = Label(whole.name_zh, whole.name_en)
    kind, _, name = domain.partition(":")
    if kind == "class":
        return label_of(f"change-{name.replace('_', '-')}")
    if kind == "district":
        parcels = dataset.tables["parcels"]
        names = dict(
            zip(parcels["parcel_id"], parcels.columns.get("name", parcels["parcel_id"]), strict=True)
        )
        return Label(str(names.get(name, name)))
    return named.get(domain, Label(name or domain))


def _class_label(scheme: str, code: int) -> tuple[Label, bool]:
    found: LandClass | None = load_scheme(scheme).find(code)
    return (Label(str(code)), False) if found is None else (Label(found.zh, found.en), found.forest)


def class_area_rows(run: Run, dataset: MonitoringDataset) -> Iterator[ClassArea]:
    """Yield the area of each class by year, for the county, and for each population its strata."""
    table, county = dataset.tables.get("class_areas"), run.county.county
    scheme = run.county.landcover[0].scheme if run.county.landcover else ""
    rules = {item.year: item.rule for item in run.county.landcover}
    if table is not None and not run.county.populations:
        sums = sum_by(table, ("year", "class_code"), ("area_ha", "pixels"))
        for (year, code), (area_ha, pixels) in sums.items():
            label, forest = _class_label(scheme, int(code))
            place = ("county", Label(county.name_zh, county.name_en), str(code), label, int(year))
            yield ClassArea(*place, area_ha, pixels, rules[int(year)], forest)
    strata = dataset.tables.get("population_strata")
    if strata is not None:
        cell_ha = float(dataset.meta["cell_ha"])
        columns = ("population", "stratum", "pixels")
        for name, code, pixels in zip(*(strata[column] for column in columns), strict=True):
            label, forest = _class_label(scheme, int(code))
            year = run.county.landcover[-1].year
            place = (str(name), domain_label(run, dataset, str(name)), str(code), label, year)
            yield ClassArea(*place, float(pixels) * cell_ha, float(pixels), "centre", forest)


def adjusted_rows(dataset: MonitoringDataset) -> tuple[tuple[AdjustedArea, ...], float | None]:
    """Return areas adjusted for map error with their intervals, and the overall accuracy."""
    accuracy = change_accuracy(dataset)
    if accuracy is None:
        return (), None
    rows = tuple(
        AdjustedArea(
            class_code=name,
            label=label_of(f"change-{name.replace('_', '-')}"),
            mapped_ha=float(mapped),
            adjusted_ha=area.value,
            standard_error_ha=area.standard_error,
            interval_ha=accuracy.area_interval(position, AREA_LEVEL),
            confidence_frac=AREA_LEVEL,
            n_points=int(points.sum()),
            users_accuracy_frac=users.value,
            producers_accuracy_frac=producers.value,
        )
        for position, (name, mapped, area, points, users, producers) in enumerate(
            zip(
                accuracy.classes,
                accuracy.mapped_ha,
                accuracy.area,
                accuracy.matrix,
                accuracy.users_accuracy,
                accuracy.producers_accuracy,
                strict=True,
            )
        )
    )
    return rows, accuracy.overall_accuracy.value


def transition_rows(run: Run, dataset: MonitoringDataset) -> Iterator[Transition]:
    """Yield the area of each from-to pair over all parcels."""
    table = dataset.tables.get("transitions")
    if table is None:
        return
    scheme = run.county.landcover[0].scheme
    for (first, last), (area_ha,) in sum_by(table, ("from_code", "to_code"), ("area_ha",)).items():
        before, after = _class_label(scheme, int(first))[0], _class_label(scheme, int(last))[0]
        yield Transition(str(first), before, str(last), after, area_ha)


def disturbance_rows(dataset: MonitoringDataset) -> Iterator[DisturbanceRow]:
    """Yield lost forest by year and cause."""
    table = dataset.tables.get("disturbances")
    if table is None:
        return
    for (year, cause), (area_ha,) in sum_by(table, ("year", "cause"), ("area_ha",)).items():
        touched = sum(
            1 for y, c in zip(table["year"], table["cause"], strict=True) if (y, c) == (year, cause)
        )
        yield DisturbanceRow(int(year), label_of(f"cause-{cause or 'unknown'}"), touched, area_ha)


def estimate_rows(
    run: Run, dataset: MonitoringDataset, statements: Sequence[Statement]
) -> Iterator[EstimateRow]:
    """Yield the estimates of the statements, each once, with their intervals."""
    whole = {"county", "project", *(population.id for population in run.county.populations)}
    seen: set[tuple[object, ...]] = set()
    for statement in statements:
        for item in statement.estimates:
            place = (item.domain, item.quantity, item.year, item.period)
            if place in seen:
                continue
            seen.add(place)
            level = AREA_LEVEL if item.quantity == "class_area" else LEVEL
            low, high = item.estimate.interval(level)
            yield EstimateRow(
                stage=item.stage,
                domain=item.domain,
                label=domain_label(run, dataset, item.domain),
                quantity=item.quantity,
                unit=item.estimate.unit,
                value=item.estimate.value,
                standard_error=item.estimate.standard_error,
                low=low,
                high=high,
                confidence_frac=level,
                n_plots=item.estimate.n_plots,
                year=item.year,
                period=item.period,
                is_total=item.domain in whole,
                model_based=item.model_based,
            )


def project_rows(statement: Statement | None) -> Iterator[WaterfallLine]:
    """Yield the lines of the project's account."""
    for line in statement.lines if statement else ():
        label = label_of(f"term-{line.term.replace('_', '-')}")
        yield WaterfallLine(line.term, label, line.value, is_total=line.term in TOTAL_TERMS)
