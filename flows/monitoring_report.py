"""The draft of a statement's report (减排量核算报告) under the headings that its methodology asks for.

Everything in it is taken from the sealed statement and from the profile; what only the owner can write is
left open, and said so. Markdown, in one language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from flows.methodology import OPEN_MARK, shown
from mrv.methodology.domains import POOLS
from mrv.methodology.model import Section
from mrv.profile import Profile
from mrv.statement import Statement
from mrv.statement_items import DomainEstimate, number_text
from mrv.units import QUANTITIES, UNIT_DECIMALS
from registry.messages import render, text

Lines = list[str]


def report_text(statement: Statement, profile: Profile, lang: str) -> str:
    """Return the draft report of a statement.

    Parameters
    ----------
    statement
        As it is sealed.
    profile
        The methodology that its digest names.
    lang
        ``zh-CN`` or ``en``.
    """
    lines = [f"# {text('mr.title', lang, name=_either(profile.zh, profile.en, lang))}"]
    if statement.simulated:
        lines += ["", f"**{text('mr.simulated', lang)}**"]
    for section in profile.sections:
        lines += ["", _heading(section, lang), ""]
        lines += _PARTS[section.part](statement, profile, lang) or [text("mr.own-words", lang)]
    return "\n".join(lines) + "\n"


def _either(zh: str, en: str, lang: str) -> str:
    return zh if lang == "zh-CN" else en


def _heading(section: Section, lang: str) -> str:
    depth = "#" * (2 + section.no.count("."))
    return f"{depth} {section.no} {_either(section.zh, section.en, lang)}"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], lang: str) -> Lines:
    if not rows:
        return []
    cells = [tuple(text(f"mr.column.{name}", lang) for name in heads), ("---",) * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]


def _introduction(statement: Statement, profile: Profile, lang: str) -> Lines:
    facts = {
        "statement": f"`{statement.digest}`",
        "project": statement.project_code or statement.county_code,
        "period": f"{statement.period_start} – {statement.period_end}",
        "methodology": f"{profile.id} {profile.version} (`{profile.sha256}`)",
        "claim": f"{statement.claim_tco2e:,} t CO2e",
        "dataset": f"`{statement.dataset_sha256}`",
        "code": statement.code_version,
        "purpose": statement.purpose,
    }
    return [f"- {text(f'mr.fact.{name}', lang)}: {value}" for name, value in facts.items()]


def _conditions(profile: Profile, lang: str, *, additionality: bool) -> Lines:
    rows = [
        (
            shown(item, lang),
            text(f"methodology-tested-{item.facets['tested_by']}", lang),
            OPEN_MARK[item.status],
        )
        for _, item in sorted(profile.conditions.items())
        if (item.facets["about"] == "additionality") is additionality
    ]
    return _table(("condition", "tested", "status"), rows, lang)


def _applicability(statement: Statement, profile: Profile, lang: str) -> Lines:
    found = [note for note in statement.notes if note.rule.startswith("eligibility")]
    told = [f"- {render(note, lang)}" for note in found]
    return [*_conditions(profile, lang, additionality=False), *([""] if told else []), *told]


def _additionality(_: Statement, profile: Profile, lang: str) -> Lines:
    return _conditions(profile, lang, additionality=True)


def _references(_: Statement, profile: Profile, __: str) -> Lines:
    read = [item for item in profile.entries().values() if item.status != "placeholder"]
    return [f"- {source}" for source in sorted({item.source for item in read})]


def _terms(_: Statement, profile: Profile, lang: str) -> Lines:
    if "account" not in profile.values:
        return []
    return [f"- `{step.term}`: {text(f'account.term.{step.term}', lang)}" for step in profile.steps]


def _boundary(statement: Statement, profile: Profile, lang: str) -> Lines:
    pools = [
        (text(f"methodology.key.pool_{name}", lang), shown(profile.values[f"pool_{name}"], lang))
        for name in POOLS
    ]
    keys = ("crediting_years_min", "crediting_years_max", "monitoring_interval_years", "minimum_patch_m2")
    rules = [
        f"- {text(f'methodology.key.{key}', lang)}: {shown(profile.values[key], lang)}"
        for key in keys
        if key in profile.values
    ]
    return [*_table(("pool", "included"), pools, lang), "", *rules]


def _equations(_: Statement, profile: Profile, lang: str) -> Lines:
    rows = [
        (_either(item.zh, item.en, lang), f"`{item.value}`", item.unit, OPEN_MARK[item.status])
        for _, item in sorted(profile.equations.items())
    ]
    return _table(("equation", "formula", "unit", "status"), rows, lang)


def _account(statement: Statement, terms: frozenset[str] | None, lang: str) -> Lines:
    rows = [
        (
            text(f"account.term.{line.term}", lang),
            number_text(line.value, UNIT_DECIMALS[line.unit]),
            line.unit,
        )
        for line in statement.lines
        if terms is None or line.term in terms
    ]
    return _table(("term", "value", "unit"), rows, lang)


def _baseline(statement: Statement, _: Profile, lang: str) -> Lines:
    return _account(statement, frozenset({"baseline_change"}), lang)


def _leakage(statement: Statement, _: Profile, lang: str) -> Lines:
    return _account(statement, frozenset({"leakage"}), lang)


def _net(statement: Statement, _: Profile, lang: str) -> Lines:
    rows = [(str(item.year), f"{item.quantity_tco2e:,}") for item in statement.vintages]
    return [*_account(statement, None, lang), "", *_table(("vintage", "quantity"), rows, lang)]


def _estimates(statement: Statement, wanted: Callable[[DomainEstimate], bool], lang: str) -> Lines:
    rows = []
    for item in statement.estimates:
        if not wanted(item):
            continue
        quantity, estimate = QUANTITIES[item.quantity], item.estimate
        when = str(item.year) if item.year is not None else "–".join(str(y) for y in item.period or ())
        figures = (number_text(v, quantity.decimals) for v in (estimate.value, estimate.standard_error))
        name = _either(quantity.zh, quantity.en, lang)
        rows.append((item.domain, name, when, *figures, estimate.unit, str(estimate.n_plots)))
    heads = ("domain", "quantity-name", "year", "value", "standard-error", "unit", "plots")
    return _table(heads, rows, lang)


def _project(statement: Statement, _: Profile, lang: str) -> Lines:
    return _estimates(statement, lambda item: item.domain == "project", lang)


def _area(statement: Statement, _: Profile, lang: str) -> Lines:
    return _estimates(statement, lambda item: item.estimate.unit == "ha", lang)


def _stock(statement: Statement, _: Profile, lang: str) -> Lines:
    return _estimates(statement, lambda e: e.year is not None and ":" not in e.domain, lang)


def _change(statement: Statement, _: Profile, lang: str) -> Lines:
    return _estimates(
        statement, lambda e: e.period is not None and ":" not in e.domain and e.estimate.unit != "ha", lang
    )


def _uncertainty(statement: Statement, _: Profile, lang: str) -> Lines:
    rows = [
        (item.domain, _either(QUANTITIES[item.quantity].zh, QUANTITIES[item.quantity].en, lang), item.source,
         number_text(item.standard_error, QUANTITIES[item.quantity].decimals),
         f"{100 * item.variance_share_frac:.1f} %")
        for item in statement.budget
    ]  # fmt: skip
    return _table(("domain", "quantity-name", "source", "standard-error", "share"), rows, lang)


def _monitoring(statement: Statement, profile: Profile, lang: str) -> Lines:
    plots = _estimates(
        statement,
        lambda e: e.quantity == "net_change" and (e.domain == "project" or "stratum" in e.domain),
        lang,
    )
    keys = ("confidence_level", "precision_target", "minimum_dbh_cm", "monitoring_interval_years")
    rules = [f"- {text(f'methodology.key.{k}', lang)}: {shown(profile.values[k], lang)}" for k in keys]
    return [*plots, "", *rules, "", *_uncertainty(statement, profile, lang)]


def _points(statement: Statement, _: Profile, lang: str) -> Lines:
    notes = [f"- {render(note, lang)}" for note in statement.notes]
    audit = [
        f"- {text(f'verdict-{a.verdict}', lang)}: {text(a.check, lang, **a.params)}" for a in statement.audit
    ]
    confirmed = [
        f"- `{c.name}` ✓✓ {c.clause}, {c.confirmed_by}, {c.confirmation_id}" for c in statement.confirmed
    ]
    left = [f"- `{name}`" for name in statement.unverified]
    parts = (("notes", notes), ("audit", audit), ("confirmed", confirmed), ("unverified", left))
    lines: Lines = []
    for name, found in parts:
        if found:
            lines += [f"**{text(f'mr.points.{name}', lang, count=len(found))}**", "", *found, ""]
    return lines[:-1]


def _own_words(*_: object) -> Lines:
    return []


_PARTS: Mapping[str, Callable[[Statement, Profile, str], Lines]] = MappingProxyType(
    {
        "introduction": _introduction,
        "applicability": _applicability,
        "references": _references,
        "terms": _terms,
        "boundary": _boundary,
        "equations": _equations,
        "baseline": _baseline,
        "additionality": _additionality,
        "project": _project,
        "leakage": _leakage,
        "net": _net,
        "monitoring": _monitoring,
        "points": _points,
        "area": _area,
        "stock": _stock,
        "change": _change,
        "uncertainty": _uncertainty,
        "own-words": _own_words,
    }
)
