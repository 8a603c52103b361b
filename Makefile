# Tessera: what one types. `make demo` sets everything up and runs it; `make test` sets everything up and tests it.
# Needs make and Python 3.11 or newer; .ci/prepare brings the rest, or says which line does.

VENV ?= .venv
PORT ?= 8000
BIN = $(VENV)/bin
export VENV

.PHONY: help demo test setup run lint check bench faults
help:
	@echo "make demo    the portal with an invented university in it, on http://localhost:$(PORT) (PORT=… to change)"
	@echo "make test    every check and every test"
	@echo "make setup   what developing needs, without running anything"
	@echo "make run     the portal with the settings of .env"
	@echo "make lint    style, types, templates, who imports whom"
	@echo "make check   lint, settings, migrations and the quick tests"
	@echo "make bench   the speed measurements"
	@echo "make faults  the long plan of crashes and outages"

demo:
	@sh .ci/prepare demo
	@$(BIN)/python manage.py up --demo --port $(PORT)

setup:
	@sh .ci/prepare test

run: setup
	@$(BIN)/python manage.py up --port $(PORT)

test: setup
	@sh .ci/test all

lint: setup
	@sh .ci/test lint

check: setup
	@sh .ci/test lint settings sqlite

bench: setup
	@sh .ci/test bench

faults: setup
	@sh .ci/test faults
