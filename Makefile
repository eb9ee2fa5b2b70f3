# bbaj: `make` alone explains itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
export BBAJ_HOME ?= $(CURDIR)/var
# What Python compiles of ours is kept: tests and services start it again and again.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
PIPELINE := .venv/bin
DASHBOARDS := .venv-dashboards/bin
OURS := ingest expectations warehouse dashboards signin dags tests bench audit

# In Kazakh or Russian where BBAJ_LANG or the system's language asks for it: docs/make.kk.txt, docs/make.ru.txt.
help:  ## this list
	@case "$${BBAJ_LANG:-$${LC_ALL:-$${LC_MESSAGES:-$$LANG}}}" in \
	  kk*) cat docs/make.kk.txt ;; \
	  ru*) cat docs/make.ru.txt ;; \
	  *) grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' ;; \
	esac | expand -t 12

# --- environments -----------------------------------------------------------------------------------
# Each stamp names what its environment was made from, so a second run sets nothing up twice.

install: .venv/.installed .venv-dashboards/.installed  ## both locked environments

.tools/bin/uv:
	$(PYTHON) -m venv .tools || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -qy python3-venv && $(PYTHON) -m venv .tools)
	.tools/bin/pip install -q uv==0.13.9

.venv/.installed: requirements-dev.lock pyproject.toml | $(filter .tools/bin/uv,$(UV))
	$(UV) venv -q --allow-existing -p $(PYTHON) .venv
	$(UV) pip sync -q --compile-bytecode --require-hashes -p $(PIPELINE)/python requirements-dev.lock
	$(UV) pip install -q --no-deps --no-build-isolation --config-settings editable_mode=compat -p $(PIPELINE)/python -e .
	touch $@

.venv-dashboards/.installed: dashboards/requirements.lock | $(filter .tools/bin/uv,$(UV))
	$(UV) venv -q --allow-existing -p $(PYTHON) .venv-dashboards
	$(UV) pip sync -q --compile-bytecode --require-hashes -p $(DASHBOARDS)/python dashboards/requirements.lock
	touch $@

.venv-peers/.installed: bench/peers/requirements.lock | $(filter .tools/bin/uv,$(UV))
	$(UV) venv -q --allow-existing -p $(PYTHON) .venv-peers
	$(UV) pip sync -q --compile-bytecode --require-hashes -p .venv-peers/bin/python bench/peers/requirements.lock
	touch $@

.venv-spark/.installed: requirements-spark.lock | $(filter .tools/bin/uv,$(UV))
	$(UV) venv -q --allow-existing -p $(PYTHON) .venv-spark
	$(UV) pip sync -q --compile-bytecode --require-hashes -p .venv-spark/bin/python requirements-spark.lock
	touch $@

.venv-audit/.installed: audit/requirements.lock | $(filter .tools/bin/uv,$(UV))
	$(UV) venv -q --allow-existing -p $(PYTHON) .venv-audit
	$(UV) pip sync -q --compile-bytecode --require-hashes -p .venv-audit/bin/python audit/requirements.lock
	touch $@

# Java is Debian's. Where it cannot be had nothing is built on Spark, and its tests say so.
spark: .venv-spark/.installed  ## the second engine, Spark, in an environment of its own (560 MB), with Java
	@command -v java >/dev/null || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends openjdk-17-jre-headless) || echo "make: Java could not be installed, the second engine is not tested" >&2

# Debian's browser for the tests that look at pages, with letters for Kazakh.
browser:
	@command -v chromium >/dev/null || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-dejavu-core fonts-noto-core)

# Debian's PostgreSQL for the ledger's tests, which start a server of their own from it. Where the package cannot
# be had those tests are skipped and say so.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql) || echo "make: PostgreSQL could not be installed, the ledger is tested on SQLite alone" >&2

# Debian's restic, which keeps the backups, and its rclone, by which they go to other machines.
backup:
	@command -v restic >/dev/null && command -v rclone >/dev/null || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends restic rclone)

# Debian's nginx, before which the tests put the configuration that is shipped. Where it cannot be had they say so.
nginx:
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends nginx) || echo "make: nginx could not be installed, its configuration is not tested" >&2

# Debian's LibreOffice, which many schools write their files with: the tests read what it saves.
office:
	@command -v soffice >/dev/null || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends libreoffice-calc-nogui) || echo "make: LibreOffice could not be installed, what it saves is not tested" >&2

# OpenSSH's server, by which backups go to another machine in a test. Installed it also serves this machine, so `make
# test` leaves it to who asks for it; without it that test is skipped and says so.
ssh:
	@test -x /usr/sbin/sshd || ($(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends openssh-server)

lock:  ## resolve the versions anew and pin them by hash
	$(UV) pip compile -q pyproject.toml --extra pipeline --group dev -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements-dev.lock
	$(UV) pip compile -q pyproject.toml --extra pipeline -c requirements-dev.lock -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements.lock
	$(UV) pip compile -q pyproject.toml -c requirements-dev.lock --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements-check.lock
	$(UV) pip compile -q --group dashboards -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  --exclude-newer 2026-05-25 --exclude-newer-package duckdb=2026-11-20 -o dashboards/requirements.lock
	$(UV) pip compile -q --group peers -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o bench/peers/requirements.lock
	$(UV) pip compile -q --group spark -c requirements-dev.lock -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements-spark.lock
	$(UV) pip compile -q --group audit -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -o audit/requirements.lock

# --- what it does -----------------------------------------------------------------------------------

demo: install  ## a synthetic country through the running system, with a summary and where to look
	$(PIPELINE)/bbaj demo

serve: install  ## Airflow, Superset and the page of health over BBAJ_HOME (default var/), until Ctrl-C
	$(PIPELINE)/honcho start

# WALKS=1: what is tried in many variations is tried in every one (tests/walks.py).
# Shared among one process more than there are processors, for many tests wait for programs that they began; the order
# of tests is ours, the longest first.
test: install spark browser postgresql backup nginx office  ## sets everything up and passes all tests
	$(PIPELINE)/python -m pytest -n $(or $(WORKERS),$(shell expr $$(nproc) + 1)) --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: install  ## the reader on many random tables and bytes: FUZZ_EXAMPLES=10000 for about an hour
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),5000) $(PIPELINE)/python -m pytest tests/ingest/read/test_properties.py tests/ingest/read/test_form_properties.py $(ARGS)

# In a copy of the project, from which nothing comes back. What was tried is kept: ended, it goes on where it was.
mutants: install  ## small wrong changes to the code: how many do the tests notice? MUTANTS=60 SEED=1, or ARGS=--named
	$(PIPELINE)/python -m tests.mutants --count $(or $(MUTANTS),60) --seed $(or $(SEED),1) $(ARGS)

faults: install  ## kills, losses of power, full disks, two schedulers from a seed: RUNS=100 SEED=1 KINDS=kill,power ONLY=kill/publish
	$(PIPELINE)/python -m tests.faults.trials --runs $(or $(RUNS),100) --seed $(or $(SEED),1) $(if $(KINDS),--kinds $(KINDS)) $(if $(ONLY),--only $(ONLY))

check: install  ## format, lint, types, SQL style, import layers, drift of generated files, share translated, tests that can be read
	$(PIPELINE)/ruff format --check $(OURS)
	$(PIPELINE)/ruff check $(OURS)
	$(PIPELINE)/mypy
	$(PIPELINE)/lint-imports
	cd dbt_project && ../$(PIPELINE)/sqlfluff lint -p 2 models macros tests
	$(PIPELINE)/bbaj generate --check
	$(PIPELINE)/python -m dashboards.check_chain
	$(PIPELINE)/python -m dashboards.words.vocabulary --check
	$(PIPELINE)/python -m dashboards.words.catalogues
	$(PIPELINE)/python -m pytest --collect-only -qqq tests

format: install  ## put the Python and SQL sources into the project's format
	$(PIPELINE)/ruff format $(OURS)
	$(PIPELINE)/ruff check --fix $(OURS)

generate: install  ## everything that follows from the contracts
	$(PIPELINE)/bbaj generate

wheel: install  ## the checker as one wheel for schools without a network, in dist/
	$(UV) build -q --wheel --no-build-isolation -p $(PIPELINE)/python -o dist .

# For Windows: make checker PLATFORM=windows WINDOWS_PYTHON=python-3.11.9-embed-amd64.zip (from python.org).
checker: wheel  ## the checker for schools as one folder, zipped, nothing to install: PLATFORM=linux or windows
	$(PIPELINE)/python -m ingest.checker.bundle --platform $(or $(PLATFORM),linux) $(if $(WINDOWS_PYTHON),--python $(WINDOWS_PYTHON)) --uv $(UV) --wheel $$(ls -t dist/*.whl | head -1) -o dist

bench: install .venv-peers/.installed  ## speeds as ratios in one run, written to docs/benchmarks.md
	$(PIPELINE)/python -m bench

bench-national: install  ## a month of 7,840 organisations built, changed, published: half an hour, docs/national.md
	$(PIPELINE)/python -m bench.national

bench-country: install  ## the same of 800 organisations
	ORGANISATIONS=800 $(PIPELINE)/python -m bench.national

pictures: install browser  ## the pictures of the READMEs, taken anew of a demo that `make serve` shows: BBAJ_PASSWORD=…
	$(PIPELINE)/python -m tests.dashboards.browser.pictures
	$(PIPELINE)/python -m tests.dashboards.reports.pictures

bench-screens: install browser  ## how long a reader waits for each dashboard that `make serve` shows, docs/screens.md: BBAJ_PASSWORD=…
	$(PIPELINE)/python -m bench.screens

bench-engines: install spark  ## the second engine beside the first, as ratios: BENCH_ORGANISATIONS=80
	$(PIPELINE)/python -m bench.warehouse.engines

audit: install .venv-peers/.installed .venv-spark/.installed .venv-audit/.installed  ## vulnerabilities, licences and SBOM (dist/sbom) of every lock: SERVICE=osv asks another
	$(PIPELINE)/python -m audit --service $(or $(SERVICE),pypi)

.PHONY: help install spark browser postgresql backup nginx office ssh lock demo serve test fuzz mutants check format generate wheel checker bench bench-national bench-country pictures bench-screens bench-engines audit
