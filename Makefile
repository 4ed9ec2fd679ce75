# Everything a user or CI calls. `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
KEEP ?=
export KEEP

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint types pytest bench screenshots format clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

venv: $(VENV)/.installed ## Make .venv with everything (uv if it is installed, else pip)

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "broadsheet needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) \
		&& uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[dev]'; \
	else \
		$(PYTHON) -m venv $(VENV) \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	fi
	@touch $@

demo: venv ## Show the service with three invented newspapers; KEEP=1 leaves it running with Flower
	@$(BIN)/broadsheet demo $(if $(KEEP),--keep)

test: lint types pytest ## Lint, type-check and run the whole suite

lint: venv ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: venv ## Check types, strictly
	$(BIN)/mypy

pytest: venv ## Run the suite on SQLite and PostgreSQL; ARGS='-k name' picks tests
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

bench: venv ## Print how fast restoring, parsing and ingesting are on this machine
	@$(BIN)/python -m tests.bench

screenshots: venv ## Take the documentation's pictures of the board (needs Chromium)
	@$(BIN)/python -m tests.screenshots $(ARGS)

format: venv ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what was built, not what was stored
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
