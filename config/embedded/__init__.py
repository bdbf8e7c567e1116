"""PostgreSQL and Valkey from the wheels, kept running for a machine that has neither.

`python -m config.embedded run` is `make run`; `services` runs the two servers alone and prints their
addresses; `around FOLDER -- COMMAND` runs a command with servers of its own. Why it is built so stands in
docs/decisions/0001-embedded-services.md.
"""
