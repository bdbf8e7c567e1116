# Needed beforehand: Python 3.12 or newer, and make.  PYTHON=/path/to/python3 names one by hand.

PORT ?= 8000
ARGS ?=
export PORT

# The first interpreter that really runs: a version manager's shim may exist and fail. One that is too old
# runs the bootstrap as well, which says so.
define bootstrap
$(if $(PYTHON),exec "$(PYTHON)" config/bootstrap.py $(1);) \
for oldest in 12 0; do for p in python3.13 python3.14 python3.12 python3; do \
  if "$$p" -c "import sys; sys.exit(sys.version_info < (3, $$oldest))" >/dev/null 2>&1; \
  then exec "$$p" config/bootstrap.py $(1); fi; done; done; \
echo "Probity needs Python 3.12 or newer, and there is none: install one, or name it (PYTHON=/path/to/python3)." >&2; \
exit 1
endef

in_environment = .venv/bin/python

.PHONY: run demo-2024 backup restore test fuzz check fix bench kills release-dump lock messages environment

run:  ## start everything; Ctrl-C stops it
	@$(call bootstrap,run)

demo-2024: environment  ## a database of its own with the figures reported in 2024; PROBITY_DATA=.data/demo-2024 make run shows it
	@$(in_environment) -m config.embedded around demo-2024 -- $(in_environment) manage.py load_demo_2024 $(ARGS)
	@$(in_environment) -m config.embedded around demo-2024 -- $(in_environment) manage.py publish_open_data \
	  --pin 2024-01-23 --pin 2024-03-28

backup:  ## TO=/path/to/backups [KEYS=/another/path, for the keys] [KEEP=7]; while it runs, too
	@$(call bootstrap,backup)

restore:  ## FROM=/path/to/backup [KEYS=/path/to/its/keys] [REPLACE=1, to give up what is there]
	@$(call bootstrap,restore)

environment:
	@$(call bootstrap,environment)

test: environment  ## the whole suite; ARGS= goes to pytest
	@$(in_environment) -m config.embedded test -- -n 2 --maxschedchunk 32 $(ARGS)

fuzz: environment  ## the API by its own description, long and differently each time; FUZZ_SEED= repeats one
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-100} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} \
	  $(in_environment) -m config.embedded test -- -s tests/officers/test_api_fuzz.py $(ARGS)

check: environment  ## what can be seen without running a test
	$(in_environment) -m ruff check .
	$(in_environment) -m ruff format --check .
	$(in_environment) -m mypy
	.venv/bin/lint-imports
	$(in_environment) -m config.embedded around check -- $(in_environment) manage.py makemigrations --check --dry-run
	HTTPS=1 EMAIL_HOST=localhost MFA_REQUIRED=1 $(in_environment) manage.py check --deploy --fail-level WARNING
	$(in_environment) -m config.catalogues check

fix: environment  ## what can be mended by machine
	$(in_environment) -m ruff check --fix .
	$(in_environment) -m ruff format .

bench: environment  ## the figures, on servers of their own
	@$(in_environment) -m config.embedded around bench -- $(in_environment) -m benchmarks $(ARGS)

messages: environment  ## bring the catalogues to what the sources ask for
	$(in_environment) -m config.catalogues update
	$(in_environment) -m config.catalogues compile

kills: environment  ## kill -9 of every process under load, 200 times; ARGS="--kills 200 --seed 7"
	@$(in_environment) -m tests.kills $(ARGS)

release-dump: environment  ## keep this release's database, for the next release to be tried on
	@$(in_environment) -m tests.ledger.release

lock:  ## pin requirements/*.in with hashes; needs uv
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.12 \
	  requirements/base.in -o requirements/base.txt
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.12 \
	  -c requirements/base.txt requirements/dev.in -o requirements/dev.txt
