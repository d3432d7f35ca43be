# `make help` lists what can be made. A new user needs `make run` and `make test`.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 7860
HOST ?= 127.0.0.1
DOCUMENTS ?= documents
GAZETTES ?= ../shared/policies
TRAINING ?= ../shared/training
# The built-in digests and a folder of your own are kept in stores of their own.
ifeq ($(DOCUMENTS),documents)
STORE ?= .store
else
STORE ?= .store-$(notdir $(patsubst %/,%,$(DOCUMENTS)))
endif

BIN := $(VENV)/bin
# pip looks nothing up and compiles nothing that is not needed: the install is the slowest step.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

export GRADIO_ANALYTICS_ENABLED := False
export HF_HUB_OFFLINE := 1
export ANONYMIZED_TELEMETRY := False

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/:.*?## /\t/' | expand -t 16

.PHONY: run
run: $(BIN)/.installed ## ingest DOCUMENTS (default: documents) and serve the chat on PORT
	@exec $(BIN)/python app.py --host "$(HOST)" --port "$(PORT)" --store "$(STORE)" \
		--documents "$(DOCUMENTS)"

.PHONY: ingest
ingest: $(BIN)/.installed ## only ingest DOCUMENTS into STORE
	$(BIN)/python -m ingest "$(DOCUMENTS)" --store "$(STORE)"

.PHONY: test
test: $(BIN)/.installed-test ## lint, then all tests (browser tests where Chromium is installed)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

.PHONY: test-quick
test-quick: $(BIN)/.installed-test ## the tests that take seconds
	$(BIN)/python -m pytest -m "not slow and not browser"

.PHONY: lint
lint: $(BIN)/.installed-test ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: evaluate
evaluate: $(BIN)/.installed-test ## score the gold questions; reports go to reports/
	$(BIN)/python -m ingest documents --store .store
	@for gold in documents gazettes-dev gazettes-test; do \
		$(call score,.store,$$gold,digests-$$gold) || exit 1; \
	done
	@if [ -d "$(GAZETTES)" ]; then \
		$(BIN)/python -m ingest "$(GAZETTES)" --store .store-policies && \
		for gold in gazettes-dev gazettes-test exam-dev exam-test; do \
			$(call score,.store-policies,$$gold,$$gold) || exit 1; \
		done; \
	else echo "$(GAZETTES) is not here: only the digests were asked."; fi

CITIES := $(wildcard tests/gold/cities/dev/*)

# What is fitted learns from the gazettes and from these cities.
FITTED = tests/gold/gazettes-dev.jsonl --store .store-policies $(foreach city,$(CITIES),\
	--elsewhere .store-cities/$(notdir $(city)) $(city)/gold.jsonl)

.PHONY: libraries
libraries: $(BIN)/.installed-test
	$(BIN)/python -m ingest "$(GAZETTES)" --store .store-policies
	@for city in $(CITIES); do \
		$(BIN)/python -m ingest $$city/documents --store .store-cities/$$(basename $$city) || exit 1; \
	done

.PHONY: networks
networks: libraries ## fit close reading and order of sentences again (needs GAZETTES; a quarter of an hour)
	$(BIN)/python -m assistant.close_ranking $(FITTED)
	$(BIN)/python -m assistant.sentence_fitting $(FITTED)

.PHONY: calibration
calibration: libraries ## fit again when to refuse (needs GAZETTES; two hours)
	$(BIN)/python -m assistant.calibration $(FITTED) --also tests/gold/pairs-dev.jsonl

# score STORE,GOLD,REPORT
score = $(BIN)/python -m assistant.evaluation tests/gold/$(2).jsonl --store $(1) \
	--baseline bm25 --baseline dense --json reports/$(3).json --html reports/$(3).html

.PHONY: bench
bench: $(BIN)/.installed-test ## time reading, search and ingest beside LangChain and plain Chroma
	$(BIN)/python -m tests.bench.reading
	$(BIN)/python -m tests.bench

.PHONY: model
model: $(BIN)/.installed-model ## train the embedding model anew from TRAINING
	$(BIN)/python -m vectorstore.training --data "$(TRAINING)" --out vectorstore/model

.PHONY: clean
clean: ## remove the environment, the built-in store and the reports
	rm -rf $(VENV) .store reports

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=python3.11 (or newer)."; exit 1; }
	@echo "Making $(VENV) and installing what is needed (a few minutes, once) …"
	@$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) --no-compile -e .
	@touch $@

$(BIN)/.installed-test: $(BIN)/.installed
	@$(PIP) --no-compile -e ".[test,evaluation]"
	@touch $@

$(BIN)/.installed-model: $(BIN)/.installed
	@$(PIP) --no-compile -e ".[model]"
	@touch $@
