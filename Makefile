# make book    build the site in _build/html         make lab      open the notebooks in JupyterLab
# make test    run the tests and every notebook      make test-all the same, then every page, position and setting
# make execute run the notebooks, store their outputs
# make lint    check the style of the code           make clean    remove what was built
# make bench    time a training step, ours and the peers', compare optimisers, store the numbers and their pages
# make requirements   recompile the lock files, by uv
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export JUPYTER_PREFER_ENV_PATH := 1
# small matrices run slower on two threads than on one
export OPENBLAS_NUM_THREADS := 1

.PHONY: book test test-all lab execute lint bench requirements clean help FORCE
.DEFAULT_GOAL := book

# A page with a warning is not read again by the next build: without its memory, the next build warns again.
book: .venv/.book
	@$(BIN)/jupyter-book build . --quiet -W --keep-going -n || { rm -f _build/.doctrees/environment.pickle; exit 1; }
	@test -f _build/html/index.html

PYTEST := $(BIN)/python -m pytest -n auto
test: .venv/.test book
	$(PYTEST) -m "not sweep" --dist loadfile --no-loadscope-reorder --doctest-modules --doctest-glob=CONTRIBUTING.md \
		--nbval --nbval-current-env --nbval-cell-timeout 600 tests index.ipynb chapters code/backprop CONTRIBUTING.md

test-all: test
	$(PYTEST) -m sweep --dist worksteal tests

lab: .venv/.book
	$(BIN)/jupyter lab

execute: .venv/.book
	$(BIN)/python tools/execute.py

lint: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

bench: .venv/.bench
	$(BIN)/python benchmarks/training_step.py
	$(BIN)/python benchmarks/ingredients.py
	$(BIN)/python benchmarks/optimisers.py
	$(BIN)/python benchmarks/recurrent.py
	$(BIN)/python benchmarks/which_optimiser.py
	$(BIN)/python tools/execute.py chapters/appendix-speed.ipynb chapters/04-noise.ipynb

COMPILE := uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make requirements" pyproject.toml --extra book
requirements:
	@command -v uv >/dev/null || { echo "make requirements needs uv, which is not installed." >&2; exit 1; }
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra test -c requirements.txt -o requirements-test.txt

clean:
	rm -rf _build .pytest_cache .hypothesis .coverage .ruff_cache */.ruff_cache code/backprop/.ruff_cache \
		*/.ipynb_checkpoints

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# The environment.  Each stamp is written only after its step has ended, so a step that was cut short is done
# again; each stamp follows another, so that two installations never meet in a parallel make.
.venv/.test: .venv/.book requirements-test.txt
	$(BIN)/python -m pip install -q -r requirements-test.txt
	@touch $@

.venv/.bench: .venv/.test requirements-bench.txt
	$(BIN)/python -m pip install -q -r requirements-bench.txt -c requirements.txt
	@touch $@

.venv/.book: .venv/.made requirements.txt pyproject.toml
	$(BIN)/python -m pip install -q -r requirements.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# Anew where the environment has been moved, or its Python is gone.
ifneq ($(shell cat .venv/.made 2>&1 && $(BIN)/python -c "import pip" 2>&1),$(CURDIR))
.venv/.made: FORCE
endif
.venv/.made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
		echo "The book needs Python 3.11 or later: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c "import venv, ensurepip" 2>/dev/null || { \
		echo "$(PYTHON) has no venv module: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@echo "$(CURDIR)" > $@
