.DEFAULT_GOAL := help
.PHONY: help install run demo test slow lint scripts checkov mutants format check package rehearsal deploy smoke undeploy generate requirements audit sbom clean

# The first Python of 3.11 or later that runs.
PYTHON = $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# A Python of the minor version that Lambda's is of; pyenv is told which.
LAMBDA_PYTHON := $(shell PYENV_VERSION=3.13 python3.13 -c 'import sys; print(sys.executable)' 2>/dev/null)
# Without it, tests of what is packaged say that they are left out.
RUNTIME_IF_ANY = $(if $(LAMBDA_PYTHON),.venv-runtime/.installed)
# Without it, checks of the site's scripts say that they are left out.
NPM := $(shell command -v npm 2>/dev/null)
NODE_IF_ANY = $(if $(NPM),node_modules/.installed)
# Without it, tests of clients in TypeScript and of the contract's style say that they are left out.
CLIENTS_IF_ANY = $(if $(NPM),tests/clients/node_modules/.installed)
# The lists name all that is needed, each file by its hash: pip has nothing to choose.
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
# What is old on purpose, and runs nowhere but in tests, is not looked after.
LISTS = requirements.txt $(sort $(filter-out requirements/runtime.txt,$(wildcard requirements/*.txt)))
PIN = .venv-tools/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11
SECRETS = .venv/bin/detect-secrets-hook
# Tests are full of made-up secrets: only what has the shape of a real one is looked for there.
SHAPES_ALONE = --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString --disable-plugin KeywordDetector

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

install: .venv/.local .venv-emulator/.engine ## set up what `make run` needs

run: install ## start the whole system on this machine (PORT=8000 DATA_DIR=.local ENGINE=dynoxide|dynamodb-local|ministack)
	@exec .venv/bin/python -m infra.local

demo: install ## see a living launch: starts the system where none runs, and sends to it gently until Ctrl-C (PORT, DATA_DIR)
	@exec .venv/bin/python -m ops demo $(ARGS)

# Tests start many processes: without compiled modules each would compile its own.
test slow: export PYTHONDONTWRITEBYTECODE =

test: .venv/.dev .venv-emulator/.engine $(RUNTIME_IF_ANY) ## unit, property, contract and end-to-end tests
	.venv/bin/python -m pytest -n auto -m "not slow" --durations=10 --durations-min=0 $(ARGS)

slow: .venv-clients/.installed $(CLIENTS_IF_ANY)
slow: .venv/.dev .venv-emulator/.engine $(RUNTIME_IF_ANY) $(NODE_IF_ANY) ## the tests that take more than a few seconds
	.venv/bin/python -m pytest -n 2 --dist worksteal -m slow $(ARGS)

lint: .venv/.dev .venv-runtime/.installed ## style, types, imports, secrets, workflows, and the template as it is packaged
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/lint-imports --no-logo
	git ls-files -z ':!tests' ':!*.png' ':!requirements*.txt' ':!package-lock.json' | xargs -0 $(SECRETS) --exclude-secrets '^local$$'
	git ls-files -z tests | xargs -0 $(SECRETS) $(SHAPES_ALONE)
	.venv/bin/zizmor --offline --quiet --pedantic .github .pre-commit-config.yaml
	.venv/bin/python -m infra.package
	.venv/bin/cfn-lint --include-checks W -- build/package/template.json

scripts: $(NODE_IF_ANY) ## types, style and unit tests of the site's scripts, where there is Node.js
ifeq ($(NPM),)
	@echo "SKIPPED: there is no npm, so tsc, eslint and node --test look at none of the site's scripts"
else
	node_modules/.bin/tsc --project .
	node_modules/.bin/eslint .
	node --test --test-reporter=dot tests/site/js/
endif

checkov: .venv/.local .venv-runtime/.installed .venv-checkov/.installed ## what is held to be unsafe in a template, each exception with its reason beside it
	.venv/bin/python -m infra.package
	.venv-checkov/bin/checkov --framework cloudformation --compact --quiet --skip-download -f build/package/template.json

mutants: .venv/.mutants .venv-emulator/.engine .venv-runtime/.installed ## break each line of what counts, and see which breaks no test notices (ARGS='chalicelib.domain*')
	@mkdir -p mutants && ln -sfn ../.venv-emulator ../.venv-runtime mutants/
	.venv/bin/mutmut run --max-children 2 $(ARGS)
	.venv/bin/mutmut results

format: .venv/.dev ## put the code in order
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .

check: test lint scripts checkov slow rehearsal ## everything

package: .venv/.local .venv-runtime/.installed ## build what is deployed, into build/package (ARCHITECTURE=x86_64|arm64)
	.venv/bin/python -m infra.package $(ARCHITECTURE)

rehearsal: .venv/.dev .venv-emulator/.installed .venv-runtime/.installed ## check what is deployed, deploy it to the emulator, use it, update it, delete it
	.venv/bin/python -m infra.rehearsal

deploy: .venv/.local .venv-runtime/.installed ## deploy an installation with your AWS credentials, and use it once (STAGE=prod, ARGS=--yes for machines)
	.venv/bin/python -m infra.deploy $(STAGE) $(ARGS)

smoke: .venv/.local ## use a deployed installation once by every way, and leave nothing behind (STAGE=prod)
	.venv/bin/python -m infra.smoke $(STAGE)

undeploy: .venv/.local ## delete an installation's stack, and say what stays and how it is removed (STAGE=prod)
	.venv/bin/python -m infra.undeploy $(STAGE) $(ARGS)

generate: .venv/.local ## write what scripts of the site repeat of what Python knows, the page of words, and the names of countries
	.venv/bin/python -m infra.generate_site
	.venv/bin/python -m infra.generate_words
	.venv/bin/python -m infra.generate_countries

requirements: .venv-tools/.installed ## pin what the .in files ask for, with hashes (ARGS=--upgrade)
	$(PIN) $(ARGS) --no-deps requirements.in --output-file requirements.txt
	$(PIN) $(ARGS) requirements/local.in --output-file requirements/local.txt
	$(PIN) $(ARGS) requirements/dev.in --output-file requirements/dev.txt
	$(PIN) $(ARGS) requirements/mutants.in --output-file requirements/mutants.txt
	$(PIN) $(ARGS) requirements/emulator.in --output-file requirements/emulator.txt
	$(PIN) $(ARGS) requirements/node.in --output-file requirements/node.txt
	$(PIN) $(ARGS) requirements/runtime.in --output-file requirements/runtime.txt
	$(PIN) $(ARGS) requirements/checkov.in --output-file requirements/checkov.txt
	$(PIN) $(ARGS) requirements/clients.in --output-file requirements/clients.txt
	$(PIN) $(ARGS) requirements/tools.in --output-file requirements/tools.txt

audit: .venv-tools/.installed ## look for known vulnerabilities in what is pinned: fails where PyPI's advisories cannot be read
	@for list in $(LISTS); do echo $$list; \
		.venv-tools/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$list || exit; done

sbom: .venv-tools/.installed ## write CycloneDX bills of materials, one for each list, into build/sbom
	@mkdir -p build/sbom
	@for list in $(LISTS); do PYTHONWARNINGS=ignore .venv-tools/bin/cyclonedx-py requirements --pyproject pyproject.toml \
		--output-reproducible --output-file build/sbom/$$(basename $$list .txt).cdx.json $$list || exit; done
	@ls build/sbom/*.json

clean: ## remove virtual environments and caches; the state in .local stays
	rm -rf .venv .venv-emulator .venv-runtime .venv-checkov .venv-tools .venv-clients tests/clients/node_modules mutants .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis node_modules build

.venv/.local: requirements/local.txt
	@$(call make_venv,.venv)
	@echo "Installing what the system needs ..."
	@.venv/bin/python $(PIP_INSTALL) -r requirements/local.txt
	@touch $@

.venv/.dev: .venv/.local requirements/dev.txt
	@echo "Installing what the tests need ..."
	@.venv/bin/python $(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

.venv/.mutants: .venv/.dev requirements/mutants.txt
	@echo "Installing what looks for mutants ..."
	@.venv/bin/python $(PIP_INSTALL) -r requirements/mutants.txt
	@touch $@

.venv-emulator/.installed: requirements/emulator.txt
	@$(call make_venv,.venv-emulator)
	@echo "Installing the AWS emulator ..."
	@.venv-emulator/bin/python $(PIP_INSTALL) -r requirements/emulator.txt
	@touch $@

.venv-runtime/.installed: requirements/runtime.txt
	@test -n "$(LAMBDA_PYTHON)" || { echo "Python 3.13 is needed: Lambda runs the functions with it" >&2; exit 1; }
	@$(LAMBDA_PYTHON) -m venv --clear .venv-runtime
	@echo "Installing what Lambda's runtime brings ..."
	@.venv-runtime/bin/python $(PIP_INSTALL) -r requirements/runtime.txt
	@touch $@

.venv-checkov/.installed: requirements/checkov.txt
	@$(call make_venv,.venv-checkov)
	@echo "Installing checkov ..."
	@.venv-checkov/bin/python $(PIP_INSTALL) -r requirements/checkov.txt
	@touch $@

.venv-clients/.installed: requirements/clients.txt
	@$(call make_venv,.venv-clients)
	@echo "Installing generators of clients ..."
	@.venv-clients/bin/python $(PIP_INSTALL) -r requirements/clients.txt
	@touch $@

tests/clients/node_modules/.installed: tests/clients/package.json tests/clients/package-lock.json
	@echo "Installing what checks the contract and makes clients of it ..."
	@npm --prefix tests/clients ci --silent
	@touch $@

.venv-tools/.installed: requirements/tools.txt
	@$(call make_venv,.venv-tools)
	@echo "Installing what looks after the requirements ..."
	@.venv-tools/bin/python $(PIP_INSTALL) -r requirements/tools.txt
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc
	@echo "Installing what checks the site's scripts ..."
	@npm ci --silent
	@touch $@

# A machine that cannot have the durable engine is told so, and may use another one.
.venv-emulator/.engine: .venv/.local .venv-emulator/.installed requirements/node.txt infra/local/local_settings.py
	@command -v npm >/dev/null || .venv-emulator/bin/python $(PIP_INSTALL) -r requirements/node.txt
	@.venv/bin/python -m infra.local.dynoxide
	@touch $@

define make_venv
	test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed" >&2; exit 1; }; \
	$(PYTHON) -m venv --clear $(1)
endef
