# `make help` says what there is. Needs Python 3.13 (or uv), git and make; everything else is installed by these.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
BOOTSTRAP := @sh local/bootstrap.sh
# Children of the tests write no bytecode into the checkout.
export PYTHONDONTWRITEBYTECODE := 1
export PYTHONPATH := layers/omnilife

IN_PROCESS := tests/unit tests/security tests/performance
# A worker a core; a file stays with one of them, for its fixtures.
SIDE_BY_SIDE := -n auto --maxprocesses 8 --dist loadfile

ROLE ?= customer
SUB ?= developer
EMAIL ?=
SENDER ?=
CATALOGUE ?=

.PHONY: help environment run containers push logs token admin reset test covered lint format unit integration e2e contract openapi lock preflight bench clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 22

environment: ## makes .venv from requirements-dev.txt
	$(BOOTSTRAP) --help >/dev/null

run: ## starts the embedded cloud, deploys, loads a catalogue (CATALOGUE=products.yaml), stays until Ctrl-C
	$(BOOTSTRAP) run --catalogue "$(CATALOGUE)"

push: ## brings a code change live in the running cloud
	$(BOOTSTRAP) push

logs: ## follows the functions' logs
	$(BOOTSTRAP) logs

token: ## prints a development token (ROLE=customer|merchant|admin SUB=somebody)
	$(BOOTSTRAP) token --role "$(ROLE)" --subject "$(SUB)"

admin: ## makes who registered with an address an administrator (EMAIL=ada@example.com)
	$(BOOTSTRAP) admin --email "$(EMAIL)"

containers: ## serves the same functions in Docker on port 3000, by sam local (after BIND=0.0.0.0 make run)
	$(BOOTSTRAP) containers

reset: ## forgets all local data
	$(BOOTSTRAP) reset

test: environment lint ## everything: format, lint, types, templates, then all tests with coverage
	@mkdir -p .local
	@nice -n 19 $(MAKE) -s covered >.local/covered.txt 2>&1 & covered=$$!; trap "kill $$covered" INT TERM; \
	$(PYTHON) -m pytest tests/e2e -q; deployed=$$?; \
	wait $$covered; covered=$$?; cat .local/covered.txt; exit $$((covered | deployed))

# The deployed templates wait for queues, schedules and caches half of their time: these tests fill it, at the
# lowest priority, so that they take none of the other half.
covered:
	$(PYTHON) -m coverage erase
	$(PYTHON) -m pytest $(IN_PROCESS) $(SIDE_BY_SIDE) --cov --cov-report= -q
	$(PYTHON) -m pytest tests/integration --cov --cov-append --cov-report= -q
	$(PYTHON) -m coverage report

lint: environment ## format, ruff, mypy, import rules, generated files, cfn-lint, sam validate
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy layers/omnilife local
	$(PYTHON) -m local.check functions
	.venv/bin/lint-imports
	$(PYTHON) -m local.generate --check
	$(PYTHON) -m local.check templates

format: environment ## formats the code and mends what ruff can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

unit: environment ## unit, security and performance tests
	$(PYTHON) -m pytest $(IN_PROCESS) $(SIDE_BY_SIDE) -q

integration: environment ## tests against a real Valkey and OpenSearch
	$(PYTHON) -m pytest tests/integration -q

e2e: environment ## tests against the deployed templates
	$(PYTHON) -m pytest tests/e2e -q

contract: environment ## tries every deployed route against the API's document (CONTRACT=changed: those that changed)
	CONTRACT="$${CONTRACT:-all}" $(PYTHON) -m pytest tests/e2e/test_contract.py -q

openapi: environment ## writes the OpenAPI document and docs/events.md from the code
	$(PYTHON) -m local.generate

lock: environment ## writes every lock file anew from its .in file
	$(PYTHON) -m local.lock

preflight: environment ## checks the one-time steps in the AWS account of your profile (SENDER=no-reply@your.domain)
	SENDER="$(SENDER)" $(PYTHON) -m local.preflight

bench: environment ## measures cold starts and prints the table
	$(PYTHON) benchmarks/cold_start.py

clean: ## removes what was built (not the data; that is `make reset`)
	rm -rf .local/sam .aws-sam htmlcov .coverage
