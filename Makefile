# The commands of this book. `make book` and `make test` set up all they need in .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
CHAPTERS := $(wildcard chapters/*.ipynb)

.PHONY: help pdf screenshots book test serve lab notebooks release grade bench browser-versions numbers results lock strip clean data slides

help:
	@echo "make book   build the book into _build/html"
	@echo "make test   build the book and run every test, those in the browser included"
	@echo "make serve  show the built book at http://localhost:$(PORT)"
	@echo "make lab    open the chapters in JupyterLab"
	@echo "make slides CHAPTER=02  write slides with live figures into _build/slides"
	@echo "make release  write the notebooks for students, without solutions, into _build/release"
	@echo "make notebooks  the same for Colab, into _build/notebooks, with BOOK_REPOSITORY=https://github.com/OWNER/NAME"
	@echo "make grade FOLDER=submissions OUT=graded  grade a folder of submissions (appendices/for-lecturers.md)"
	@echo "make pdf    print the whole book into _build/pdf (one PDF, through Chromium)"
	@echo "make screenshots [AGAINST=folder]  pictures of every page; what changed since those in the folder"
	@echo "make bench  measure how fast sliders move in the built pages, and how soon the live site answers"
	@echo "make browser-versions  run every chapter with the pandas, numpy and SciPy of the browser (Python 3.12 or newer)"
	@echo "make numbers  say where every number in the prose comes from"
	@echo "make results  draft the lines of CHANGELOG.md for changed results (RELEASE=1 keeps them as released)"
	@echo "make data   renew tables from public upstream data and show what changes (CHECK=1 only looks)"
	@echo "make strip  remove outputs from the chapters before a commit"
	@echo "make lock   choose the newest versions that fit and write requirements.lock"
	@echo "make clean  remove everything that was built (.venv stays)"

book: $(VENV)/.book
	@started=$$(date +%s); \
	$(BIN)/jupyter-book build . -W --keep-going || exit 1; \
	$(BIN)/python -m lite.build || exit 1; \
	echo "The book took $$(( $$(date +%s) - started )) s. Open _build/html/index.html, or run: make serve"

test: book $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n auto

serve: book
	@echo "http://localhost:$(PORT)  (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --directory _build/html $(PORT)

lab: $(VENV)/.book
	$(BIN)/jupyter lab --notebook-dir=. chapters

slides: book
	@$(BIN)/python -m slides $(CHAPTER)

release: $(VENV)/.book
	@$(BIN)/python -m utils.grading release

notebooks: $(VENV)/.book
	@test -n "$(BOOK_REPOSITORY)" || { \
	  echo "Say where the book is public: make notebooks BOOK_REPOSITORY=https://github.com/OWNER/NAME"; exit 1; }
	@$(BIN)/python -m utils.grading release $(CHAPTERS) --out _build/notebooks/chapters --repository "$(BOOK_REPOSITORY)"

grade: $(VENV)/.book
	@test -n "$(FOLDER)" -a -n "$(OUT)" || { echo "Say which folders: make grade FOLDER=submissions OUT=graded [OF=01]"; exit 1; }
	@$(BIN)/python -m utils.grading grade "$(FOLDER)" --out "$(OUT)" $(if $(OF),--of "$(OF)")

bench: book $(VENV)/.test
	$(BIN)/python -m tests.bench

numbers: book $(VENV)/.test
	@$(BIN)/python -m tests.audit

results: book $(VENV)/.test
	@$(BIN)/python -m tests.released $(if $(RELEASE),release)

pdf: book $(VENV)/.test
	@$(BIN)/python -m paper

screenshots: book $(VENV)/.test
	@$(BIN)/python -m tests.screenshots $(if $(AGAINST),--against "$(AGAINST)")

data: $(VENV)/.test
	@$(BIN)/python data/prepare/upstream.py $(if $(CHECK),--check)

browser-versions: $(VENV)/.test
	BROWSER_VERSIONS=1 $(BIN)/python -m pytest tests/test_browser_versions.py -rs

strip: $(VENV)/.book
	$(BIN)/jupyter nbconvert --clear-output --inplace $(CHAPTERS)

lock:
	grep -v '^-' requirements.txt | uv pip compile - pyproject.toml --extra test --extra grading --universal --python-version 3.11 \
	  --no-annotate --no-header --upgrade --output-file requirements.lock

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis

# ---- The environment ---------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. This book needs Python 3.11 or newer; on Debian: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This book needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Name another one: make book PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }  # --clear: one interrupted half way is made anew

$(VENV)/.book: requirements.txt requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { \
	  echo "The packages could not be installed (see above). Is there a network connection?"; exit 1; }
	@touch $@

$(VENV)/.test: $(VENV)/.book
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[test,grading]" || { \
	  echo "The test packages could not be installed (see above). Is there a network connection?"; exit 1; }
	@$(BIN)/python -m tests.browser
	@touch $@
