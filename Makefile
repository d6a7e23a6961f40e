# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
TANHUI := $(VENV)/bin/tanhui
HOME_DIR ?= var/xiangyin
DATA_DIR ?= var/xiangyin-data
.DEFAULT_GOAL := help

.PHONY: help setup demo test lint bench validate bundle clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# pip names each location of its own configuration that is not there; those lines say nothing about us
QUIET := 2>&1 | { grep -v "is ignored: it is neither a file nor a directory" || true; }

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed (需要 Python 3.11 以上)")'
	@echo "Setting up $(VENV) (a few minutes the first time; 首次需要几分钟) ..."
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock $(QUIET)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e . $(QUIET)
	@touch $@

setup: $(VENV)/.ready ## make the virtual environment

demo: $(VENV)/.ready ## run the whole chain on the bundled simulated county
	@$(TANHUI) demo --home $(HOME_DIR) --data $(DATA_DIR)

test: $(VENV)/.ready ## install what the tests need, then run every check and test
	@$(PY) tests/gate.py

lint: $(VENV)/.ready ## format and lint only
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check .

bench: $(VENV)/.ready ## time it beside its peers (minutes; writes docs/benchmarks.md)
	@$(PY) tests/benchmarks/run.py --date $(or $(AS_OF),$(shell date -u +%F)) $(if $(ONLY),--only $(ONLY))

validate: $(VENV)/.ready ## prove the intervals on the simulated county (minutes; writes docs/validation.md)
	@$(PY) tests/validation/run.py --date $(or $(AS_OF),$(shell date -u +%F))

bundle: $(VENV)/.ready ## an offline bundle of wheels with hashes, for a computer without internet
	@$(PY) -m flows.bundle $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(PYVER),--python-version $(PYVER))

clean: ## remove what was built (keeps the data of var/)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
