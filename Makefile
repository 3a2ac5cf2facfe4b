# Every target does its own set-up. Needed on the machine: Python 3.11 or later, make and git; the rest is brought
# into the checkout (.tools/, .venv/). Nothing outside it is touched, but by make test as root: see .ci/packages. Another interpreter: make test PYTHON=/path/to/python3.11

PYTHON ?= python3
# Set on the command line, as in make demo CUSTOMERS=100; the environment's variables of these names are not meant.
OUT := demo
CUSTOMERS := 20000
MONTHS := 6
WORKERS := 2
PACKAGES := yes

BIN := .venv/bin
READY := .venv/.ready

# One numeric thread a process: the test workers already fill the cores.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1

# Tests that call almost every loop that numba compiles and keeps beside its source.
COMPILED := tests/unit/test_allocation.py tests/unit/test_online_chances.py -k "tiny or exclude or unusual or narrowed or learns_who"

# Folders of tests are kept in memory where there is room for them: hundreds of stores wait for the disk at every commit.
ROOM := 4000000
ROOMY = $$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > $(ROOM) && $$6 == "/dev/shm" {print $$6}')

# uv carries its own list of certificate authorities; a network with one of its own is known to the system's list only.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Modules stay compiled: the tests start hundreds of commands, and each would compile all that it imports.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# The first uv that answers: the machine's own, or the one brought into the checkout.
UV = $$(for uv in uv .tools/bin/uv .tools/target/bin/uv; do $$uv --version >/dev/null 2>&1 && echo $$uv && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo test campaign bench crash lint format lock clean always

help:  ## Show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(READY)  ## Simulate a bank, play policies in it, write a report (OUT=, CUSTOMERS=, MONTHS=, ZHIKE_LANG=)
	@$(BIN)/zhike demo --out $(OUT) --customers $(CUSTOMERS) --months $(MONTHS)

test:  ## Check everything: style, types, import contracts, rules, tests (PACKAGES=no: bring in no system packages)
	@# System packages arrive while the code is checked: the one waits for the network, the other computes. Types are
	@# checked on one core: on another the tests and the loops of the search are compiled, once, which each of the workers
	@# would do for itself.
	@{ [ "$(PACKAGES)" = no ] || .ci/packages; } & \
		$(MAKE) --no-print-directory --silent $(READY) && \
		{ $(ONE_THREAD) $(BIN)/python -m pytest --collect-only >/dev/null 2>&1 & \
			$(ONE_THREAD) $(BIN)/python -m pytest $(COMPILED) >/dev/null 2>&1 & \
			$(MAKE) --no-print-directory lint; } || \
		{ wait; exit 1; }; wait
	@roomy=$(ROOMY); $(ONE_THREAD) TMPDIR=$${roomy:-$${TMPDIR:-/tmp}} $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not campaign"

campaign: $(READY)  ## Check what takes long: plans and effects against the truth, keys exchanged under fire, the published splits of FAR-Trans, every law on ten times the examples
	@$(ONE_THREAD) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m campaign
	@$(ONE_THREAD) ZHIKE_EXAMPLES=10 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/property
	@$(ONE_THREAD) ZHIKE_FUZZ=40 $(BIN)/python -m pytest -n $(WORKERS) tests/api/test_fuzz.py

lint: $(READY)  ## Check style, types and import contracts only
	@echo "ruff: style" && $(BIN)/ruff check --quiet .
	@echo "ruff: format" && $(BIN)/ruff format --check --quiet .
	@echo "mypy: types; import-linter: contracts"; $(BIN)/lint-imports --no-cache >.venv/contracts.txt 2>&1 & contracts=$$!; \
		$(BIN)/mypy --no-error-summary; types=$$?; wait $$contracts || { cat .venv/contracts.txt; exit 1; }; exit $$types

format: $(READY)  ## Write the style that lint asks for
	@$(BIN)/ruff check --quiet --fix . && $(BIN)/ruff format .

bench: $(READY)  ## Measure speed and quality; figures go to the screen
	@for script in benchmarks/speed/*.py benchmarks/quality/*.py; do \
		echo "== $$script" && $(BIN)/python $$script || exit 1; \
	done

crash: $(READY)  ## Kill writers of the store two hundred times on each back end
	@CRASH_ROUNDS=200 $(BIN)/python -m pytest -n 0 tests/store/test_crash.py

lock: $(READY)  ## Choose the newest versions that fit and pin them with their hashes
	@uv=$(UV) && $$uv pip compile pyproject.toml --extra dev --upgrade --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --universal --quiet -o requirements.lock

clean:  ## Remove everything that these targets made
	@rm -rf .venv .tools .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A .venv whose interpreter has gone counts as absent.
$(READY): requirements.lock pyproject.toml $(if $(realpath $(BIN)/python),,always)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "found $$($(PYTHON) --version 2>/dev/null || echo "no '$(PYTHON)'"); needed Python 3.11 or later." \
			"Install python3.11, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -n "$(UV)" || ( \
		echo "set-up: bringing uv into .tools" && rm -rf .tools && mkdir .tools && \
		if $(PYTHON) -m venv .tools >.tools/log 2>&1; then .tools/bin/pip install --quiet uv; \
		elif $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m pip install --quiet --target .tools/target uv; \
		else echo "found a Python without venv and pip; needed either to bring uv into this checkout." \
			"Install one: apt install python3-venv" >&2; exit 1; fi ) || { rm -rf .tools; exit 1; }
	@echo "set-up: Python packages into .venv" && uv=$(UV) && \
		{ $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
			rm -rf .venv && $$uv venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv; }; } && \
		$$uv pip install --quiet --python $(BIN)/python -r requirements.lock && \
		$$uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@
