# Everything sets itself up: `make demo` and `make test` are all that a fresh clone needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Settings of another project, or a server's database, must not reach into what runs here.
unexport DJANGO_SETTINGS_MODULE
# Every process would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PORT ?= 8000
BIN := .venv/bin
LTS := .venv/.installed
# The newest Django needs Python 3.12; where there is none, its part of the suite runs in .venv.
NEWEST_PYTHON := $(shell tools/find-python 3.12 2>/dev/null)
NEWEST_VENV := $(if $(NEWEST_PYTHON),.venv-newest,.venv)
NEWEST := $(NEWEST_VENV)/.installed
REQUIREMENTS := pyproject.toml requirements.txt requirements-dev.txt

SOURCES := $(wildcard $(shell git ls-files -co --exclude-standard '*.py' '*.html' pytest.ini 2>/dev/null))
COVERAGE := .coverage.postgres
PYTEST := -m pytest -n 2 --dist worksteal --create-db
# One process each, as two of them run at a time.
CORE := -m pytest --create-db -m core
# What takes long comes first.
CHECKS := core-uuid core-email core-oldest core-newest types migrations openapi lint imports coverage
WITH_COVERAGE := --cov --cov-report=
# What Python 3.12 and newer count lines by costs next to nothing; older ones have it not, and count by tracing.
COUNTING := $(if $(NEWEST_PYTHON),COVERAGE_CORE=sysmon,)
DEMO := DATABASE_URL= REDIS_URL= DEBUG=1 DEMO=1 DJANGO_RUNSERVER_HIDE_WARNING=true $(BIN)/python manage.py
MANAGE := DATABASE_URL= DEBUG= $(BIN)/python -W ignore manage.py

.PHONY: help demo test check bench docs format schema browser $(CHECKS)

help: ## Say what there is to make.
	@grep -E '^[a-z]+:.* ## ' $(MAKEFILE_LIST) | sed -E 's/:.* ## /\t/' | expand -t 12

demo: $(LTS) ## Serve a demo at http://127.0.0.1:8000 (PORT=8001 changes that); data is kept.
	@$(DEMO) migrate --verbosity 0
	@$(DEMO) chat_demo --url http://127.0.0.1:$(PORT)
	@$(DEMO) runserver --noreload 127.0.0.1:$(PORT) & server=$$!; $(DEMO) chat_worker --every 2 & worker=$$!; \
		trap 'kill $$server $$worker 2>/dev/null || true; wait' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
		wait -n $$server $$worker

test: ## Run all tests on SQLite, and with the newest Django on PostgreSQL.
	@rm -f $(COVERAGE)
	@$(MAKE) --no-print-directory -j3 $(LTS) $(NEWEST) browser
	@echo "All tests on SQLite"
	@DATABASE_URL= $(BIN)/python $(PYTEST)
	@$(MAKE) --no-print-directory $(COVERAGE)

check: $(LTS) $(NEWEST) $(COVERAGE) ## Check style, types, imports, migrations, API file, coverage, other hosts.
	@$(MAKE) --no-print-directory --output-sync=target -j2 $(CHECKS)

bench: $(LTS) ## Measure speed and cost on PostgreSQL (BENCH=--quick: a rough idea).
	@$(BIN)/python -m pip install --quiet --requirement benchmarks/requirements.txt
	@$(BIN)/python tools/postgres.py run -- $(BIN)/python -m benchmarks.run $(BENCH)

format: $(LTS) ## Put the code into its one format.
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

schema: $(LTS) ## Write docs/openapi.yaml anew.
	@$(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

docs: $(LTS) ## Write the tables in docs/ anew.
	@DATABASE_URL= DEBUG= $(BIN)/python -W ignore -m tools.docs

lint: $(LTS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(LTS)
	@$(BIN)/mypy

imports: $(LTS)
	@$(BIN)/lint-imports --no-cache

migrations: $(LTS)
	@$(MANAGE) makemigrations --check --dry-run
	@$(BIN)/python tools/postgres.py run -- $(BIN)/python manage.py lintmigrations \
		--settings tests.hosts.migration_linter --include-apps chat --no-cache --quiet ok ignore

openapi: $(LTS)
	@test -f docs/openapi.yaml || { echo "docs/openapi.yaml is missing: run make schema." >&2; exit 1; }
	@$(MANAGE) spectacular --validate --fail-on-warn | diff -u docs/openapi.yaml - \
		|| { echo "docs/openapi.yaml is not what the code says: run make schema, read the difference." >&2; exit 1; }

# Of the run on PostgreSQL that `make test` left, made anew only when the code has changed since; and, for what only
# SQLite reaches, of the core's.
coverage: $(COVERAGE) core-newest
	@$(BIN)/coverage combine --quiet --keep $(COVERAGE) .coverage.core
	@$(BIN)/coverage report --fail-under=95
	@$(BIN)/coverage report --fail-under=100 --include='chat/policy.py,chat/services/*,chat/models/*'

core-uuid: $(LTS)
	@echo "Core tests: UUID-keyed users"
	@DATABASE_URL= $(BIN)/python $(CORE) --ds tests.hosts.uuid_user

core-email: $(LTS)
	@echo "Core tests: users that sign in by e-mail"
	@DATABASE_URL= $(BIN)/python $(CORE) --ds tests.hosts.email_user

core-oldest: $(LTS)
	@echo "Core tests: oldest Django on PostgreSQL"
	@$(BIN)/python tools/postgres.py run -- $(BIN)/python $(CORE)

core-newest: $(NEWEST)
	@echo "Core tests: newest Django on SQLite"
	@$(COUNTING) DATABASE_URL= COVERAGE_FILE=.coverage.core $(NEWEST_VENV)/bin/python $(CORE) $(WITH_COVERAGE)

# What the tests in a browser need.
browser:
	@tests/e2e/setup.sh

.coverage.postgres: $(LTS) $(NEWEST) $(SOURCES)
	@echo "All tests but the browser's on PostgreSQL, with the newest Django"
	@$(if $(NEWEST_PYTHON),,echo "!!! No Python 3.12 or newer was found: these run with the Django of .venv instead." >&2)
	@$(COUNTING) COVERAGE_FILE=$@ $(NEWEST_VENV)/bin/python tools/postgres.py run -- \
		$(NEWEST_VENV)/bin/python $(PYTEST) -m 'not e2e' $(WITH_COVERAGE)

.venv/.installed: $(REQUIREMENTS)
	@python=$$(tools/find-python 3.11) && tools/install .venv "$$python" 'Django~=5.2.0'

.venv-newest/.installed: $(REQUIREMENTS)
	@tools/install .venv-newest $(NEWEST_PYTHON) 'Django>=6.1'
