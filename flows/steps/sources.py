"""What an account rests on beside its dataset (county file, notice, profile), kept in the home folder.

The dataset is content-addressed and the registry has the decisions; with these small files a statement can
be computed again from the home folder alone, years later and without the inputs.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from flows.county import load_county
from flows.errors import StageOrderError
from flows.settings import Settings
from flows.workspace import NOTICE_FILE, Run
from geodata.dataset import MonitoringDataset
from mrv.profile import Profile, find, parse, profile_text

COUNTY_FILE = "county.toml"
ROLES = {"county": COUNTY_FILE, "notice": NOTICE_FILE}
"""Role of an input in the manifest -> name under which it is kept."""


def sources_folder(home: Path, manifest_sha256: str) -> Path:
    """Return the folder in which the sources of the accounts of a manifest are kept."""
    return home / "statements" / "sources" / manifest_sha256


def keep_sources(run: Run, profile: Profile) -> None:
    """Keep the county file, the notice and the profile of a run; what is kept already stays."""
    folder = sources_folder(run.home, run.manifest.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in ((COUNTY_FILE, run.county_file), (NOTICE_FILE, run.data / NOTICE_FILE)):
        if source.is_file() and not (folder / name).exists():
            beside = folder / f".{name}"
            shutil.copyfile(source, beside)
            beside.replace(folder / name)
    kept = folder / f"{profile.sha256}.toml"
    if not kept.exists():
        beside = folder / f".{profile.sha256}"
        beside.write_text(profile_text(profile.id), "utf-8", newline="\n")
        beside.replace(kept)


def kept_run(home: Path, settings: Settings, dataset: MonitoringDataset, lang: str) -> Run:
    """Return the run that a dataset belongs to, from what is kept in the home folder.

    Raises
    ------
    StageOrderError
        A source is not there, or is not the file that the manifest names.
    """
    folder = sources_folder(home, dataset.manifest.sha256)
    for file in dataset.manifest.files:
        if file.role in ROLES:
            _prove(folder / ROLES[file.role], file.sha256)
    return Run(
        county=load_county(folder / COUNTY_FILE),
        county_file=folder / COUNTY_FILE,
        data=folder,
        home=home,
        as_of=dataset.as_of,
        lang=lang,
        manifest=dataset.manifest,
        settings=settings,
    )


def _prove(path: Path, sha256: str) -> None:
    if not path.is_file():
        raise StageOrderError("recompute-source-missing", file=path.name, folder=path.parent)
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise StageOrderError("recompute-source-changed", file=path.name, folder=path.parent)


def kept_profile(home: Path, manifest_sha256: str, profile_id: str, sha256: str) -> Profile:
    """Return the profile with a digest: the packaged one, else the text kept with the statement.

    Raises
    ------
    StageOrderError
        Neither has the digest.
    """
    packaged = find(sha256)
    if packaged is not None:
        return packaged
    path = sources_folder(home, manifest_sha256) / f"{sha256}.toml"
    if not path.is_file():
        raise StageOrderError("recompute-source-missing", file=path.name, folder=path.parent)
    profile = parse(path.read_text("utf-8"), profile_id)
    if profile.sha256 != sha256:
        raise StageOrderError("recompute-source-changed", file=path.name, folder=path.parent)
    return profile
