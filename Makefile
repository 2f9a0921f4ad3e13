# `make help` lists what can be done here. Works with GNU make 3.81 and later.
PYTHON ?= python3
PORT ?= 8000
export PORT
# Compiled modules start several times faster, and the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP) install --require-hashes --only-binary :all:
FLASK := $(BIN)/python -m flask --app wsgi
# Databases of tests need no disk.
IN_MEMORY := $(shell test -w /dev/shm && echo TMPDIR=/dev/shm)
# Neighbours ask for the same worlds, so each worker begins with half of them in a row.
PYTEST := $(IN_MEMORY) $(BIN)/python -m pytest -n 2 --dist worksteal
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --only-binary :all: --custom-compile-command "make lock" $(LOCK)

.DEFAULT_GOAL := help
.PHONY: run test check fast bench words pictures lock help

run: .venv/run.stamp ## Daylight with demonstration data on http://127.0.0.1:8000 (PORT=…); Ctrl-C stops it
	@$(FLASK) db upgrade
	@$(FLASK) demo load --if-new
	@$(FLASK) demo people
	@echo "Daylight: http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	@$(BIN)/python bin/serve

# With CI set, a test that cannot run is a failure.
test: .venv/dev.stamp ## Everything: static checks, tests on both databases, browser journeys
	@bin/chromium >/dev/null || test -z "$$CI" || { echo "CI needs a browser." >&2; exit 1; }
	@$(MAKE) --no-print-directory check
	@if chromium=$$(bin/chromium 2>/dev/null); then CHROMIUM=$$chromium $(PYTEST); \
	else echo "Without the package chromium the browser tests are skipped."; \
		$(PYTEST) -m "not browser"; fi

fast: check ## Static checks, then the tests that need neither browser nor PostgreSQL nor long
	@$(PYTEST) --ignore=tests/browser -m "not postgres and not long"

check: .venv/dev.stamp ## Static checks: style, types, floors, templates
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet

bench: .venv/dev.stamp ## What requests cost, on both databases, written to docs/benchmarks.md (about ten minutes)
	@$(IN_MEMORY) $(BIN)/python -m tests.bench

words: .venv/dev.stamp ## Gather every message of the interface in translations/messages.pot
	@mkdir -p translations
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --omit-header --no-location --sort-output \
		--output-file translations/messages.pot .

pictures: .venv/dev.stamp ## Take the pictures in docs/pictures anew, from the demonstration
	@CHROMIUM=$$(bin/chromium) $(BIN)/python -m tests.browser.pictures

lock: .venv/dev.stamp ## Refresh the pinned requirements (LOCK="--upgrade" for newer versions)
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -o requirements-dev.txt

help: ## This list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1	\2/p' Makefile | while IFS='	' read -r name does; do \
		printf '  make %-8s %s\n' "$$name" "$$does"; done

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Daylight needs Python 3.11 or later: make PYTHON=/path/to/python3.11 …")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || bin/debian-package python3-venv
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt .venv/bin/pip
	@echo "Installing what the service needs into .venv"
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/bin/pip
	@echo "Installing what building and testing need into .venv"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
