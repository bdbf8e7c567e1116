"""Backup and restore: `make backup TO=FOLDER`, `make restore FROM=FOLDER`.

A backup is a folder: the database as PostgreSQL's own `pg_dump` writes it, the uploaded files, the heads kept
outside the database, and a manifest. The keys go into an archive of their own, for another place. How the parts fit
together while people go on working stands in docs/decisions/0012-backups.md.
"""
