"""Prefect for real: deploy to a local server, start a worker, trigger the chain, see it complete."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.prefect

PREFECT = str(Path(sys.executable).parent / "prefect")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310  (our own server)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def wait_for(what: str, ready: Any, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if result := ready():
                return result
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"{what} took more than {seconds:.0f} s")


@contextmanager
def process(command: list[str], environment: dict[str, str], root: Path, log: Path) -> Iterator[None]:
    with log.open("w") as stream:
        running = subprocess.Popen(command, cwd=root, env=environment, stdout=stream, stderr=stream)
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def test_a_deployed_chain_completes(simulated_county: Path, tmp_path: Path, project_root: Path) -> None:
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_UI_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def prefect(*words: str) -> None:
        done = subprocess.run(
            [PREFECT, *words], cwd=project_root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    server = [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    worker = [PREFECT, "worker", "start", "--pool", "tanhui-process", "--type", "process"]
    home = tmp_path / "home"
    with process(server, environment, project_root, tmp_path / "server.log"):
        wait_for("the server", lambda: ask(f"{api}/health"))
        prefect("work-pool", "create", "tanhui-process", "--type", "process")
        prefect("--no-prompt", "deploy", "--all")
        deployment = ask(f"{api}/deployments/name/chain/xiangyin")
        assert deployment["concurrency_limit"] == 1 or deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
        parameters = {"data": str(simulated_county), "home": str(home), "county": "xiangyin.toml"}
        run = ask(f"{api}/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
        with process(worker, environment, project_root, tmp_path / "worker.log"):

            def ended() -> Any:
                state = ask(f"{api}/flow_runs/{run['id']}")["state"]
                return state if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

            state = wait_for("the chain", ended, 240)
        assert state["type"] == "COMPLETED", (state, (tmp_path / "worker.log").read_text()[-3000:])
        artifacts = ask(f"{api}/artifacts/filter", {"artifacts": {}, "limit": 100})
        keys = {artifact["key"] for artifact in artifacts}
        assert {"findings", "estimates", "map"} <= keys
    assert json.loads((home / "summary.json").read_text("utf-8"))["simulated"] is True
    assert (home / "registry.sqlite").exists()
