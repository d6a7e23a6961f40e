"""Where a run lives: the county file, the data folder, the home folder and the registry in it.

Everything a stage needs is in a frozen :class:`Run`, made from the command line or from the parameters of
a Prefect deployment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flows.county import County, load_county
from flows.county_faults import field_name, row_of
from flows.errors import CountyFileError
from flows.settings import Settings, load_settings, read_locale
from geodata.crs import parse
from geodata.errors import CrsError
from geodata.manifest import Manifest, build_manifest
from mrv.profile import load as load_profile
from registry.journal import Ed25519Signer
from registry.messages import choose_language
from registry.model import Context
from registry.programmes import load_programme, refuse_rehearsal
from registry.store import Registry

COUNTIES = Path(__file__).resolve().parent / "counties"
NOTICE_FILE = "README.txt"
"""What a simulated county says of itself, its seed among it; an input where the folder has it."""
STAGES = ("monitor", "account", "trade", "finance", "supervise")


@dataclass(frozen=True)
class Run:
    """One run of the chain for one county, one set of inputs and one day."""

    county: County
    county_file: Path
    data: Path
    """Folder that the paths of the county file are relative to."""
    home: Path
    """Folder of results."""
    as_of: date
    lang: str
    """``zh-CN`` or ``en``."""
    manifest: Manifest
    """The input files and their digests."""
    settings: Settings

    @property
    def key(self) -> str:
        """What makes a run the same run: county, inputs, day."""
        return f"{self.county.county.id}/{self.manifest.sha256[:16]}/{self.as_of.isoformat()}"

    @property
    def datasets(self) -> Path:
        """Folder of the content-addressed monitoring datasets."""
        return self.home / "datasets"

    def context(self, step: str, actor: str = "tanhui-flow", effective_at: date | None = None) -> Context:
        """Return who asks for a step of this run, for which day, under which idempotency key."""
        return Context(actor=actor, effective_at=effective_at or self.as_of, key=f"{self.key}/{step}")


def utc_now() -> datetime:
    """Return the time of this machine's clock; the only place that asks for it."""
    return datetime.now(UTC)  # noqa: TID251


def find_county_file(name: str) -> Path:
    """Return the path of a county file, given as a path or as the name of a bundled one."""
    path = Path(name)
    bundled = COUNTIES / path.name
    if not path.exists() and bundled.exists():
        return bundled
    return path


def input_files(county: County, data: Path) -> dict[str, Path]:
    """Return every input file of a run by its role.

    Raises
    ------
    CountyFileError
        A file of the county file is not in the data folder.
    """
    inventory = county.inventory.model_dump()
    files = {f"inventory.{k}": v for k, v in inventory.items() if isinstance(v, Path)}
    for role in ("parcels", "reference", "project", "rights", "prices"):
        table = getattr(county, role)
        if table is not None and table.path is not None:
            files[role] = table.path
    if county.account.equations is not None:
        files["equations"] = county.account.equations
    files |= {f"landcover.{raster.year}": raster.path for raster in county.landcover}
    files |= {f"boundary.{population.id}": population.boundary for population in county.populations}
    for role, path in files.items():
        if not (data / path).is_file():
            raise CountyFileError("input-file-missing", role=role, file=path, folder=data)
    if county.county.simulated and (data / NOTICE_FILE).is_file():
        files["notice"] = Path(NOTICE_FILE)
    return {role: data / path for role, path in files.items()}


def check_systems(file: Path, county: County) -> None:
    """Refuse a coordinate system that nobody knows, and one in degrees for the county.

    Raises
    ------
    CountyFileError
        The field is named, with its row.
    """
    stated: dict[tuple[str | int, ...], str | None] = {("county", "crs"): county.county.crs}
    stated[("inventory", "crs")] = getattr(county.inventory, "crs", None)
    stated[("parcels", "crs")] = county.parcels.crs if county.parcels else None
    for place, value in stated.items():
        if value is None:
            continue
        where = {"file": file, "row": row_of(file.read_text("utf-8"), place), "field": field_name(place)}
        try:
            system = parse(value)
        except CrsError:
            raise CountyFileError("county-crs-unknown", **where, value=value) from None
        if place[0] == "county" and not system.is_projected:
            raise CountyFileError("county-crs-in-degrees", **where, value=value)


def open_run(
    county: str,
    *,
    data: str | Path | None = None,
    home: str | Path | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> Run:
    """Make a run from what the command line or a deployment gave, with the settings of this machine."""
    settings = load_settings()
    path = find_county_file(county)
    content = load_county(path)
    folder = Path(data or settings.data or path.parent)
    target = Path(home or settings.home or Path("var") / content.county.id)
    if not folder.is_dir():
        raise CountyFileError("data-folder-missing", folder=folder)
    if content.rehearsal is not None:
        refuse_rehearsal(load_programme(content.county.programme))
    check_systems(path, content)
    for profile in (content.account.profile, content.account.project_profile):
        if profile is not None:
            load_profile(profile)
    manifest = build_manifest({**input_files(content, folder), "county": path})
    target.mkdir(parents=True, exist_ok=True)
    return Run(
        county=content,
        county_file=path,
        data=folder,
        home=target,
        as_of=as_of or content.county.as_of,
        lang=choose_language(lang or settings.lang, read_locale()),
        manifest=manifest,
        settings=settings,
    )


def with_language(run: Run, lang: str) -> Run:
    """Return the run with another language of its messages."""
    return replace(run, lang=lang)


def registry_url(home: Path, settings: Settings) -> str:
    """Return the SQLAlchemy address of the registry of a home folder."""
    return settings.database_url or f"sqlite:///{(home / 'registry.sqlite').as_posix()}"


def checkpoint_dir(home: Path, settings: Settings) -> Path:
    """Return the folder, outside the database, where each checkpoint is kept."""
    return settings.checkpoint_dir or home / "checkpoints"


@contextmanager
def open_registry(home: Path, settings: Settings | None = None) -> Iterator[Registry]:
    """Open the registry of a home folder, and close it at the end."""
    chosen = settings or load_settings()
    signer = Ed25519Signer.load_or_create(chosen.key_file or home / "keys" / "checkpoint.pem")
    registry = Registry.open(
        registry_url(home, chosen), clock=utc_now, signer=signer, checkpoint_dir=checkpoint_dir(home, chosen)
    )
    try:
        yield registry
    finally:
        registry.close()
