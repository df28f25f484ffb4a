# Tenon. `make demo` runs it, `make test` checks all of it; `make help` lists the rest.
PYTHON ?= python3
# Root in somebody else's folder goes on as that somebody: every target enters through ops/, which sees to it.
RUN = .venv/bin/python -m
SETUP = @command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "Tenon needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it (Debian, Ubuntu:"; \
	echo "apt install python3 python3-venv) or name yours: make $@ PYTHON=/path/to/python3"; exit 1; }; \
	exec $(PYTHON) ops/bootstrap.py

export PORT

.DEFAULT_GOAL := help
.PHONY: help setup setup-python demo demo-stop demo-reset services services-down check test openapi lock bench bench-web

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## create .venv, install the locked packages, build the web app
	$(SETUP) all

setup-python:
	$(SETUP) python

demo: setup ## run the demo company at http://localhost:8000 (PORT=8010 chooses another port)
	@exec $(RUN) ops.demo start

demo-stop: setup-python ## stop a demo that runs in another terminal
	@exec $(RUN) ops.demo stop

demo-reset: setup-python ## stop the demo and forget its data
	@exec $(RUN) ops.demo reset

services: setup-python ## start the test database and cache, leave them running, print their environment
	@exec $(RUN) ops.services up --profile test

services-down: setup-python ## stop them
	@exec $(RUN) ops.services down --profile test

check: setup-python ## the quick checks: ruff, mypy, import-linter, migration and OpenAPI drift
	@exec $(RUN) ops.checks quick

test: setup ## everything: the quick checks, pytest, the web app's checks, the browser stories
	@exec $(RUN) ops.checks all

openapi: setup-python ## write docs/openapi.yaml anew
	@exec $(RUN) ops.checks write-openapi

lock: setup-python ## compile requirements/*.in to requirements/*.txt
	@exec $(RUN) ops.lock

bench: setup-python ## measure the server side (bench/)
	@exec $(RUN) ops.checks bench

bench-web: setup ## measure the web app in a browser (bench/)
	@exec $(RUN) ops.checks bench-web
