# Three commands do all their own set-up: make demo, make serve, make test.
PYTHON ?= python3
BIN := .venv/bin
# Without the compiled modules, every process that the tests start compiles them again.
unexport PYTHONDONTWRITEBYTECODE

DOCS := README.md CONTRIBUTING.md docs/commands.md docs/problems.md docs/smart-senders.md

.PHONY: demo serve wheel test quick lint docs chaos fleet lock

demo: .venv/ready
	@$(BIN)/batch-orders demo --reports-dir reports || test $$? -eq 1

# The upload page on the embedded sandbox: open the address that it prints.
serve: .venv/ready
	$(BIN)/batch-orders serve --sandbox

# What can be installed without a clone; the README says how.
WHEELS ?= dist
wheel: .venv/ready
	$(BIN)/python -m flit_core.wheel --outdir $(WHEELS)

test: .venv/ready-to-test
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_OPTIONS)

# While one works: all but what needs PostgreSQL or a browser, kills processes, or takes long.
quick: .venv/ready-to-test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not postgres and not browser and not kills and not long" $(PYTEST_OPTIONS)

lint: .venv/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check -I docs $(DOCS)

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/ready-to-test: .venv/ready requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	touch $@

# Needs uv; run it after changing the dependencies in pyproject.toml.
lock:
	uv pip compile --quiet pyproject.toml --extra web --group build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock
	uv pip compile --quiet pyproject.toml --extra notify --extra postgres --extra queue --extra remote --extra web --group build --group test --group lint --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --constraints requirements.lock --output-file requirements-dev.lock

# Writes the generated parts of the documentation, and what of templates/ the wheel holds.
docs: .venv/ready-to-test
	cp templates/* batch_orders/templates/
	$(BIN)/cog -r -I docs $(DOCS)

# A thousand kills, and every path of a small model; the figures are in docs/reliability.md.
chaos: .venv/ready-to-test
	$(BIN)/python -m tests.chaos --kills 1000
	$(BIN)/python -m tests.chaos.page --kills 100
	$(BIN)/python -m tests.model --depth 3

# Workers on many machines: kills, crashes of PostgreSQL, and SIGTERMs; the figures are in docs/reliability.md.
fleet: .venv/ready-to-test
	$(BIN)/python -m tests.fleet --kills 500 --terms 100 --crashes 10 --accounts 20
	$(BIN)/python -m tests.fleet.outages
