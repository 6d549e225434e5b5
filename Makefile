# The front door. `make run` on a bare clone starts everything; `make test` runs every test this machine can run.
PYTHON ?= python3
DOOR = $(PYTHON) deploy/front_door.py

.PHONY: run test check fmt e2e bench lock messages
run: ; @$(DOOR) run
test: ; @$(DOOR) test $(ARGS)
check: ; @$(DOOR) check
fmt: ; @$(DOOR) fmt
e2e: ; @$(DOOR) e2e $(ARGS)
bench: ; @$(DOOR) bench $(ARGS)
lock: ; @$(DOOR) lock
messages: ; @.venv/bin/python -m config.messages update
