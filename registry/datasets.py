"""Monitoring datasets: what was measured, by the digest of every input file."""

from __future__ import annotations

from registry.model import Context, DatasetRecord, Outcome
from registry.rules import require_sha256
from registry.store import Registry, Row, UnitOfWork


def record_dataset(registry: Registry, context: Context, dataset: DatasetRecord) -> Outcome:
    """Record a dataset and its files; a dataset already held is not written again.

    Returns
    -------
    Outcome
        ``dataset_sha256`` and ``known`` (it was held before, under another key).
    """

    def act(uow: UnitOfWork) -> Row:
        require_sha256("dataset_sha256", dataset.dataset_sha256)
        require_sha256("manifest_sha256", dataset.manifest_sha256)
        known = uow.find("monitoring_dataset", dataset_sha256=dataset.dataset_sha256)
        if known is None:
            uow.insert("monitoring_dataset", _dataset_row(dataset))
            uow.insert("dataset_file", [_file_row(dataset, n) for n in range(len(dataset.files))])
        return {"dataset_sha256": dataset.dataset_sha256, "known": known is not None}

    return registry.execute(context, "record_dataset", {"dataset": dataset}, act)


def _dataset_row(dataset: DatasetRecord) -> Row:
    return {
        "dataset_sha256": dataset.dataset_sha256,
        "county_code": dataset.county_code,
        "as_of": dataset.as_of.isoformat(),
        "manifest_sha256": dataset.manifest_sha256,
        "simulated": int(dataset.simulated),
    }


def _file_row(dataset: DatasetRecord, index: int) -> Row:
    file = dataset.files[index]
    require_sha256(file.name, file.sha256)
    return {
        "dataset_sha256": dataset.dataset_sha256,
        "role": file.role,
        "name": file.name,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
    }
