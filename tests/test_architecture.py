"""The shape of the project: layers, names, entry points, documents.

What import-linter checks as contracts is checked by the gate; here stands what it cannot see.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml

PACKAGES = ("flows", "geodata", "mrv", "registry")
ALLOWED_AT_ROOT = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "docs",
    "flows",
    "geodata",
    "mrv",
    "prefect.yaml",
    "pyproject.toml",
    "registry",
    "requirements.lock",
    "tests",
}
SHARED_TESTS = {
    # a stage is four calls; that they come in order and need each other is one story
    "flows/monitor.py": "flows/test_stages.py",
    "flows/account.py": "flows/test_stages.py",
    "flows/trade.py": "flows/test_stages.py",
    "flows/finance.py": "flows/test_stages.py",
    "flows/supervise.py": "flows/test_stages.py",
    # the compiled loops have no caller but the module they serve
    "geodata/sparse_kernels.py": "geodata/test_sparse.py",
    # Prefect's own side is tested where Prefect runs
    "flows/entry.py": "flows/test_prefect.py",
    "flows/artifacts.py": "flows/test_prefect.py",
    "flows/tasks.py": "flows/test_prefect.py",
}
UNTRACKED = {"var", "dist", "build"}


def modules(root: Path, package: str) -> Iterator[Path]:
    """Yield the modules of a package, migrations aside."""
    for path in sorted((root / package).rglob("*.py")):
        if "migrations" not in path.parts and "__pycache__" not in path.parts:
            yield path


def is_only_docstring_and_exports(path: Path) -> bool:
    """Return whether a module holds no logic of its own."""
    body = ast.parse(path.read_text("utf-8")).body
    kinds = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    return all(isinstance(node, kinds) for node in body)


def test_the_root_holds_nothing_else(project_root: Path) -> None:
    names = {entry.name for entry in project_root.iterdir() if not entry.name.startswith(".")}
    assert names - UNTRACKED == ALLOWED_AT_ROOT


def test_we_alone_own_the_four_names() -> None:
    owners = metadata.packages_distributions()
    foreign = {name: [d for d in owners.get(name, []) if d != "tanhui"] for name in PACKAGES}
    assert foreign == {name: [] for name in PACKAGES}


def test_no_package_marker_shadows_a_package(project_root: Path) -> None:
    assert list((project_root / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_each_module_has_its_test(project_root: Path, package: str) -> None:
    found = sorted((project_root / "tests").rglob("test_*.py"))
    tests = {path.name for path in found}
    listed = {path.relative_to(project_root / "tests").as_posix() for path in found}
    missing = [
        str(path.relative_to(project_root))
        for path in modules(project_root, package)
        if not is_only_docstring_and_exports(path)
        and SHARED_TESTS.get(path.relative_to(project_root).as_posix(), "-") not in listed
        and f"test_{path.stem.strip('_')}.py" not in tests
        and f"test_{path.parent.name}_{path.stem.strip('_')}.py" not in tests
        and f"test_{path.parent.name}.py" not in tests
    ]
    assert missing == []


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_stay_small(project_root: Path, package: str) -> None:
    long = {
        str(path.relative_to(project_root)): count
        for path in modules(project_root, package)
        if (count := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


def flow_functions(project_root: Path) -> Iterator[tuple[str, int]]:
    """Yield (name, lines) of each function decorated as a flow."""
    for path in modules(project_root, "flows"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                "flow" in ast.unparse(decorator).split("(")[0].split(".") for decorator in node.decorator_list
            ):
                yield f"{path.stem}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_flow_reads_as_a_sentence(project_root: Path) -> None:
    flows = dict(flow_functions(project_root))
    assert {"monitor.monitor", "account.account", "trade.trade", "finance.finance"} <= set(flows)
    assert {name: lines for name, lines in flows.items() if lines > 40} == {}


def test_every_entrypoint_of_prefect_yaml_imports(project_root: Path) -> None:
    deployments = yaml.safe_load((project_root / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert len(deployments) >= 6
    for deployment in deployments:
        module, _, name = deployment["entrypoint"].rpartition(".")
        flow = getattr(importlib.import_module(module), name)
        parameters = set(flow.parameters.properties)
        assert set(deployment.get("parameters", {})) <= parameters, deployment["name"]


def commands() -> Iterator[str]:
    """Yield every command of the command line, with its group."""
    import typer  # noqa: PLC0415
    from typer.main import get_command  # noqa: PLC0415

    from flows.cli import app  # noqa: PLC0415

    def walk(command: object, words: tuple[str, ...]) -> Iterator[str]:
        children = getattr(command, "commands", None)
        if children is None:
            yield " ".join(words)
            return
        for name, child in children.items():
            yield from walk(child, (*words, name))

    assert isinstance(app, typer.Typer)
    yield from walk(get_command(app), ("tanhui",))


def test_every_command_is_documented(project_root: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((project_root / "docs").glob("*.md")))
    assert [command for command in commands() if command not in text] == []


def test_only_settings_reads_the_environment_of_the_product(project_root: Path) -> None:
    readers = [
        str(path.relative_to(project_root))
        for package in PACKAGES
        for path in modules(project_root, package)
        if re.search(r"os\.environ|os\.getenv|getenv\(", path.read_text("utf-8"))
    ]
    assert readers == ["flows/settings.py"]


def test_no_address_of_a_package_registry(project_root: Path) -> None:
    text = (project_root / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert text.count("--hash=sha256:") > 200
