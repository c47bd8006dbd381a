.DEFAULT_GOAL := help
.PHONY: help setup run test test-long check fmt lint types contracts faults mutants bench facts docs docs-serve lock hooks clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
SYSTEM := .venv/.system
BROWSER := .venv/.browser
name ?= append
WORKERS ?= 3
PYTEST ?=
UPGRADE ?=

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-11s %s\n", $$1, $$2}'

setup: ## make the environment from the locked versions; does nothing the second time
	@$(MAKE) --no-print-directory -j2 $(INSTALLED) $(SYSTEM)
	@$(MAKE) --no-print-directory $(BROWSER)

$(INSTALLED): requirements.lock pyproject.toml .ci/install
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Ansim needs Python 3.11 or newer: set PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sh .ci/install && touch $@

$(SYSTEM): .ci/system
	@mkdir -p .venv && sh .ci/system && touch $@

$(BROWSER): .ci/browser $(INSTALLED) $(SYSTEM)
	@sh .ci/browser && touch $@

run: $(INSTALLED) ## run everything on embedded servers, with a living demo city (Ctrl-C stops it)
	@$(BIN)/ansim up --demo

test: setup ## run all tests; they start the servers they need
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

test-long: setup ## run the long profiles too: state machines, faults
	@ANSIM_TEST_PROFILE=nightly $(BIN)/python -m pytest -m "long or not long" $(PYTEST)

check: lint types contracts test docs ## all that CI runs: lint, types, import contracts, tests, docs

fmt: $(INSTALLED) ## format the code
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

lint: $(INSTALLED) ## look for mistakes and untidiness
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/codespell

types: $(INSTALLED) ## check types
	@$(BIN)/mypy

contracts: $(INSTALLED) ## check who imports whom
	@$(BIN)/lint-imports

faults: setup ## prove each fault that is outlived: processes, servers and lines that die or freeze
	@$(BIN)/python -m pytest -m scenario -q $(PYTEST)

mutants: setup ## break the rules one by one, and see the tests notice each
	@$(BIN)/python -m tests.mutants

bench: $(INSTALLED) ## measure: make bench name=append
	@$(BIN)/python -m benchmarks.$(name)

facts: $(INSTALLED) ## write docs/facts.md and add samples of new facts to tests/golden/facts.json
	@$(BIN)/python -m tests.architecture.papers

docs: $(INSTALLED) ## build the documentation; a broken link or an outdated page fails
	@$(BIN)/python -m tests.architecture.papers --check
	@$(BIN)/mkdocs build --strict --quiet --site-dir site

docs-serve: $(INSTALLED) ## show the documentation while it is written
	@$(BIN)/mkdocs serve

lock: $(INSTALLED) ## write requirements.lock from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		--no-config --group dev --all-extras $(UPGRADE) pyproject.toml -o requirements.lock

hooks: $(INSTALLED) ## let git check each commit
	@$(BIN)/pre-commit install

clean: ## remove the environment and everything generated, but no data
	rm -rf .venv site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
