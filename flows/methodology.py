"""What people see of a methodology: its page, what it lacks, and a request to confirm one of its values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.workspace import open_registry
from mrv.confirmation import Confirmation, matching_names
from mrv.methodology.compare import Differing, entry_json
from mrv.methodology.domains import KEYS
from mrv.methodology.model import KINDS, ProfileValue, plain
from mrv.methodology.rows import entry_of
from mrv.profile import Profile, load, profile_ids
from registry.messages import LANGUAGES, text
from registry.model import ConfirmationRequest
from registry.queries import confirmations

Rows = Sequence[Mapping[str, Any]]
SUFFIX = {"zh-CN": ".zh-CN.md", "en": ".md"}
"""Language -> end of the name of a page."""
WORDS = frozenset({"none", "species", "inf", "later"}).union(
    *(domain for keys in KEYS.values() for domain in keys.values() if isinstance(domain, frozenset))
)
"""Words that a value may be; the catalogue has each."""
OPEN_MARK = {"unverified": "⚠", "placeholder": "✎", "verified": "✓", "confirmed": "✓✓"}
"""Status -> the mark in front of it on a page."""


def overview() -> list[dict[str, Any]]:
    """Return each methodology with the number of its entries that nobody has confirmed."""
    rows = []
    for profile in map(load, profile_ids()):
        head = {name: getattr(profile, name) for name in ("id", "version", "kind", "zh", "en", "sha256")}
        counts = {"entries": len(profile.entries()), "open": len(profile.unverified())}
        rows.append({**head, "purposes": list(profile.purposes), **counts})
    return rows


def confirmed_rows(home: Path | None, profile: Profile) -> Rows:
    """Return the confirmations of a profile in the registry of a home folder; none without a home."""
    if home is None:
        return ()
    with open_registry(home) as registry:
        return confirmations(registry, profile.sha256)


def _confirmed(profile: Profile, rows: Rows) -> frozenset[str]:
    return matching_names(profile, [Confirmation.from_canonical(row) for row in rows])


def described(profile: Profile, rows: Rows = ()) -> dict[str, Any]:
    """Return a methodology as plain JSON values, each entry with its status and who confirmed it."""
    by_name: dict[str, list[str]] = {}
    for row in rows:
        by_name.setdefault(str(row["name"]), []).append(str(row["confirmed_by"]))
    entries = {
        name: {**entry_json(item), "confirmed_by": sorted(by_name.get(name, []))}
        for name, item in profile.entries().items()
    }
    head = {name: getattr(profile, name) for name in ("id", "version", "kind", "zh", "en", "sha256")}
    return {**head, "purposes": list(profile.purposes), "entries": entries}


def readiness(profile: Profile, rows: Rows = ()) -> dict[str, Any]:
    """Return what stands between a methodology and a registration: open and missing entries, by name."""
    names = _confirmed(profile, rows)
    entries = profile.entries()
    missing = sorted(name for name, item in entries.items() if item.missing and name not in names)
    left = list(profile.unverified(names))
    return {
        "profile": profile.id,
        "sha256": profile.sha256,
        "registration": "registration" in profile.purposes,
        "confirmed": sorted(names),
        "missing": missing,
        "unverified": left,
        "person": sorted(name for name, item in entries.items() if item.facets.get("tested_by") == "person"),
        "ready": not left and "registration" in profile.purposes,
    }


def readiness_lines(profile: Profile, state: Mapping[str, Any], lang: str) -> list[str]:
    """Return the same in words."""
    lines = [f"{profile.id}  {_name(profile, lang)}"]
    if not state["registration"]:
        lines.append(text("methodology-not-for-registration", lang, purposes=", ".join(profile.purposes)))
    lines.append(
        text(
            "methodology-open",
            lang,
            open=len(state["unverified"]),
            missing=len(state["missing"]),
            confirmed=len(state["confirmed"]),
        )
    )
    entries = profile.entries()
    for label in ("missing", "unverified"):
        lines += [f"  {_line(name.split(' (')[0], entries, lang)}" for name in state[label]]
    lines.append(text("methodology-person", lang, count=len(state["person"])))
    lines += [f"  · {entries[name].zh if lang == 'zh-CN' else entries[name].en}" for name in state["person"]]
    return lines


def _line(name: str, entries: Mapping[str, ProfileValue], lang: str) -> str:
    item = entries[name]
    return f"{OPEN_MARK.get(item.status, '')} {name} = {shown(item, lang)}  [{item.source}{_clause(item)}]"


def difference_lines(found: Sequence[Differing], lang: str) -> list[str]:
    """Return one or two lines for each difference."""
    lines = []
    for item in found:
        lines.append(f"{text(f'methodology-{item.what}', lang)}  {item.name}")
        for mark, side in (("-", item.first), ("+", item.second)):
            if side is not None:
                lines.append(f"  {mark} {shown(side, lang)}  ({side.status}; {side.source}{_clause(side)})")
    return lines


def _clause(item: ProfileValue) -> str:
    return f", {item.clause}" if item.clause else ""


def _name(profile: Profile, lang: str) -> str:
    return profile.zh if lang == "zh-CN" else profile.en


def shown(item: ProfileValue, lang: str) -> str:
    """Return an entry's content as people read it."""
    if item.kind == "condition":
        return item.zh if lang == "zh-CN" else item.en
    if item.missing:
        return text("methodology-missing", lang)
    value = plain(item.value)
    if isinstance(value, list):
        return "; ".join(_part(part, lang) for part in value) or "–"
    if isinstance(value, str):
        return _word(value, lang) if item.kind == "value" else value
    return str(value) if item.unit in {"1", ""} else f"{value} {item.unit}"


def _word(value: str, lang: str) -> str:
    return text(f"methodology.word.{value}", lang) if value in WORDS else value


def _part(part: Any, lang: str) -> str:
    if isinstance(part, dict) and "term" in part:
        name = text(f"account.term.{part['term']}", lang)
        return f"{'+' if part['sign'] > 0 else '−'} {name}"
    if isinstance(part, dict):
        return f"{part['no']} {part['zh' if lang == 'zh-CN' else 'en']}"
    if isinstance(part, list):
        first, second = (_word("later" if value == "none" else str(value), lang) for value in part)
        return f"{first} → {second}"
    return text(f"methodology.key.{part}", lang)


def page(profile: Profile, lang: str, rows: Rows = ()) -> str:
    """Return the page of a methodology in Markdown, each value that nobody confirmed marked.

    Parameters
    ----------
    profile
        The methodology.
    lang
        ``zh-CN`` or ``en``.
    rows
        Confirmations of a registry; none for the documentation.
    """
    names = _confirmed(profile, rows)
    left = profile.unverified(names)
    lines = [
        f"# {_name(profile, lang)}",
        "",
        text("methodology-head", lang, profile=profile.id, version=profile.version, sha256=profile.sha256),
        "",
        text("methodology-counts", lang, entries=len(profile.entries()), open=len(left)),
        "",
        text("methodology-marks", lang),
    ]
    for kind in KINDS:
        chosen = {name: item for name, item in profile.entries().items() if item.kind == kind}
        if chosen:
            lines += ["", f"## {text(f'methodology-kind-{kind}', lang)}", "", *_table(chosen, names, lang)]
    return "\n".join(lines) + "\n"


def _table(chosen: Mapping[str, ProfileValue], names: frozenset[str], lang: str) -> list[str]:
    heads = [text(f"methodology-column-{name}", lang) for name in ("status", "name", "content", "source")]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for name, item in sorted(chosen.items(), key=lambda pair: _place(pair[0])):
        status = "confirmed" if name in names else item.status
        mark = f"{OPEN_MARK[status]} {text(f'methodology-status-{status}', lang)}"
        lines.append(
            _row(
                [
                    mark,
                    f"`{name}`{_label(name, item, lang)}",
                    _content(item, lang),
                    f"{item.source}{_clause(item)}",
                ]
            )
        )
    return lines


def _place(name: str) -> tuple[int, str]:
    """Rules stand in the order of their list, everything else by name."""
    order = list(KEYS["project_removals"])
    return (order.index(name) if name in order else len(order), name)


def _label(name: str, item: ProfileValue, lang: str) -> str:
    if item.kind == "value":
        return f"<br>{text(f'methodology.key.{name}', lang)}"
    words = item.zh if lang == "zh-CN" else item.en
    return f"<br>{words}" if item.kind in {"parameter", "equation"} else ""


def _content(item: ProfileValue, lang: str) -> str:
    words = shown(item, lang)
    if item.kind == "equation":
        return f"`{words}`"
    if item.kind == "condition":
        return f"{words}<br>{text('methodology-tested-' + item.facets['tested_by'], lang)}"
    return words


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def pages() -> dict[str, str]:
    """Return the pages of the documentation by the name of their file."""
    made = {
        f"{profile_id}{SUFFIX[lang]}": page(load(profile_id), lang)
        for profile_id in profile_ids()
        for lang in LANGUAGES
    }
    return {**made, **{f"README{SUFFIX[lang]}": _contents(lang) for lang in LANGUAGES}}


def _contents(lang: str) -> str:
    heads = [text(f"methodology-column-{name}", lang) for name in ("profile", "name", "purposes", "open")]
    lines = [f"# {text('methodology-contents', lang)}", "", text("methodology-generated", lang), ""]
    lines += [_row(heads), _row(["---"] * len(heads))]
    for row in overview():
        link = f"[{row['id']}]({row['id']}{SUFFIX[lang]})"
        name = str(row["zh" if lang == "zh-CN" else "en"])
        lines.append(_row([link, name, ", ".join(row["purposes"]), f"{row['open']} / {row['entries']}"]))
    return "\n".join(lines) + "\n"


def write_pages(folder: Path) -> int:
    """Write the pages of the documentation; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, content in made.items():
        (folder / name).write_text(content, "utf-8", newline="\n")
    return len(made)


def confirmation_request(
    profile_id: str, name: str, *, clause: str, evidence: Path, seen: str | None, note: str
) -> ConfirmationRequest:
    """Return a request to confirm a value, with the digest of the file that was read.

    Parameters
    ----------
    profile_id, name
        The value.
    clause, evidence, note
        Where it was read, in which file, and a remark.
    seen
        Digest of the value that the person looked at; None takes the value as it stands.
    """
    profile = load(profile_id)
    item = entry_of(profile, name)
    digest = seen or (item.sha256 if item is not None else "0" * 64)
    proof = hashlib.sha256(evidence.read_bytes()).hexdigest()
    return ConfirmationRequest(profile_id, profile.sha256, name, digest, clause, proof, note)
