# Needs make, Python 3.11 or newer with its venv module, and a package index. Everything goes into .venv.

BIN := .venv/bin
# What nobody imports need not be compiled.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
DEMO := examples/01-flood-dibao.json

# The tests start the program hundreds of times: it is compiled once, whatever this machine is used to.
export PYTHONDONTWRITEBYTECODE :=

.DELETE_ON_ERROR:
.PHONY: demo test fuzz mutants bench bench-live bench-explain bench-batch bench-prove lint clean

demo: .venv/.base
	$(BIN)/relapse-rules decide $(DEMO)
	@echo
	$(BIN)/relapse-rules explain $(DEMO) 纳入监测帮扶

# PYTEST_ARGS adds options, for example: make test PYTEST_ARGS="tests/test_packaging.py -x"
test: .venv/.test
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

# For as long as MINUTES says; what is found is kept in tests/fuzz/regressions and tried again by `make test`.
fuzz: .venv/.test
	$(BIN)/python -m tests.fuzz.nightly --minutes $(or $(MINUTES),1) $(FUZZ_ARGS)

# MUTANTS names what is to be written wrongly, for example: make mutants MUTANTS="relapse_rules.ir.*"
mutants: .venv/.dev
	RELAPSE_CONFORMANCE_CASES=100 $(BIN)/mutmut run $(MUTANTS)

bench: .venv/.bench
	$(BIN)/python bench/run.py $(BENCH_ARGS)

bench-live: .venv/.bench
	$(BIN)/python bench/live.py $(BENCH_ARGS)
	$(BIN)/python bench/comply.py
	$(BIN)/python bench/comply.py --format csv

bench-explain: .venv/.bench
	$(BIN)/python bench/explain.py $(BENCH_ARGS)
	$(BIN)/python bench/audit.py $(BENCH_ARGS)

bench-batch: .venv/.bench
	$(BIN)/python bench/batch.py $(BENCH_ARGS)
	$(BIN)/python bench/batch_ends.py

bench-prove: .venv/.bench
	$(BIN)/python bench/proving.py $(BENCH_ARGS)
	$(BIN)/python bench/watch.py

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports

clean:
	rm -rf .venv build dist .coverage .coverage.* htmlcov .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# 3.12 and 3.11 come first because the optional durable_rules engine builds there as it is.
.venv/bin/python:
	@for python in python3.12 python3.11 python3.13 python3.14 python3; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    newest=$$python; \
	    if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	      $$python -m venv .venv && exit 0; \
	    fi; \
	  fi; \
	done; \
	if [ -n "$$newest" ]; then \
	  echo "$$newest 没有可用的 venv。Debian/Ubuntu 请先执行:sudo apt install python3-venv" >&2; \
	else \
	  echo "找不到 Python 3.11 或更新的版本。Debian/Ubuntu 请先执行:sudo apt install python3 python3-venv" >&2; \
	fi; \
	rm -rf .venv; exit 1

.venv/.base: pyproject.toml | .venv/bin/python
	$(PIP) -e .
	@touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	$(PIP) -e '.[test]'
	@$(install-durable)
	@touch $@ .venv/.base

.venv/.dev: pyproject.toml | .venv/.test
	$(PIP) -e '.[dev]'
	@touch $@

.venv/.bench: pyproject.toml | .venv/.test
	$(PIP) -e '.[bench]'
	@touch $@

# durable_rules is a source distribution. Without a C compiler everything else works and its tests say that they
# were skipped. From Python 3.13 on it builds only with the new name of one C function, and not from a cached wheel.
define install-durable
if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 13))'; then \
  export CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject PIP_NO_CACHE_DIR=1; \
fi; \
if ! $(BIN)/python -c 'import durable_rules_engine' 2>/dev/null \
  && ! $(PIP) -e '.[durable]' >.venv/durable.log 2>&1; then \
  echo "未能编译 durable_rules(多半缺少 C 编译器或 Python 头文件),将跳过 durable 引擎的测试。" >&2; \
  echo "需要时:sudo apt install gcc python3-dev,删除 .venv/.test 后再试;详情见 .venv/durable.log" >&2; \
fi
endef
