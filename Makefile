# LedgerFlow. `make help` lists what there is.

ENV ?= dev
PYTHON ?= python3
VENV := .venv/bin
CLI := $(VENV)/python -m cli
SHELL := /bin/sh
GUARD_RULES := tests/unit/guard/test_rules.py tests/unit/guard/test_inside.py tests/unit/guard/test_judging.py
# why a change of production may go without a backup: make up ENV=prod WITHOUT_BACKUP='…'
export WITHOUT_BACKUP
.DEFAULT_GOAL := help
.SUFFIXES:

.PHONY: help
help: ## List the targets
	@echo "make TARGET [ENV=dev]"; echo
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{gsub(/^ */, "", $$1); gsub(/\$$\$$/, "$$", $$2); printf "  %-15s %s\n", $$1, $$2}'

## Running an environment

.PHONY: up
up: .venv/.requirements ## Bring the environment up, setting this machine up first
	@$(CLI) up $(ENV)

.PHONY: down
down: .venv/.requirements ## Stop the environment and remove its containers; data stays (CONFIRM=prod)
	@$(CLI) down $(ENV) $(if $(CONFIRM),--confirm '$(CONFIRM)')

.PHONY: status
status: .venv/.requirements ## Show each service's health, address and image
	@$(CLI) status $(ENV)

.PHONY: logs
logs: .venv/.requirements ## Show the logs (SERVICE=name, FOLLOW=1)
	@$(CLI) logs $(ENV) $(if $(SERVICE),--service $(SERVICE)) $(if $(FOLLOW),--follow)

.PHONY: drift
drift: .venv/.requirements ## Compare what runs with the spec; exit code 2 when it differs
	@$(CLI) drift $(ENV) $(if $(JSON),--json)

.PHONY: reconcile
reconcile: .venv/.requirements ## Bring what drifted back: say it, do it, look again
	@$(CLI) reconcile $(ENV)

.PHONY: migrate
migrate: .venv/.requirements ## Apply waiting database migrations (needs a verified backup)
	@$(CLI) migrate $(ENV)

.PHONY: demo
demo: .venv/.requirements ## Load invented documents and transactions (SIZE=large, REMOVE=1, CONFIRM=dev)
	@$(CLI) demo $(ENV) --size '$(or $(SIZE),small)' $(if $(SEED),--seed '$(SEED)') $(if $(REMOVE),--remove) $(if $(CONFIRM),--confirm '$(CONFIRM)')

.PHONY: rotate
rotate: .venv/.requirements ## Give a secret a new value on live data (SECRET=postgres-password)
	@$(CLI) rotate $(ENV) --secret '$(SECRET)'

.PHONY: volume-recreate
volume-recreate: .venv/.requirements ## Recreate a protected volume (VOLUME=db_data, FROM=backup)
	@$(CLI) volume-recreate $(ENV) --volume '$(VOLUME)' $(if $(FROM),--from '$(FROM)') $(if $(CONFIRM),--confirm '$(CONFIRM)')

.PHONY: backup
backup: .venv/.requirements ## Make a backup and prove it by a restore (KIND=db or full)
	@$(CLI) backup $(ENV) --kind '$(or $(KIND),db)' $(if $(EMERGENCY),--emergency) $(if $(JSON),--json)

.PHONY: backups
backups: .venv/.requirements ## List the backups: age, size, proof
	@$(CLI) backups $(ENV) $(if $(JSON),--json)

.PHONY: backup-check
backup-check: .venv/.requirements ## Compare every checksum of the backups (FILE=one)
	@$(CLI) backup-check $(ENV) $(if $(FILE),--file '$(FILE)') $(if $(JSON),--json)

.PHONY: backup-prove
backup-prove: .venv/.requirements ## Restore a backup (FILE=one) into a scratch server and compare
	@$(CLI) backup-prove $(ENV) $(if $(FILE),--file '$(FILE)') $(if $(IDENTITY),--identity '$(IDENTITY)') $(if $(JSON),--json)

.PHONY: drill
drill: .venv/.requirements ## Restore backups as they lie in the archive, and record it
	@$(CLI) drill $(ENV) $(if $(IDENTITY),--identity '$(IDENTITY)') $(if $(JSON),--json)

.PHONY: restore
restore: .venv/.requirements ## Restore FILE (INTO=another environment, DRY_RUN=1, RESUME=1)
	@$(CLI) restore $(ENV) $(if $(FILE),--file '$(FILE)') $(if $(INTO),--into '$(INTO)') $(if $(DRY_RUN),--dry-run) $(if $(RESUME),--resume) $(if $(UNPROVEN),--unproven) $(if $(NO_SAFETY_BACKUP),--no-safety-backup) $(if $(IDENTITY),--identity '$(IDENTITY)') $(if $(CONFIRM),--confirm '$(CONFIRM)') $(if $(JSON),--json)

.PHONY: backup-status
backup-status: .venv/.requirements ## Tell whether there is a fresh, proven backup (REQUIRE_FRESH=1)
	@$(CLI) backup-status $(ENV) $(if $(REQUIRE_FRESH),--require-fresh) $(if $(JSON),--json)

.PHONY: offsite
offsite: .venv/.requirements ## Copies in an off-site store (DO=list, push, pull, verify or prune; FILE=one)
	@$(CLI) offsite $(ENV) --do '$(or $(DO),list)' $(if $(FILE),--file '$(FILE)') $(if $(CONFIRM),--confirm '$(CONFIRM)') $(if $(JSON),--json)

.PHONY: backup-tool
backup-tool: .venv/.requirements ## Any other command of ledgerflow-backup (ARGS='pin ID --why ...')
	@$(CLI) backup-tool $(ENV) $(if $(CONFIRM),--confirm '$(CONFIRM)') $(ARGS)

.PHONY: backup-up
backup-up: .venv/.requirements ## Keep backups going: the stack <environment>-backup
	@$(CLI) backup-up $(ENV)

.PHONY: backup-down
backup-down: .venv/.requirements ## Stop the schedule of backups; every backup stays
	@$(CLI) backup-down $(ENV) $(if $(CONFIRM),--confirm '$(CONFIRM)')

.PHONY: restores
restores: .venv/.requirements ## List what was before restores (UNDO=id brings it back, DISCARD=id)
	@$(CLI) restores $(ENV) $(if $(UNDO),--undo '$(UNDO)') $(if $(DISCARD),--discard '$(DISCARD)') $(if $(CONFIRM),--confirm '$(CONFIRM)') $(if $(JSON),--json)

.PHONY: prune
prune: .venv/.requirements ## Remove backups that newer proven ones make redundant (DRY_RUN=1, CONFIRM=dev)
	@$(CLI) prune $(ENV) $(if $(DRY_RUN),--dry-run) $(if $(CONFIRM),--confirm '$(CONFIRM)') $(if $(JSON),--json)

.PHONY: preview
preview: .venv/.requirements ## Write what `make up` would change as a report; exit code 2 when it would
	@$(CLI) preview $(ENV) $(if $(DIFF),--diff) $(if $(JSON),--json)

.PHONY: policy
policy: .venv/.requirements ## Ask all rules about a preview and the stored state, without Docker (JSON=1)
	@$(CLI) policy $(ENV) $(if $(JSON),--json)

.PHONY: spec
spec: .venv/.requirements ## Print what the environment consists of, as JSON
	@$(CLI) spec $(ENV)

.PHONY: compose
compose: .venv/.requirements ## Print the same environment as a compose file
	@$(CLI) compose $(ENV)

.PHONY: env-file
env-file: .venv/.requirements ## Render the sealed env file of a production environment
	@$(CLI) env-file $(ENV)

.PHONY: images-lock
images-lock: .venv/.requirements ## Refresh images.lock.json
	@$(CLI) images-lock

.PHONY: env
env: .venv/.requirements ## Print shell lines for pulumi by hand: eval "$$(make -s env)"
	@$(CLI) env

## Working on LedgerFlow

.PHONY: check
check: .venv/.requirements-dev ## Lint, types, import contracts, spelling
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@cd app && ../$(VENV)/mypy --config-file mypy.ini .
	@PYTHONPATH=.:app $(VENV)/lint-imports
	@$(VENV)/codespell

.PHONY: test-fast
test-fast: .venv/.requirements-dev ## The tiers that need neither Docker nor Pulumi's CLI
	@GUARD_SPELLINGS=5000 LEDGERFLOW_RETENTION_HISTORIES=5000 $(VENV)/pytest -q -n 2 --dist loadfile -m "unit or program or policy or guard or state"

.PHONY: test
test: .venv/.requirements-dev ## All tests, on a bare machine too; leaves a receipt for the tree
	@$(VENV)/python -m guard.git run -- $(MAKE) --no-print-directory every-test

.PHONY: every-test
every-test: check
	@$(VENV)/python -m cli machine
	@PATH="$(CURDIR)/.ledgerflow/bin:$$PATH" $(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not benchmark" --tb=native --durations=25

GUARD_LINK = $(or $(TO),$(HOME)/.local/bin)/$(or $(NAME),ledger_docker)
.PHONY: guard-install
guard-install: ## Put ledger_docker on PATH by a link (TO=folder, NAME=docker)
	@if [ -e '$(GUARD_LINK)' -o -L '$(GUARD_LINK)' ] && [ "$$(readlink '$(GUARD_LINK)')" != '$(CURDIR)/ledger_docker' ]; then \
	    echo '$(GUARD_LINK) is something else; nothing was changed' >&2; exit 1; fi
	@mkdir -p '$(dir $(GUARD_LINK))' && ln -sf '$(CURDIR)/ledger_docker' '$(GUARD_LINK)'
	@echo '$(GUARD_LINK) is the ledger_docker of this checkout'
	@case ":$$PATH:" in *':$(patsubst %/,%,$(dir $(GUARD_LINK))):'*) ;; *) echo 'its folder is not on PATH yet' ;; esac

.PHONY: guard-remove
guard-remove: ## Take that link away again
	@if [ "$$(readlink '$(GUARD_LINK)')" = '$(CURDIR)/ledger_docker' ]; then rm '$(GUARD_LINK)'; \
	    else echo '$(GUARD_LINK) is no link to the ledger_docker of this checkout' >&2; exit 1; fi

.PHONY: hooks
hooks: .venv/.requirements ## Install the pre-push hook: main takes tested trees only (REMOVE=1)
	@$(VENV)/python -m guard.git $(if $(REMOVE),remove,install)

.PHONY: receipt
receipt: .venv/.requirements ## Tell whether this tree may be pushed to main (JSON=1)
	@$(VENV)/python -m guard.git show $(if $(JSON),--json)

.PHONY: audit
audit: .venv/.requirements-dev ## The monthly security audit of this machine (ONLY='prod', JSON=1)
	@$(VENV)/python -m guard.security $(ONLY) $(if $(JSON),--json)

.PHONY: authz-install
authz-install: .venv/.requirements ## Let the Docker daemon itself obey the rules (as root)
	@./ledger_docker authz install

.PHONY: authz-remove
authz-remove: .venv/.requirements ## Take the plugin out of the Docker daemon again (as root)
	@./ledger_docker authz remove

.PHONY: authz-status
authz-status: .venv/.requirements ## Tell whether the Docker daemon obeys the rules (JSON=1)
	@./ledger_docker authz status $(if $(JSON),--json)

.PHONY: bench
bench: .venv/.requirements-dev ## Timings as ratios, and the plugins against recorded decisions
	@$(VENV)/python -m airgap.plugins.decisions
	@$(VENV)/python -m cli machine
	@$(VENV)/pytest -q -s -m benchmark tests/benchmarks

.PHONY: coverage
coverage: .venv/.requirements-dev ## Lines and branches of the guard's rules that no test reaches
	@mkdir -p .ledgerflow
	@$(VENV)/coverage run -m pytest -q -p no:cacheprovider $(GUARD_RULES)
	@$(VENV)/coverage report

.PHONY: coverage-app
coverage-app: .venv/.requirements-dev ## Branches of the application that its own tests do not reach
	@$(VENV)/coverage run --rcfile=app/coverage.ini -m pytest -q tests/unit/app tests/integration/app/*/
	@$(VENV)/coverage report --rcfile=app/coverage.ini

.PHONY: scan
scan: .venv/.requirements-dev ## Look for known weaknesses: in the application's code, in what it is built on
	@$(VENV)/bandit -q -r app -ll -x ./app/staticfiles
	@$(VENV)/pip-audit --disable-pip --require-hashes -r app/requirements.lock

.PHONY: mutation
mutation: .venv/.requirements-dev ## Change the rules bit by bit: the tests must notice
	@nice -n 10 $(VENV)/mutmut run --max-children 2
	@$(VENV)/mutmut results

.PHONY: lock
lock: .venv/.requirements-dev ## Renew the lock files from pyproject.toml
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --group app -o app/requirements.lock
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --group backup -o backup/requirements.lock
	@$(VENV)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-strip-extras pyproject.toml --group app --group backup --group dev -o requirements-dev.lock

.venv/.requirements: requirements.lock cli/bootstrap.py
	@$(PYTHON) cli/bootstrap.py requirements.lock

.venv/.requirements-dev: requirements-dev.lock cli/bootstrap.py
	@$(PYTHON) cli/bootstrap.py requirements-dev.lock
