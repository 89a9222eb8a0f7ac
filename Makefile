# make run opens the demo, make test runs every test; each first installs what it needs. `make help` lists the rest.
#   make run ARGS="my_model.py --desktop"      another network, other options
#   make PYTHON=python3.13 TORCH=torch run     another Python (3.11 or newer), another PyTorch

PYTHON ?=
TORCH ?= torch==2.13.0
ARGS ?=
BIN := .venv/bin

.PHONY: run test test-xr test-zoo lint bench study-data study gallery clean help
.DEFAULT_GOAL := help

run: .venv/installed  ## open the demo: in the headset, else in a window, else as a picture
	@tools/system-packages.sh run
	$(BIN)/vrcnn run $(ARGS)

test: .venv/installed  ## run every test, on a real OpenXR runtime too where one can be set up
	@tools/system-packages.sh test
	@tools/test.sh all $(ARGS)

test-xr: .venv/installed  ## run only the tests on the OpenXR runtime
	@tools/system-packages.sh test
	@tools/test.sh xr $(ARGS)

test-zoo: .venv/installed  ## check every architecture of timm, pytorchcv and torchvision; goes on where it was stopped
	PYTHONPATH=tests nice -n 5 $(BIN)/python -m zoo $(ARGS)

lint: .venv/installed  ## check the rules of the house: imports, types, style, lengths
	$(BIN)/python -m pytest tests/test_house.py $(ARGS)

bench: .venv/installed  ## measure, with the goal beside each figure
	@tools/system-packages.sh run
	$(BIN)/vrcnn bench $(ARGS)

study-data:  ## get what the study learns from, Fashion-MNIST and emoji, into ./study-data (170 MB to download, 60 to keep)
	@tools/study-data.sh

study: .venv/installed  ## the small study: data, trainings, measures, report and tour in ./study; goes on where it was stopped
	@tools/study.sh $(ARGS)

gallery: .venv/installed  ## render the pictures of docs/gallery.md and docs/vr.md anew
	@tools/system-packages.sh run
	$(BIN)/python tools/gallery.py
	$(BIN)/python tools/controllers.py
	$(BIN)/python tools/hand_menu.py

clean:  ## remove the environment and everything that was built
	rm -rf .venv build dist out vrcnn.png vrcnn.png.json .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*##/make \1 \t/p' $(MAKEFILE_LIST) | expand -t 18

# The project's own environment: made anew when what the project needs changes. A PyTorch that is already in it stays.
.venv/installed: pyproject.toml tools/python.sh
	@python=$$(PYTHON="$(PYTHON)" tools/python.sh) && $$python -m venv .venv
	@$(BIN)/python -c "import torch" 2>/dev/null || { echo "Installing PyTorch: minutes, the first time ..."; $(BIN)/pip install -qq "$(TORCH)"; }
	@echo "Installing vrcnn ..."
	@$(BIN)/pip install -qq -e ".[dev]"
	@touch $@
