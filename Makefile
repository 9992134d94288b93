# Everything a newcomer needs: `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
ARGS ?=
# a file of tests stays in one process; as many processes as there are cores, up to four
SPREAD := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run setup test fuzz check format bench bench-peers docs evaluate learn conformance requirements clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; this one is older. Next: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) (once)…"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/python.done requirements/build.txt requirements/run.txt pyproject.toml
	@echo "Installing what the bot needs (once, a minute or so)…"
	@$(PIP) -r requirements/build.txt
	@$(PIP) -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements/dev.txt
	@echo "Installing what tests and checks need (once, a minute or so)…"
	@$(PIP) -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.done ## start the bot (a preview until `make setup`); Ctrl-C ends it
	@exec $(BIN)/alposs-bot run $(ARGS)

setup: $(VENV)/run.done ## connect a Fediverse account and a Matrix room, step by step
	@exec $(BIN)/alposs-bot setup $(ARGS)

test: $(VENV)/dev.done ## run every test, real servers included: make test ARGS="-k matrix"
	@$(BIN)/python -m pytest $(SPREAD) $(ARGS)

fuzz: $(VENV)/dev.done ## draw new generated cases (tests draw the same each time): make fuzz ARGS=tests/store
	@HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest $(SPREAD) $(ARGS)

check: $(VENV)/dev.done ## lint, types, walls of the house, docs up to date, shipped config
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/alposs-bot --config config check

format: $(VENV)/dev.done ## put the code in its usual shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs: $(VENV)/dev.done ## write docs/reference again from the code
	@$(BIN)/python docs/generate.py

evaluate: $(VENV)/run.done ## how well the labelled news is understood
	@for file in tests/news/*.jsonl tests/news/hands/*.jsonl; do \
	  echo "== $$file"; $(BIN)/alposs-bot --config config evaluate $$file || exit 1; done

build/learn/done: $(VENV)/run.done requirements/learn.txt
	@echo "Installing what learning needs (once, a minute or so)…"
	@$(PYTHON) -m venv build/learn
	@build/learn/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/learn.txt
	@touch $@

learn: build/learn/done ## learn again from the labelled news: make learn ARGS=--check only measures
	@PYTHONPATH=. build/learn/bin/python tests/news/learn.py $(ARGS)

bench: $(VENV)/dev.done ## measure: polling, understanding, feed to post, start-up
	@$(BIN)/python -m benchmarks $(ARGS)

bench-peers: $(VENV)/dev.done ## measure beside other feed programs (installed in build/peers)
	@$(BIN)/python -m benchmarks.peers $(ARGS)

conformance: $(VENV)/run.done ## read any folder of feeds, whole and cut: make conformance CORPUS=dir
	@$(BIN)/python -m benchmarks.conformance "$(CORPUS)"

requirements: $(VENV)/dev.done ## pin requirements/*.in again, with hashes
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@cd requirements && for set in build run dev learn; do ../$(BIN)/uv pip compile --quiet --universal \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  $$set.in -o $$set.txt; done

clean: ## remove what was installed and cached here; data/ is kept
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
