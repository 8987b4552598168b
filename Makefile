# Two commands for a fresh machine: `make demo` and `make test`. Both set up their own environment in .venv
# from requirements.lock; README.md gives the plain commands for machines without make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test check sweep bench format lock clean

demo: $(READY)
	$(BIN)/python -m migrate demo

test: $(READY)
	$(PYTEST) -n auto

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The proof by crash: kills the process at every named point under the lab's faults, thousands of times.
sweep: $(READY)
	PIM_SWEEP_CASES=3000 $(PYTEST) -n auto tests/crash -m sweep

# Figures as ratios measured side by side; nothing is asserted.
bench: $(READY)
	$(BIN)/python tests/bench/bench_read.py
	$(BIN)/python tests/bench/bench_many.py
	$(BIN)/python tests/bench/bench_throttle.py
	$(BIN)/python tests/bench/bench_scope.py
	$(BIN)/python tests/bench/bench_lab.py
	$(BIN)/python tests/bench/bench_workbook.py
	$(BIN)/python tests/bench/bench_plan.py
	$(BIN)/python tests/bench/bench_resolve.py
	$(BIN)/python tests/bench/bench_export.py
	$(BIN)/python tests/bench/bench_write.py
	$(BIN)/python tests/bench/bench_write_throttle.py
	$(BIN)/python tests/bench/bench_write_memory.py
	$(BIN)/python tests/bench/bench_restart.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock names every version and hash, and no index: which one is used is the machine's own business.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade -o requirements.lock

clean:
	rm -rf .venv

# Built without bytecode: the SDK alone has tens of thousands of modules, and few are ever imported.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
