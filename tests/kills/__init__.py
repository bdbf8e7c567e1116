"""Promise 2 of the system tried as a whole: no acknowledged work is lost, whichever process is killed.

`python -m tests.kills` (`make kills`) starts everything as `make run` does, on a folder of its own; clients write
through the API and remember each answer, while one after the other of web, worker, beat, sealer, Valkey and
PostgreSQL is killed. Then the database is compared with what was answered.
"""
