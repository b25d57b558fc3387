# Every target sets up what it needs: a fresh machine wants Python 3.11 or newer (with venv), make and git.
PYTHON ?= python3
VENV := .venv
TOOLS := .venv-tools
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The suites start hundreds of processes: compiled once, each begins in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo setup test test-slow check bench audit lock messages clean

demo: $(VENV)/.runtime  ## a believable vendor, a year of bills, and its portal
	$(BIN)/pleamar demo

setup: $(VENV)/.dev  ## the virtual environment and every library, by hash

test: $(VENV)/.dev $(TOOLS)/.localstripe  ## everything but the slow suites
	bash tests/chromium.sh
	$(BIN)/python -m pytest -n auto -m "not slow"

test-slow: $(VENV)/.dev $(TOOLS)/.localstripe  ## the slow suites
	bash tests/slow.sh $(BIN)/python

check: $(VENV)/.dev  ## lint, types, floors, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## the benchmark: one table, and JSON beside it
	$(BIN)/python -m bench

audit: $(TOOLS)/.audit  ## known holes in the libraries; it asks PyPI, so it is no part of CI
	bash tests/audit.sh $(TOOLS)/bin/pip-audit

$(VENV)/bin/uv: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pleamar needs Python 3.11 or newer; say which with: make PYTHON=python3.12 demo" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.lock
	@touch $@

# uv is an order of magnitude quicker; pip does the same where uv cannot run.
define install
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
	  || $(BIN)/python -m pip install --quiet --require-hashes -r $(1)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
endef

$(VENV)/.runtime: $(BIN)/uv requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: $(BIN)/uv requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

# Programs that tests and audits start, and whose libraries are none of ours.
$(TOOLS)/bin/python:
	$(PYTHON) -m venv $(TOOLS)

define install-tools
	$(BIN)/uv pip install --quiet --python $(TOOLS)/bin/python --require-hashes --no-build-isolation -r $(1) \
	  || $(TOOLS)/bin/python -m pip install --quiet --require-hashes --no-build-isolation -r $(1)
endef

$(TOOLS)/.audit: $(BIN)/uv $(TOOLS)/bin/python requirements-audit.lock
	$(call install-tools,requirements-audit.lock)
	@touch $@

# A Stripe that nobody here wrote, for tests alone; it comes as source, so what builds it is pinned as well.
$(TOOLS)/.localstripe: $(BIN)/uv $(TOOLS)/bin/python requirements-tools-build.lock requirements-tools.lock
	$(call install-tools,requirements-tools-build.lock)
	$(call install-tools,requirements-tools.lock)
	@touch $@

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header

lock: $(BIN)/uv  ## write the lock files anew
	$(LOCK) $(UPGRADE) requirements-build.in -o requirements-build.lock
	$(LOCK) $(UPGRADE) requirements-audit.in -o requirements-audit.lock
	$(LOCK) $(UPGRADE) requirements-tools-build.in -o requirements-tools-build.lock
	$(LOCK) $(UPGRADE) requirements-tools.in -c requirements-audit.lock -o requirements-tools.lock
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	$(LOCK) $(UPGRADE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock

messages: $(VENV)/.dev  ## collect texts to translate and compile the catalogues
	$(BIN)/python -m tests.house.catalogues

clean:  ## everything that the targets made, the demo's data excepted
	rm -rf $(VENV) $(TOOLS) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
