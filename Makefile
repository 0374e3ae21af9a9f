# Praxical: `make` alone lists what can be asked for. Needs Python 3.11 or newer, git and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PORT ?= 5232
DATA ?= ./demo-data
ARGS ?=
CASES ?= 100000
SEED ?=
ENGINE ?= sqlite
GOOGLE ?= as_reported

VENV := .venv
BIN := $(VENV)/bin
# The environment's own pip: no questions, no news, errors only.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
INSTALL := $(PIP) install --root-user-action=ignore

.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) \
	  | while IFS='|' read -r name what; do printf '%-16s%s\n' "$$name" "$$what"; done
	@echo
	@echo "Everything is installed into $(VENV) when it is first needed."

# --- run ---------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)/.runtime ## an invented practice on http://127.0.0.1:5232/  (PORT= DATA= ARGS=)
	@exec $(BIN)/praxical demo --port "$(PORT)" --data-dir "$(DATA)" $(ARGS)

.PHONY: serve
serve: $(VENV)/.runtime ## your own practice, as the settings say  (ARGS=)
	@exec $(BIN)/praxical serve $(ARGS)

# --- prove -------------------------------------------------------------------------------

.PHONY: test
test: $(VENV)/.dev $(VENV)/tsdav/.installed browser ## all tests, on SQLite and on PostgreSQL  (ARGS=)
	@$(BIN)/pytest -n auto $(ARGS)

.PHONY: browser
browser: $(VENV)/.dev ## a Chromium for the tests of the pages, where there is none yet
	@$(BIN)/python -m tests.pages.provide

.PHONY: check
check: $(VENV)/.dev ## lint, format, types, import contracts, dependencies, spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy server tests bench
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/codespell

.PHONY: fix
fix: $(VENV)/.dev ## let ruff mend and format what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: coverage
coverage: $(VENV)/.dev $(VENV)/tsdav/.installed browser ## all tests, with the lines and branches that none of them reaches
	@$(BIN)/pytest -n auto --cov --cov-report=term $(ARGS)

.PHONY: google
google: $(VENV)/.dev ## every scenario of Google sync in all combinations  (ARGS=)
	@GOOGLE_MATRIX=whole $(BIN)/pytest -n auto tests/google $(ARGS)

.PHONY: google-sweep
google-sweep: CASES := 1500
google-sweep: $(VENV)/.dev ## random histories on both sides of Google sync  (CASES= SEED= ENGINE= GOOGLE=)
	@CASES="$(CASES)" SEED="$(SEED)" ENGINE="$(ENGINE)" GOOGLE="$(GOOGLE)" $(BIN)/python -W ignore -m tests.google.sweep

.PHONY: torture
torture: $(VENV)/.dev ## kill -9 in the middle of writes, 200 times  (ARGS=)
	@$(BIN)/pytest tests/torture -m torture $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/.dev ## 100,000 requests made at random  (CASES= SEED=)
	@CASES="$(CASES)" SEED="$(SEED)" $(BIN)/python -W ignore -m tests.property.fuzz

.PHONY: bench
bench: $(VENV)/.dev ## speed beside stock Radicale, in one run  (ARGS=)
	@$(BIN)/python -m bench $(ARGS)

# --- keep --------------------------------------------------------------------------------

# Runtime pins bind the dev file, so that what is tested is what is run.
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet \
  --generate-hashes --allow-unsafe --strip-extras --no-annotate \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.PHONY: requirements
requirements: $(VENV)/.dev ## pin and hash the requirement files anew  (ARGS=--upgrade)
	$(COMPILE) $(ARGS) -o requirements/runtime.txt pyproject.toml requirements/build.in
	$(COMPILE) $(ARGS) -c requirements/runtime.txt --extra dev \
	  -o requirements/dev.txt pyproject.toml requirements/build.in

.PHONY: clean
clean: ## remove the environment and what tools left behind; practices stay
	@rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find server tests bench -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# --- the environment ---------------------------------------------------------------------

# Made when missing or no longer able to start (the Python under it went away). One that
# somebody made by hand is used as it is, if its Python is new enough.
.PHONY: environment
environment:
	@$(BIN)/python -c '' 2>/dev/null || { \
	  for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    echo "Making $(VENV) with $$("$$python" --version)"; \
	    rm -rf $(VENV)/.runtime $(VENV)/.dev; \
	    "$$python" -m venv --clear $(VENV) && exit 0; \
	    echo "If venv or ensurepip is missing: on Debian and Ubuntu, apt install python3-venv" >&2; \
	    exit 1; \
	  done; \
	  echo "Python 3.11 or newer is needed and was not found; name it with make PYTHON=..." >&2; \
	  exit 1; \
	}
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(VENV) has a Python older than 3.11; make clean, then try again" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null

# pip runs only when a pin changed. The package itself is linked, not copied, and built by the
# setuptools that the pins brought: nothing is fetched without a hash.
LINK := $(INSTALL) --no-index --no-deps --no-build-isolation --editable .

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | environment
	@echo "Installing what Praxical needs to run into $(VENV)"
	@$(INSTALL) --require-hashes --requirement requirements/runtime.txt
	@$(LINK)
	@touch $@

# The dev file holds the runtime's packages too, at the same versions.
$(VENV)/.dev: requirements/dev.txt pyproject.toml | environment
	@echo "Installing what Praxical needs to run and to be tested into $(VENV)"
	@$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@$(LINK)
	@touch $(VENV)/.runtime $@

# A foreign client for the tests, held against the hashes of its lock file.
$(VENV)/tsdav/.installed: tests/tsdav/package.json tests/tsdav/package-lock.json $(VENV)/.dev
	@$(BIN)/python -m tests.tsdav.prepare
	@touch $@
