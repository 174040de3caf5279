# Two commands for everybody: `make demo` (the main job) and `make test` (all checks).
# Each does its own set-up in .venv on a machine with Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2

.PHONY: demo test check lint types contracts unit docs readme bench requirements clean

demo: $(VENV)/.run
	$(BIN)/tutela demo --out demo

test: $(VENV)/.dev
	$(MAKE) --no-print-directory lint types contracts docs readme unit

check: test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell src docs tests README.md CHANGELOG.md CONTRIBUTING.md

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs docs/_build/html

readme: $(VENV)/.dev
	$(BIN)/python tools/check_readme.py README.md

bench: $(VENV)/.dev
	$(BIN)/python -m bench

requirements: $(VENV)/.dev
	$(BIN)/python tools/pin_requirements.py

clean:
	rm -rf $(VENV) demo docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.run: requirements/run.txt pyproject.toml
	$(PYTHON) tools/check_python.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@
