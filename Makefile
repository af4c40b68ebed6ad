# Everything a person or the CI does, one recipe per task. Needs Python 3.11 or newer and make; all else goes into .venv and,
# for the browser, into node_modules.
# Paths are relative on purpose: the folder of the checkout may have spaces and Chinese characters in its name.

PYTHON ?= python3
PORT ?= 8069
# Processes of the test run.
WORKERS ?= 2
# More words for pytest: make test PYTEST='-k fuzzy'
PYTEST ?=

BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_PYTEST := $(BIN)/python -m pytest

.PHONY: setup run test check format-check lint types layers spelling translations repository docs-check \
        format bench bench-web bench-selling bench-delivering bench-peers soak docs screenshots clean

setup: $(READY)

# A virtual environment does not survive being moved (its scripts hold its path), hence the comparison with the path noted in
# it. hatchling comes first and pinned, so that no unpinned one is fetched to build our own package.
ifneq ($(shell cat $(READY) 2>/dev/null),$(shell pwd -P))
.PHONY: $(READY)
endif
$(READY): pyproject.toml constraints.txt package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit("Tangram CRM needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else 0'
	@echo "Setting up .venv (a minute or two, once) ..."
	@test ! -e $(READY) || test "$$(cat $(READY))" = "$$(pwd -P)" || rm -rf .venv
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Python cannot make virtual environments: on Debian, apt-get install python3-venv"; exit 1; }
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@$(BIN)/python -m tools.build_frontend
	@pwd -P > $(READY)

run: setup
	@test -e var/tangram.db || $(BIN)/tangram init --profile full --demo
	@exec $(BIN)/tangram serve --port $(PORT)

test: setup
	@$(RUN_PYTEST) -n $(WORKERS) $(PYTEST)

check: format-check lint types layers spelling translations repository docs-check

format-check: setup
	@$(BIN)/ruff format --check --quiet .

lint: setup
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/python -m mypy

layers: setup
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.check_imports

spelling: setup
	@$(BIN)/codespell .

translations: setup
	@$(BIN)/python -m core.i18n.extract --check

repository: setup
	@$(BIN)/python -m tools.check_repository

docs-check: setup
	@$(BIN)/python -m tools.generate_reference --check
	@$(BIN)/python -m tools.build_docs --check

format: setup
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .

# The numbers of docs/explanation/performance.md.
bench: setup
	@$(RUN_PYTEST) -m bench -s tests/bench --ignore=tests/bench/web --ignore=tests/bench/selling --ignore=tests/bench/delivering $(PYTEST)

# What pages cost, on PostgreSQL; another table of the same page.
bench-web: setup
	@$(RUN_PYTEST) -m bench -s tests/bench/web $(PYTEST)

# What a company with a million customers waits for; the third table.
bench-selling: setup
	@$(RUN_PYTEST) -m bench -s tests/bench/selling $(PYTEST)

# What keepers and the finance office wait for after a million movements; the fourth table.
bench-delivering: setup
	@$(RUN_PYTEST) -m bench -s tests/bench/delivering $(PYTEST)

# The same workloads with two other frameworks, in an environment of their own since their requirements are not ours.
bench-peers: setup .venv/peers/ready
	@TANGRAM_BENCH_PEERS=.venv/peers/bin/python $(RUN_PYTEST) -m bench -s tests/bench $(PYTEST)

.venv/peers/ready: tests/bench/peers/requirements.txt
	@test -x .venv/peers/bin/pip || $(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/python -m pip --disable-pip-version-check --quiet install -r tests/bench/peers/requirements.txt
	@touch .venv/peers/ready

soak: setup
	@TANGRAM_SOAK=1 $(RUN_PYTEST) -n $(WORKERS) -m soak $(PYTEST)
	@TANGRAM_SOAK=1 $(RUN_PYTEST) -n $(WORKERS) -m "not bench and not soak" $$(grep -rl --include='test_*.py' 'from hypothesis' tests addons) $(PYTEST)

# First docs/reference from the code, then the pages below build/docs.
docs: setup
	@$(BIN)/python -m tools.generate_reference
	@$(BIN)/python -m tools.build_docs

# The pictures of docs/images; WORDS=--all takes every page in each look, into build/screenshots.
screenshots: setup
	@$(BIN)/python -m tools.take_screenshots $(WORDS)

# var/ holds somebody's data and stays.
clean:
	rm -rf .venv node_modules core/web/static/vendor build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
