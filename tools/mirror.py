#!/usr/bin/env python3
"""Keep a copy of Probity's open data in one SQLite file, by its feed of changes.

Needs Python 3.9 or newer and nothing else.

    python3 mirror.py https://probity.example copy.sqlite [--every SECONDS] [--check]

Each collection is a table with a column for each of its fields, as the data dictionary has them. What was published
before is fetched at the first run; each further run fetches what has changed since. It may be ended at any moment, also
by force: the file's place in the feed is written together with the rows, so the next run goes on where it stood.

What is retracted is deleted from the file, and its place in the file overwritten. Please keep it so: a retraction means
that the row should not have been public, or is public no more. An older copy of the file still has it.

A key for more requests an hour is read from the environment: PROBITY_KEY. Without one it works as well; when the server
says that it is enough for now, the program waits as long as it is told.

`--check` brings the file up to date, fetches all rows of all collections afresh, and names each difference.

If the feed is not the one that the file was made from, or has fields that the file has not, the file is filled anew,
which is said.

Ends with 0 if all is well, 1 if `--check` found a difference, 2 if the server or the file cannot be used.
"""

import argparse
import email.utils
import gzip
import json
import os
import re
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TYPES = {"integer": "INTEGER", "number": "REAL"}
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
AT_ONCE = 1000
ATTEMPTS = 6
LONGEST_WAIT = 3600


class Unusable(Exception):
    """The server or the file cannot be used; what it says is for whoever runs this."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key is for one server: it is not carried to wherever an answer points."""

    def redirect_request(self, *_):
        return None


class Source:
    """The server's answers, asked for as often as it allows."""

    def __init__(self, address, key=None, say=lambda text: None):
        self.address = address.rstrip("/") + "/"
        if "/api/open/" not in self.address:
            self.address += "api/open/v1/"
        self.key, self.say = key, say
        self.opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path, **query):
        """The JSON of an address below the server's.

        :raises Unusable: if it cannot be had
        """
        url = self.address + path + ("?" + urllib.parse.urlencode(query) if query else "")
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "probity-mirror/1"}
        if self.key:
            headers["Authorization"] = "Bearer " + self.key
        failed = 0
        while True:
            try:
                with self.opener.open(urllib.request.Request(url, headers=headers), timeout=60) as answer:
                    body = answer.read()
                    if answer.headers.get("Content-Encoding") == "gzip":
                        body = gzip.decompress(body)
                    return json.loads(body)
            except urllib.error.HTTPError as error:
                with error:
                    wait = waiting(error.headers.get("Retry-After"))
                if error.code not in (429, 502, 503, 504):
                    raise Unusable(f"{url}: the server answers {error.code} {error.reason}") from None
                why = f"the server answers {error.code}"
            except (OSError, EOFError, ValueError) as error:  # no answer, half an answer, or no JSON
                wait, why = None, str(error) or type(error).__name__
            # Told to wait, one waits; told nothing, longer each time, and not for ever.
            failed += wait is None
            if failed >= ATTEMPTS:
                raise Unusable(f"{url}: {why}")
            wait = min(2**failed if wait is None else wait, LONGEST_WAIT)
            self.say(f"{why}: waiting {wait:.0f} s")
            time.sleep(wait)

    def pages(self, path, **query):
        """Page after page. Of `next` the query alone is taken: where the server is, is known here."""
        while True:
            page = self.get(path, **query)
            yield page
            if not page["next"]:
                return
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page["next"]).query))


def waiting(said):
    """Seconds of a Retry-After, which may also be a date; None without one."""
    if not said:
        return None
    if said.strip().isdigit():
        return max(1, int(said))
    try:
        return max(1, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def quoted(name):
    """A name for SQL. What a server calls its columns is not to be trusted further than this.

    :raises Unusable: for what is no plain name
    """
    if not NAME.match(name):
        raise Unusable(f"the server has a name that cannot be a table or column: {name!r}")
    return f'"{name}"'


class Copy:
    """The SQLite file: a table for each collection, and `_mirror` with its place in the feed."""

    def __init__(self, path):
        try:
            self.base = sqlite3.connect(path, isolation_level=None, timeout=60)
            # Before anything is written: what is deleted is overwritten with zeros, and no journal stays behind.
            self.base.execute("PRAGMA secure_delete = ON")
            self.base.execute("PRAGMA journal_mode = DELETE")
            self.base.execute(
                "CREATE TABLE IF NOT EXISTS _mirror (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
            )
        except sqlite3.Error as error:
            raise Unusable(f"{path}: {error}") from None

    def noted(self, name):
        row = self.base.execute("SELECT value FROM _mirror WHERE name = ?", [name]).fetchone()
        return None if row is None else json.loads(row[0])

    def note(self, **facts):
        for name, value in facts.items():
            said = json.dumps(value, ensure_ascii=False)
            self.base.execute("INSERT OR REPLACE INTO _mirror VALUES (?, ?)", [name, said])

    @property
    def seq(self):
        return self.noted("seq") or 0

    def __enter__(self):
        self.base.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, *_):
        self.base.execute("COMMIT" if kind is None else "ROLLBACK")

    def begin(self, source, fields):
        """Empty, with the tables for these fields: {collection: {field: type}}."""
        with self:
            for name in self.noted("fields") or {}:
                self.base.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
            for name, columns in fields.items():
                described = ", ".join(
                    f"{quoted(column)} {TYPES.get(type_, 'TEXT')}{' PRIMARY KEY NOT NULL' * (column == 'id')}"
                    for column, type_ in columns.items()
                )
                self.base.execute(f"CREATE TABLE {quoted(name)} ({described}) WITHOUT ROWID")
            self.note(source=source, fields=fields, seq=0, last=None)

    def take(self, after, lines):
        """Apply lines of the feed, and note where it stands: both or neither.

        :raises Unusable: if the lines are not those that follow, or another process wrote meanwhile
        """
        fields = self.noted("fields")
        with self:
            if self.seq != after:
                raise Unusable("another process writes this file; let one alone do it")
            for line in lines:
                if line["seq"] <= after:
                    raise Unusable(f"the feed is out of order: {line['seq']} after {after}")
                after, name = line["seq"], line["collection"]
                if line["kind"] == "retracted":
                    self.base.execute(f"DELETE FROM {quoted(name)} WHERE id = ?", [line["id"]])
                elif line["record"] is not None:  # else a later line says what stands
                    columns = fields[name]
                    self.base.execute(
                        f"INSERT OR REPLACE INTO {quoted(name)} ({', '.join(map(quoted, columns))}) "
                        f"VALUES ({', '.join('?' * len(columns))})",
                        [line["record"][column] for column in columns],
                    )
            if lines:
                self.note(seq=after, last=[after, lines[-1]["collection"], lines[-1]["id"]])

    def rows(self, name):
        """The rows of a collection by id, in the order of its columns."""
        columns = self.noted("fields")[name]
        asked = f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(name)}"
        found = {}
        for values in self.base.execute(asked):
            row = {column: values[place] for place, column in enumerate(columns)}
            found[row["id"]] = row
        return found


def fields_of(source):
    """{collection: {field: type}}, from the data dictionary."""
    return {
        one["name"]: {field["name"]: field["type"] for field in one["fields"]}
        for one in source.get("dictionary/")["collections"]
    }


def follow(source, copy, limit=AT_ONCE, say=print):
    """Bring the copy up to date. Returns the rows that were touched: (collection, id)."""
    fields = fields_of(source)
    why = _other(source, copy, fields)
    if why:
        if copy.noted("source"):
            say(f"{why}: the copy is filled anew")
        copy.begin(source.address, fields)
    touched, after = set(), copy.seq
    for page in source.pages("changes/", after=after, limit=limit):
        lines = page["data"]
        unknown = {line["collection"] for line in lines} - fields.keys()
        if unknown:
            # Published since the dictionary was read a moment ago: the next run has it.
            say(f"the feed has collections that its dictionary has not yet: {', '.join(sorted(unknown))}")
            return touched
        copy.take(after, lines)
        touched.update((line["collection"], line["id"]) for line in lines)
        after = copy.seq
    return touched


def _other(source, copy, fields):
    """Why the copy cannot go on by this feed; "" if it can."""
    if copy.noted("source") is None:
        return "the copy is new"
    if copy.noted("source") != source.address:
        return f"the copy is of another server, {copy.noted('source')}"
    if copy.noted("fields") != fields:
        return "the feed has other fields than the copy"
    last = copy.noted("last")
    if last is None:
        return ""
    seq, name, row = last
    page = source.get("changes/", after=seq - 1, limit=1)
    if not page["data"]:
        return f"the feed ends before the copy, which is at {seq}"
    line = page["data"][0]
    if [line["seq"], line["collection"], line["id"]] != [seq, name, row]:
        return "the feed is another than the copy was made from"
    return ""


def check(source, copy, limit=AT_ONCE, say=print):
    """Compare all rows with those of a fresh pull; a row that changes meanwhile is no difference."""
    follow(source, copy, limit, say)
    found = []
    for name in copy.noted("fields"):
        here, there = copy.rows(name), {}
        for page in source.pages(name + "/", limit=limit):
            for row in page["data"]:
                if row["id"] in there:
                    found.append((name, row["id"], "is twice in the pull"))
                there[row["id"]] = row
        for key in sorted(here.keys() | there.keys()):
            if key not in there:
                found.append((name, key, "is in the copy alone"))
            elif key not in here:
                found.append((name, key, "is not in the copy"))
            elif here[key] != there[key]:
                found.append((name, key, "differs"))
    if found:
        touched = follow(source, copy, limit, say)
        found = [one for one in found if one[:2] not in touched]
    return [f"{name} {key} {what}" for name, key, what in found]


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", help="of the server, or of its open data: https://…/api/open/v1/")
    parser.add_argument("file", help="the SQLite file; made if there is none")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="go on, looking again after so long")
    parser.add_argument("--limit", type=int, default=AT_ONCE, help="lines or rows a request")
    parser.add_argument("--check", action="store_true", help="compare the file with all rows, fetched afresh")
    said = parser.parse_args(arguments)

    def say(text):
        print(text, file=sys.stderr, flush=True)

    source = Source(said.address, os.environ.get("PROBITY_KEY"), say)
    try:
        copy = Copy(said.file)
        while True:
            differs = (check if said.check else follow)(source, copy, said.limit, say)
            print(f"at {copy.seq} of the feed", flush=True)
            if said.check:
                print("\n".join([f"DIFFERS: {one}" for one in differs]) or "OK", flush=True)
            if said.every is None:
                return 1 if said.check and differs else 0
            time.sleep(said.every)
    except Unusable as error:
        say(f"Cannot go on: {error}")
        return 2
    except sqlite3.Error as error:
        say(f"Cannot go on: {said.file}: {error}")
        return 2
    except (KeyError, TypeError) as error:
        say(f"Cannot go on: the server's answers are not as this program knows them ({error!r})")
        return 2
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
