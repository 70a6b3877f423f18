# Everything a fresh machine needs is Python 3.11 or newer, git and make.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV   := .venv
BIN    := $(VENV)/bin
DIR    ?= .

.PHONY: run demo test goldens lint format bench bench-induction bench-errors bench-telemetry bench-tui tour lock clean

run: $(VENV)/.installed ## open patui on DIR (default: this repository)
	@exec $(BIN)/patui "$(DIR)"

demo: $(VENV)/.installed ## open patui on a throw-away workspace with replayed work
	@exec $(BIN)/patui --demo

test: $(VENV)/.installed-test ## everything: lint, types, floors, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadgroup

goldens: $(VENV)/.installed-test ## write the golden files of the simulated weeks anew
	$(BIN)/python -m tests.test_simulation

lint: $(VENV)/.installed-test
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.installed-test ## every figure of docs/benchmarks.md
	$(BIN)/python -m benchmarks

bench-induction: $(VENV)/.installed-test ## templates against copy and paste and peers (PATUI_FAMILIES=… PATUI_GENERATORS=…)
	$(BIN)/python -m benchmarks induction recovery peers

gallery: $(VENV)/.installed-test ## make docs/gallery.md anew (PATUI_FAMILIES=…)
	$(BIN)/python -m benchmarks.gallery

bench-errors: $(VENV)/.installed-test ## signatures of errors and logs, next to Drain3 where it is installed (PATUI_LOGHUB=…)
	$(BIN)/python -m benchmarks errors

bench-telemetry: $(VENV)/.installed-test ## routines found in made-up histories, next to PrefixSpan where it is installed; what the hooks cost
	$(BIN)/python -m benchmarks telemetry hooks

bench-tui: $(VENV)/.installed-test ## the app against a ten-line one, and over a full database
	$(BIN)/python -m benchmarks app tui

tour: $(VENV)/.installed-test ## make the pictures of docs/tour.md anew
	$(BIN)/python -m benchmarks.tour

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "patui needs Python 3.11 or newer: install it, or name it with make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-test.lock
	@touch $@

lock: ## resolve the lock files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-annotate -q -U -o requirements.lock
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 --no-header --no-annotate -q -c requirements.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .test-cache
