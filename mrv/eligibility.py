"""Eligibility of a project and its land, by the tests that a methodology profile names.

Pure: what the maps, the register and the rights say comes in as plain facts; findings for each parcel and
for the project come out. Land whose history nobody can show is *not proven*, which a profile that excludes
or refuses treats like land that fails. Conditions that only a person can judge are listed by the profile
and are not tested here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mrv.findings import Finding, Severity
from mrv.methodology.model import MISSING
from mrv.profile import Profile
from mrv.statement_items import Note

SOURCE: Final = "project"
MAPPED_FOREST_FRAC: Final = 0.5
"""A parcel counts as forest in a year if more than half of it is mapped so (choice of this project)."""
SHOWN: Final = 20
"""Parcels that the notes of a statement name for each rule; the count is always there."""
PROJECT_RULES: Final = frozenset(
    {"project-started-too-early", "removals-too-early", "crediting-period-short", "crediting-period-long"}
)
"""Rules that concern the whole project."""


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """What is known of one parcel of the project."""

    parcel_id: str
    """Identifier."""
    area_m2: float
    """Area of the contiguous patch [m2]."""
    forest_frac: Mapping[int, float] = field(default_factory=dict)
    """Year -> share of the parcel that is mapped as forest [1]."""
    rights: tuple[tuple[date, date], ...] = ()
    """First day and first day no longer of each right that the claim may rest on."""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is known of the project."""

    parcels: tuple[ParcelFacts, ...]
    """Its parcels."""
    start: date
    """Day on which work began."""
    crediting_start: date
    """First day of the crediting period."""
    crediting_end: date
    """First day after it."""
    period_start: date
    """First day of the monitoring period."""
    period_end: date
    """Last day of the monitoring period."""
    non_forest_since: date | None = None
    """Day since which the land is stated to be without forest; None where nothing is stated."""
    history_source: str = ""
    """Document behind that statement."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the tests of a profile say of a project."""

    findings: tuple[Finding, ...]
    """One for each parcel and rule, one for each rule of the project; all of them."""
    excluded: frozenset[str]
    """Parcels that the claim must leave out."""
    refused: bool
    """Whether there may be no claim at all."""
    notes: tuple[Note, ...]
    """What the statement says: every rule with its count and the first parcels."""


def check_eligibility(facts: ProjectFacts, profile: Profile) -> Eligibility:
    """Test a project and each of its parcels by the rules of a profile.

    Parameters
    ----------
    facts
        What maps, register and rights say.
    profile
        Of kind ``project_removals``; says the rules, and what becomes of a parcel that fails.
    """
    policy = profile.text("ineligible_parcels")
    severity: Severity = "warning" if policy == "note" else "error"
    whole = tuple(_project_findings(facts, profile, severity))
    parcels = tuple(
        finding for parcel in facts.parcels for finding in _parcel_findings(parcel, facts, profile, severity)
    )
    failed = frozenset(str(finding.value) for finding in parcels)
    excluded = failed if policy == "exclude" else frozenset()
    blocking = [finding for finding in whole if finding.severity == "error"]
    nothing_left = bool(facts.parcels) and excluded == {parcel.parcel_id for parcel in facts.parcels}
    refused = bool(blocking) or nothing_left or (policy == "refuse" and bool(failed))
    notes = (*_notes(whole), *_parcel_notes(parcels), *_outcome(len(facts.parcels), len(excluded)))
    return Eligibility((*whole, *parcels), excluded, refused, notes)


def _project_findings(facts: ProjectFacts, profile: Profile, severity: Severity) -> Iterator[Finding]:
    def found(rule: str, level: Severity = severity, **params: str | int | float) -> Finding:
        return Finding(rule, level, SOURCE, params=params)

    earliest, removals = profile.day("start_after_date"), profile.day("removals_after_date")
    if earliest is not None and facts.start <= earliest:
        yield found("project-started-too-early", start=str(facts.start), after=str(earliest))
    if removals is not None and facts.period_start <= removals:
        yield found("removals-too-early", start=str(facts.period_start), after=str(removals))
    years = _years(facts.crediting_start, facts.crediting_end)
    least, most = _rule(profile, "crediting_years_min"), _rule(profile, "crediting_years_max")
    if least is not None and years < least:
        yield found("crediting-period-short", years=years, limit_years=least)
    if most is not None and years > most:
        yield found("crediting-period-long", years=years, limit_years=most)
    interval = _rule(profile, "monitoring_interval_years")
    length = _years(facts.period_start, facts.period_end)
    if interval is not None and length > interval:
        yield found("monitoring-interval-long", "warning", years=length, limit_years=interval)
    for key in _unknown(profile):
        yield found("eligibility-rule-unknown", "warning", profile=profile.id, key=key)


def _parcel_findings(
    parcel: ParcelFacts, facts: ProjectFacts, profile: Profile, severity: Severity
) -> Iterator[Finding]:
    def found(rule: str, **params: str | int | float) -> Finding:
        return Finding(rule, severity, SOURCE, field="parcel_id", value=parcel.parcel_id, params=params)

    least = _patch_m2(profile, facts.start)
    if least is not None and parcel.area_m2 < least:
        yield found("patch-too-small", area_m2=round(parcel.area_m2, 1), limit_m2=least)
    if profile.text("tenure") == "through_crediting" and not any(
        first <= facts.crediting_start and facts.crediting_end <= last for first, last in parcel.rights
    ):
        yield found("tenure-too-short", start=str(facts.crediting_start), end=str(facts.crediting_end))
    since = _clear_since(profile, facts.start)
    if since is None:
        return
    forest = sorted(
        year
        for year, share in parcel.forest_frac.items()
        if since.year <= year < facts.start.year and share > MAPPED_FOREST_FRAC
    )
    if forest:
        yield found("land-was-forest", year=forest[-1], share_frac=round(parcel.forest_frac[forest[-1]], 3))
    elif not _history_shown(parcel, facts, since):
        years = [year for year in range(since.year, facts.start.year) if year not in parcel.forest_frac]
        yield found("land-history-not-shown", since=str(since), count=len(years))


def _history_shown(parcel: ParcelFacts, facts: ProjectFacts, since: date) -> bool:
    """Tell whether a document or a map of each year says that the land was without forest."""
    if facts.non_forest_since is not None and facts.non_forest_since <= since and facts.history_source:
        return True
    return all(year in parcel.forest_frac for year in range(since.year, facts.start.year))


def _clear_since(profile: Profile, start: date) -> date | None:
    """Return the day from which the land has to be without forest; None without such a rule."""
    fixed, years = profile.day("land_non_forest_since"), _rule(profile, "land_non_forest_years")
    if fixed is not None:
        return fixed
    if years is None:
        return None
    # a 29 February becomes the 28th
    day = min(start.day, 28) if start.month == 2 else start.day
    return date(start.year - int(years), start.month, day)


def _patch_m2(profile: Profile, start: date) -> float | None:
    """Return the smallest area of a patch for a start on this day [m2]; None where it is not known."""
    value = profile.values["minimum_patch_m2"].value
    if value == MISSING:
        return None
    for last_day, area_m2 in value:
        if last_day == "none" or start <= date.fromisoformat(last_day):
            return float(area_m2)
    return None


def _rule(profile: Profile, key: str) -> float | None:
    """Return a number of the profile; None where there is no such rule or it is not known."""
    value = profile.values[key].value
    return None if value in {"none", MISSING} else float(value)


def _unknown(profile: Profile) -> list[str]:
    keys = ("crediting_years_min", "crediting_years_max", "land_non_forest_years", "minimum_patch_m2")
    return [key for key in (*keys, "monitoring_interval_years") if profile.values[key].value == MISSING]


def _years(first: date, last: date) -> float:
    """Return the length of a period in years, to the hundredth; full years are exact."""
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    day = min(first.day, 28) if (first.month, first.day) == (2, 29) else first.day
    return round(whole + (last - date(first.year + whole, first.month, day)).days / 365.25, 2)


def _notes(findings: tuple[Finding, ...]) -> Iterator[Note]:
    for finding in findings:
        yield Note(finding.rule, dict(finding.params))


def _parcel_notes(findings: tuple[Finding, ...]) -> Iterator[Note]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, group in sorted(by_rule.items()):
        names = ", ".join(sorted(str(item.value) for item in group)[:SHOWN])
        yield Note(f"eligibility.{rule}", {"count": len(group), "parcels": names})


def _outcome(parcels: int, excluded: int) -> Iterator[Note]:
    if parcels:
        yield Note("eligibility-tested", {"parcels": parcels, "excluded": excluded})
