# One way in: `make help`. Needs Python 3.11 or newer, git and make; the rest is installed
# in .venv from the lock, and (as root on Debian) with apt.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
DEMO_DIR ?= var/demo
SIZE ?= 1M
SUITE ?=
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(shell find platform plugins -name '*.po'))
LOCK_OPTIONS := --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

.PHONY: help setup demo test lint bench inspect assets shell lock system-letters system-browser

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed $(CATALOGUES) ## install everything in .venv, from the lock
	@:

demo: setup ## run three invented organisations on this machine
	@$(MAKE) --no-print-directory system-letters \
	  || echo "Going on without letters in PDF: they are offered as a page to print."
	@DEMO_DIR="$(DEMO_DIR)" exec $(BIN)/klankbord demo

test: setup system-letters system-browser ## run all tests
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

lint: setup ## check style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports

bench: setup ## measure against the budgets (SIZE=10M for more rows, SUITE=disclosure)
	@$(BIN)/python tests/bench --size $(SIZE) --only "$(SUITE)"

inspect: setup system-browser ## check the pages of the demo that runs with Lighthouse and vnu
	@{ command -v java && command -v npm; } >/dev/null || { echo "make inspect needs Node and Java."; exit 1; }
	@npm install --prefix var/inspect --ignore-scripts --no-fund --no-audit --silent lighthouse@12 vnu-jar
	@DEMO_DIR="$(DEMO_DIR)" $(BIN)/python tests/inspect

assets: ## build the style sheets and scripts anew (needs Node)
	@npm ci --ignore-scripts --no-fund --no-audit
	@npm run build

shell: setup ## a Python prompt with the app loaded
	@DEMO_DIR="$(DEMO_DIR)" exec $(BIN)/klankbord shell

lock: setup ## compile the two locks anew from pyproject.toml
	@$(BIN)/pip-compile $(LOCK_OPTIONS) --all-extras --output-file=requirements.txt pyproject.toml
	@$(BIN)/pip-compile $(LOCK_OPTIONS) --constraint=requirements.txt --output-file=requirements-run.txt pyproject.toml

# -- what stands behind those --------------------------------------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Klankbord needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 setup"; exit 1; }
	@echo "[1/3] making the virtual environment"
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  $(call install_with_apt,python3-venv,making a virtual environment); \
	  $(PYTHON) -m venv $(VENV); }

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "[2/3] installing the locked packages (about a minute)"
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements.txt \
	  | sed '/already satisfied/d'
	@echo "[3/3] installing Klankbord itself"
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# The demo goes on without; the tests do not.
system-letters: | $(VENV)/.installed
	@$(BIN)/python -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("pangoft2-1.0"))' \
	  || { $(call install_with_apt,libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0,letters in PDF); }

system-browser:
	@command -v chromium >/dev/null || { $(call install_with_apt,chromium,the tests in a real browser); }

# $(call install_with_apt,packages,what they are for): fails with a sentence that says what to do.
define install_with_apt
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    echo "installing $(1) with apt, for $(2)"; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
  else \
    echo "Missing for $(2): $(1). On Debian: sudo apt-get install $(1)"; false; \
  fi
endef
