# Parchi's commands. `make run` serves the demo, `make test` checks everything.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
# dpkg and useradd live in sbin, which an empty environment leaves out.
export PATH := $(PATH):/usr/sbin:/sbin
export DEBIAN_FRONTEND := noninteractive
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PORT ?= 8000
export HOST ?= 127.0.0.1

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AS_ROOT := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
TESSERACT := tesseract-ocr tesseract-ocr-hin tesseract-ocr-guj
APT := apt-get install -y -qq --no-install-recommends

# make run GUPSHUP=fake: replies go to the desk's own fake Gupshup, which reports their delivery.
PROCFILE := config/Procfile.demo
ifeq ($(GUPSHUP),fake)
PROCFILE := config/Procfile.fake
export DESK_PORT := $(PORT)
export FAKE_PORT ?= 8090
export GUPSHUP_BASE_URL := http://127.0.0.1:$(FAKE_PORT)
export GUPSHUP_API_KEY := sk_test_1f2e3d4c5b6a
export GUPSHUP_APP_NAME := ParchiDemo
export GUPSHUP_SOURCE := 919800011122
endif

.PHONY: help setup setup-dev run stop test lint screenshots messages schema lock tesseract chromium

help:
	@echo "make run          serve the desk with demo data (PORT=8000; GUPSHUP=fake: deliveries too)"
	@echo "make stop         end the embedded PostgreSQL"
	@echo "make test         lint, layers, types, migrations, every test"
	@echo "make lint         lint, layers and types alone"
	@echo "make setup        make .venv and install what the desk needs"
	@echo "make screenshots  take the pictures in docs/images"
	@echo "make messages     bring the Hindi and Gujarati catalogues up to what the sources say"
	@echo "make schema       write the API's description to docs/openapi.yaml"
	@echo "make lock         pin the requirements again"

# Installing ---------------------------------------------------------------------------

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Parchi needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1 || true)."; \
	  echo "Install one and name it: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  $(AS_ROOT) && { $(APT) python3-venv || { apt-get update -qq && $(APT) python3-venv; }; }; } || { \
	  echo "This Python can't make virtual environments. Install that part first:"; \
	  echo "  sudo apt-get install python3-venv"; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: requirements.txt $(VENV)/made
	@echo "Installing the requirements (once, about a minute) …"
	@$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing the tools for tests …"
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

setup: $(VENV)/installed

setup-dev: $(VENV)/installed-dev

tesseract:
	@command -v tesseract >/dev/null || { $(AS_ROOT) && { \
	  echo "Installing Tesseract, which reads photographs …"; \
	  $(APT) $(TESSERACT) >/dev/null || { apt-get update -qq && $(APT) $(TESSERACT) >/dev/null; }; }; } || { \
	  echo "Tesseract is missing, so photographs are not read. One command installs it:"; \
	  echo "  sudo apt-get install $(TESSERACT)"; }

# Serving ------------------------------------------------------------------------------

run: setup tesseract
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("$(HOST)", $(PORT)))' 2>/dev/null || { \
	  echo "Something else listens on port $(PORT). Choose another: make run PORT=8001"; exit 1; }
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo >/dev/null
	@echo
	@echo "  The desk     http://$(HOST):$(PORT)/"
	@echo "  Sign in as   admin, seller or buyer; the password was printed by the first run."
	@echo "               Forgotten: $(BIN)/python manage.py seed_demo --password NEW"
	@echo "  Try          1. $(if $(filter 8000,$(PORT)),,PORT=$(PORT) )$(BIN)/python manage.py simulate_whatsapp \"2 plain gold ring size 12 and 1 payal for Meenal\" --from +919000011007"
	@echo "               2. Open the draft under Drafts, correct it, convert it, confirm the order."
	@echo "               3. $(BIN)/python manage.py reconcile"
	@echo "  Ctrl-C ends the web server and the worker; make stop ends the database too."
	@echo
	@PATH="$(CURDIR)/$(BIN):$$PATH" honcho -f $(PROCFILE) -d . start -p $(PORT) || [ $$? -ge 130 ]

stop: setup
	@$(BIN)/python -m config.embedded_postgres stop

# Checking -----------------------------------------------------------------------------

chromium:
	@command -v chromium >/dev/null || { $(AS_ROOT) && { \
	  echo "Installing Chromium for the browser tests …"; \
	  $(APT) chromium >/dev/null || { apt-get update -qq && $(APT) chromium >/dev/null; }; }; } || \
	  [ "$${CI:-}" != true ] || { echo "CI needs Chromium and it can't be installed here."; exit 1; }
	@command -v chromium >/dev/null || { \
	  echo "!!! Chromium is missing: THE BROWSER TESTS ARE SKIPPED. sudo apt-get install chromium"; }

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --verbose >/dev/null || $(BIN)/lint-imports
	@$(BIN)/mypy

test: lint chromium
	@$(BIN)/python manage.py makemigrations --check
	@$(BIN)/pytest -n auto --dist loadgroup

screenshots: setup-dev chromium
	@$(BIN)/python docs/screenshots.py

messages: setup-dev
	@$(BIN)/python manage.py collect_messages

schema: setup-dev
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

# make lock UPGRADE=--upgrade takes the newest versions that pyproject.toml allows.
lock: setup-dev
	@$(BIN)/pip-compile --quiet $(UPGRADE) --strip-extras --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-emit-options --no-header --output-file requirements.txt pyproject.toml
	@$(BIN)/pip-compile --quiet $(UPGRADE) --strip-extras --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-emit-options --no-header --extra dev --constraint requirements.txt \
	  --output-file requirements-dev.txt pyproject.toml
