# GNU make 3.81 or newer. Every recipe runs from this folder, whatever its path.
PY := .venv/bin/python
PORT ?= 8000

# A course: which set, and the folder of what only the instructor has, which git ignores.
SET ?= ps1
INSTRUCTOR ?= instructor
ASSIGNMENT ?= book/assignments/$(SET)
SUBMISSIONS ?= $(INSTRUCTOR)/$(SET)/submissions
OUT ?= $(INSTRUCTOR)/$(SET)/grades
SECRET ?= $(INSTRUCTOR)/secret
COURSE = $(PY) -m course

# A user's settings that would put packages elsewhere, or hide this folder from its own tools.
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
unexport PIP_DRY_RUN PIP_NO_BUILD_ISOLATION PIP_NO_DEPS PIP_PREFIX PIP_PYTHON PIP_REQUIRE_HASHES PIP_ROOT PIP_TARGET
unexport PYTHONHOME PYTHONSAFEPATH

# A relative ADVLIB_DATA is meant from the folder in which the user called make.
export CALLED_FROM := $(or $(PWD),$(CURDIR))

.DEFAULT_GOAL := help
.PHONY: help book pdf chapter test quick coverage thorough lab serve notebooks check prose lock linkcheck bench peers browser clean environment \
	release visible grade export manual viva

help: ## List these targets
	@echo "make book and make test set up everything they need. All targets:"
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

book: notebooks ## Run every chapter and build the book into _build/html
	@$(PY) -m tools.book

chapter: notebooks ## Run one chapter and build its page (NAME=bottlenecks)
	@$(PY) -m tools.chapter "$(NAME)"

test: book ## Run the tests
	@$(PY) -m pytest -n auto --dist worksteal -m "not thorough"

coverage: book ## Run the tests and say which lines of advlib they miss
	@$(PY) -m pytest --cov -n auto --dist worksteal -m "not thorough"

thorough: environment ## Run the tests that draw everything they promise, for minutes each
	@$(PY) -m pytest -n auto --dist worksteal -m thorough

quick: environment ## Run the quick tests: no browser, book or stored tables, nothing slow
	@$(PY) -m pytest -n auto --dist worksteal -m "not slow and not thorough and not browser and not book and not tables"

lab: notebooks ## Open the chapters in JupyterLab
	@$(PY) -m tools.lab --notebook-dir notebooks

pdf: book ## Print the whole book into _build/one-gradient-step.pdf
	@$(PY) -m tools.pdf

serve: book ## Serve the built book on this machine (PORT=8000)
	@$(PY) -m tools.serve $(PORT)

notebooks: environment ## Derive notebooks/*.ipynb from book/*.md
	@$(PY) -m tools.notebooks write

check: environment ## Lint, formatting, types, and notebooks that match their chapters
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@$(PY) -m tools.notebooks check

prose: environment ## Print the words, figures, numbers, cells and hidden code of each chapter; mark stories beyond their limits
	@$(PY) -m tools.prose

lock: environment ## Renew requirements.lock with today's versions
	@$(PY) -m tools.lock

linkcheck: book ## Ask every outside address of the book whether it is still there
	@$(PY) -m tools.book linkcheck

bench: environment ## Time advlib against bare matrix products and its peers
	@$(PY) -m benchmarks

peers: environment ## Install Foolbox, torchattacks and ART beside the environment, for make bench
	@$(PY) -m pip install --disable-pip-version-check --upgrade --no-deps --target .venv/peers -r benchmarks/peers.txt

browser: environment ## Install a Chromium for the browser tests, where the system has none
	@$(PY) -m playwright install chromium

release: environment ## Write a set's notebook for students (SET=ps1, OPTIONS="--roster FILE")
	@mkdir -p $(INSTRUCTOR)
	@$(COURSE) release --assignment $(ASSIGNMENT) --out $(INSTRUCTOR)/$(SET) --secret $(SECRET) $(OPTIONS)

visible: environment ## Run the visible tests of a student's notebook (NOTEBOOK=FILE)
	@$(COURSE) check $(NOTEBOOK) $(OPTIONS)

grade: environment ## Grade SUBMISSIONS of a SET into OUT, with SECRET (OPTIONS="--lms canvas --roster FILE")
	@mkdir -p $(INSTRUCTOR)
	@$(COURSE) grade --assignment $(ASSIGNMENT) --submissions $(SUBMISSIONS) --out $(OUT) --secret $(SECRET) $(OPTIONS)

export: environment ## Put marks into nbgrader's gradebook (OPTIONS="--sheet FILE --column NAME", or "--figures q4")
	@$(COURSE) export --assignment $(ASSIGNMENT) --out $(OUT) --gradebook $(INSTRUCTOR)/gradebook $(OPTIONS)

manual: environment ## Write a set's solution manual, for the instructor only
	@$(COURSE) manual --assignment $(ASSIGNMENT) --out $(INSTRUCTOR)/$(SET)

viva: environment ## Write three questions for each student of a SET, from what OUT holds
	@$(COURSE) viva --assignment $(ASSIGNMENT) --out $(OUT) --secret $(SECRET)

clean: ## Remove everything make has made, the environment included
	rm -rf .venv _build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@sh tools/environment.sh
