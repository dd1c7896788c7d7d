# Needs Python 3.11 or newer and make; everything else is installed into .venv.

PYTHON ?= python3
VENV ?= .venv
PINS ?= requirements/ci.txt
PIP_FLAGS ?= -qq --disable-pip-version-check
DEMO ?= demo

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
CORE_COVERAGE ?= 90

.DEFAULT_GOAL := help
DEBIAN_PARTS ?= dicom3tools dcmtk libpixelmed-java libsaxonhe-java default-jdk-headless orthanc orthanc-dicomweb libgdcm-tools \
	chromium libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core

.PHONY: help install tools parts demo test lint types rings tests wheel fuzz storm bench accuracy train describer description pictures format pins clean

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "calcsight needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "== environment: $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml $(PINS) src/calcsight/terms/version.py | $(BIN)/python
	@echo "== install calcsight (numpy, scipy, OpenCV, pydicom ...; a minute or two the first time)"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --constraint $(PINS) --editable .
	@touch $@

$(TOOLS): $(INSTALLED)
	@echo "== install the tools of the tests"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --constraint $(PINS) --group dev
	@touch $@

install: $(INSTALLED)  ## make .venv and install calcsight there

tools: $(TOOLS)  ## the same, and the tools of the tests

# The tests start their own Orthanc on loopback; Debian's must not start by itself.
parts:  ## install validators, a PACS and a browser from Debian (as root); tests that need them skip without
	@echo "== Debian parts: $(DEBIAN_PARTS)"
	@test "$$(id -u)" = 0 || { echo "make parts installs Debian packages: run it as root"; exit 1; }
	@test -e /usr/sbin/policy-rc.d || \
		{ printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; }
	@apt-get -qq -o Acquire::Retries=3 update
	@DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
		--no-install-recommends install $(DEBIAN_PARTS) > /dev/null

demo: $(INSTALLED)  ## simulate a small exam as DICOM, read it, print where the report is
	@echo "== simulate an exam: two views of each breast, with known truth"
	@$(BIN)/calcsight simulate --out $(DEMO)/exam --overwrite
	@echo "== read it (the first run after an installation is the slowest)"
	@$(BIN)/calcsight read $(DEMO)/exam --out $(DEMO)/reading --overwrite
	@echo "== report: $(abspath $(DEMO)/reading/report.html)"

test: $(TOOLS)  ## every check: lint, types, rings, tests and docs, and the wheel in a clean environment
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory rings
	@$(MAKE) --no-print-directory tests
	@$(MAKE) --no-print-directory wheel
	@echo "== all passed"

lint: $(TOOLS)
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(TOOLS)
	@echo "== mypy --strict"
	@$(BIN)/mypy

rings: $(TOOLS)
	@echo "== import-linter"
	@$(BIN)/lint-imports --no-cache

tests: $(TOOLS)
	@echo "== pytest"
	@$(BIN)/python -m pytest --hypothesis-seed=0 --cov --cov-report=term --cov-fail-under=$(CORE_COVERAGE)

wheel: $(TOOLS)
	@echo "== wheel, installed and run in a clean environment"
	@rm -rf build/wheel && mkdir -p build
	@$(BIN)/python -m build --wheel --outdir build/wheel . > build/wheel.log 2>&1 || \
		{ cat build/wheel.log; exit 1; }
	@$(BIN)/python -m venv build/wheel/venv
	@build/wheel/venv/bin/python -m pip install $(PIP_FLAGS) --constraint $(PINS) build/wheel/*.whl
	@build/wheel/venv/bin/python -m pip check
	@cd build/wheel && venv/bin/calcsight info --json > info.json
	@$(BIN)/python -m json.tool build/wheel/info.json > /dev/null
	@cd build/wheel && venv/bin/calcsight simulate --out exam > /dev/null
	@cd build/wheel && venv/bin/calcsight read exam --out reading > /dev/null
	@echo "calcsight info, simulate and read run from $$(basename build/wheel/*.whl)"

fuzz: $(TOOLS)  ## damage files in 2,450 ways and send them through every reader (about 5 minutes on 2 cores)
	@CALCSIGHT_FUZZ=350 $(BIN)/python -m pytest -q tests/fuzzing

storm: $(TOOLS)  ## 1,000 images over 8 associations to a node that is killed again and again (10-20 minutes)
	@$(BIN)/python -m tests.node.storm

bench: $(TOOLS)  ## time every stage; the figures go to benchmarks/README.md
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.speed

accuracy: $(TOOLS)  ## measure on the committed simulated test sets; the figures go to benchmarks/README.md
	@$(BIN)/python -m benchmarks.accuracy
	@$(BIN)/python -m benchmarks.accuracy --set wide

train: $(TOOLS)  ## remake the shipped weights of the learned judge from seeds (under 45 minutes on 2 cores)
	@$(BIN)/python -m pip install $(PIP_FLAGS) --group training
	@$(BIN)/python -m training.fit_learned --write

describer: $(TOOLS)  ## remake the shipped describer from seeds (about 35 minutes on 2 cores)
	@$(BIN)/python -m pip install $(PIP_FLAGS) --group training
	@$(BIN)/python -m training.fit_describer --write

description: $(TOOLS)  ## measure the describer on its frozen simulated test set (docs/results/description.md)
	@$(BIN)/python -m benchmarks.description

pictures: $(TOOLS)  ## draw the pictures of the README again
	@$(BIN)/python docs/pictures.py

format: $(TOOLS)  ## let ruff format and mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

pins: $(TOOLS)  ## write the versions of this environment into requirements/ci.txt
	@{ echo "# The versions the tests run with: \`make pins\` writes this file."; \
		$(BIN)/python -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' ; } > $(PINS).new
	@mv $(PINS).new $(PINS)

clean:  ## remove what was built, not the environment
	@rm -rf build dist $(DEMO)
