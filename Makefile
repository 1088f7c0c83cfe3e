# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
REPO ?= .
ARGS ?=
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint types contracts generate fresh self check compile lock bench bench-l0 clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed  ## Analyze the repository it stands in, or REPO=path (more flags in ARGS)
	@$(BIN)/phase-mirror analyze $(ARGS) "$(REPO)"

test: system $(VENV)/.dev  ## Install what the tests need and run them with the coverage gate
	$(BIN)/coverage erase
	$(BIN)/pytest -n $(JOBS) --cov --cov-report=term:skip-covered

test-fast: $(VENV)/.dev  ## Run the tests without coverage, stop at the first failure
	$(BIN)/pytest -n $(JOBS) -x

lint: $(VENV)/.dev  ## ruff, lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## mypy strict on the whole package
	$(BIN)/mypy

contracts: $(VENV)/.dev  ## The import rules of the house
	$(BIN)/lint-imports

generate: $(VENV)/.dev  ## Write the generated files: rule pages, schemas, completions
	$(BIN)/python scripts/generate.py

fresh: $(VENV)/.dev  ## Fail when a generated file is not fresh
	$(BIN)/python scripts/generate.py --check

self: $(VENV)/.dev  ## Our own tool on our own repository: nothing may block
	$(BIN)/phase-mirror analyze .

check: lint types contracts fresh self test  ## Everything CI runs

compile: $(VENV)/.dev  ## Build the compiled invariants beside their source, for benchmarks
	$(BIN)/python hatch_build.py

bench-l0: compile  ## Print the speed of the invariants, compiled and plain
	$(BIN)/python benchmarks/l0.py $(ARGS)

lock: $(VENV)/.dev  ## Resolve the development dependencies again, with hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header \
		--group dev --extra color pyproject.toml -o requirements/dev.txt

bench: $(VENV)/.dev  ## Print the speed ratios against zizmor; more repositories in ARGS
	@[ -e $(VENV)-bench/bin/zizmor ] || { $(PYTHON) -m venv $(VENV)-bench && \
		$(VENV)-bench/bin/pip install --quiet --disable-pip-version-check zizmor; }
	ZIZMOR=$(VENV)-bench/bin/zizmor $(BIN)/python benchmarks/analyze.py $(ARGS)

clean:  ## Remove what the other targets made
	rm -rf $(VENV) build dist .coverage* .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f src/phase_mirror/l0/*.so src/phase_mirror/l0/*.pyd

.PHONY: system
system:
	@command -v git >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq git; } \
		|| { echo "git is missing: install it with your package manager" >&2; exit 1; }

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@[ -e $(VENV)/.dev ] || $(BIN)/pip install --quiet --disable-pip-version-check --editable '.[color]'
	@touch $@

$(VENV)/.dev: pyproject.toml requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
