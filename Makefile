# Everything a newcomer types. The work is done by tools/prepare.py, which needs nothing but Python 3.11 or newer.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast live-check lint clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## prepare everything; afterwards .venv/bin/goodword is the command
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service nlu

demo: ## run the whole way on the sample company (ARGS=--once: with an automatic reviewer, then stop)
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service nlu
	@exec $(BIN)/goodword demo $(ARGS)

test: ## run every test: unit, integration, browser (ARGS go to pytest)
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service nlu test browser
	@exec $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests/unit tests/integration tests/e2e $(ARGS)

test-fast: ## run the unit tests only
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service test
	@exec $(BIN)/python -m pytest tests/unit $(ARGS)

# Not part of `make test`: it talks to what is connected, with the tokens of whoever runs it, and asks first.
live-check: ## check a real workspace or server with your tokens (ARGS=--yes: do not ask)
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service test
	@exec $(BIN)/python -m tests.live $(ARGS)

lint: ## check format, style and types
	@python=$$(sh tools/find-python.sh) && "$$python" tools/prepare.py service test lint
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff . ; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

clean: ## stop the embedded database and remove environments, models and the demo's data
	@python=$$(sh tools/find-python.sh) && "$$python" tools/clean.py
