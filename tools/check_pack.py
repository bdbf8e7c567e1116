#!/usr/bin/env python3
"""Checks an evidence pack of Probity, without Probity and without a network.

    python3 check_pack.py PACK.zip [--head POSITION:DIGEST ...] [--heads FILE] [--manifest SHA256]

    --head      a head of the log that a witness kept: does the pack hang on the same log?
    --heads     the same for a file of heads, one a line; heads of which the pack knows nothing are passed over
    --manifest  the SHA-256 of manifest.json, as the event `pack.made` of the log has it

Exit codes: 0 the pack is whole; 1 something in it is wrong, and each is named with its file; 2 it cannot be read.

A pack holds what stands in the log about some records. What it proves, and how:

  image   SHA-256(salt || text) is the image's hash
  event   SHA-256 over its lines "table row version kind hash" is the digest of its changes; SHA-256 over the RFC 8785
          bytes of its columns and that digest is its leaf
  log     digest(n) = SHA-256(digest(n-1) || leaf(n)); a head is a position and the digest there. Of other events the
          pack has the leaf alone, so that the chain can be reckoned and nothing of them is told
"""

import argparse
import hashlib
import json
import re
import struct
import sys
import zlib

FORMAT = 1
#: Tables whose images are never given out, and the columns for whose sake. The records are there without these.
WITHHELD = {"cases_extract": ["complaint_id"], "officers_review": ["heard", "medical"]}
NUMBERS = ("id", "xid", "actor_id", "subject_id", "cause_id")
COLUMNS = {
    *NUMBERS,
    "actor_name",
    "actor_role",
    "verb",
    "subject_table",
    "reason",
    "facts",
    "occurred_at",
    "recorded_at",
    "clock_set",
    "request_id",
}
# A pack is written in one way only, byte for byte, so that nothing can hide between its members.
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
TIME, DAY, RIGHTS = 0, 33, 0o100600 << 16


class Unreadable(Exception):
    pass


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Archive:
    """The members of a ZIP, read by the list at its end and held against the one way in which a pack is written."""

    def __init__(self, data):
        self.data, self.members, self.faults = data, {}, []
        at = data.rfind(b"PK\5\6")
        if at < 0 or len(data) < at + END.size:
            raise Unreadable("this is no ZIP archive, or it is cut off")
        _, _, _, _, number, _, start, _ = END.unpack_from(data, at)
        position, names = start, []
        for _ in range(number):
            if len(data) < position + CENTRAL.size or data[position : position + 4] != b"PK\1\2":
                raise Unreadable("the list at the end of the archive is broken")
            head = CENTRAL.unpack_from(data, position)
            length, offset = head[10], head[16]
            name = data[position + CENTRAL.size : position + CENTRAL.size + length].decode("ascii", "replace")
            names.append((name, offset, head[9]))
            position += CENTRAL.size + length + head[11] + head[12]
        for name, offset, size in names:
            begin = offset + LOCAL.size + len(name)
            if name in self.members:
                self.faults.append((name, "stands twice in the archive"))
            self.members[name] = data[begin : begin + size]
        self._hold_against_written([name for name, _, _ in names])

    def _hold_against_written(self, names):
        offset, central = 0, []
        for name in names:
            content, raw = self.members[name], name.encode("ascii", "replace")
            crc = zlib.crc32(content)
            local = (
                LOCAL.pack(b"PK\3\4", 20, 0, 0, TIME, DAY, crc, len(content), len(content), len(raw), 0) + raw
            )
            if self.data[offset : offset + len(local)] != local:
                self.faults.append((name, "its place in the archive is not as a pack is written"))
            central.append(
                CENTRAL.pack(
                    b"PK\1\2",
                    788,
                    20,
                    0,
                    0,
                    TIME,
                    DAY,
                    crc,
                    len(content),
                    len(content),
                    len(raw),
                    0,
                    0,
                    0,
                    0,
                    RIGHTS,
                    offset,
                )
                + raw
            )
            offset += len(local) + len(content)
        listed = b"".join(central)
        end = END.pack(b"PK\5\6", 0, 0, len(names), len(names), len(listed), offset, 0)
        if self.data[offset:] != listed + end:
            self.faults.append(("(archive)", "the list at its end is not as a pack is written"))


class Check:
    """Looks through one pack; `faults` has what is wrong, `notes` what is worth knowing."""

    def __init__(self, data, heads=(), manifest=None):
        self.faults, self.notes = [], []
        archive = Archive(data)
        self.members = archive.members
        self.faults += archive.faults
        self.wanted, self.wanted_manifest = list(heads), manifest
        self.events, self.images, self.digests = {}, {}, {}

    def run(self):
        manifest = self.manifest()
        self.listed(manifest)
        self.read_events()
        self.read_images()
        self.read_records(manifest)
        self.read_files(manifest)
        self.read_chain()
        self.hold_heads(manifest)
        return manifest

    def fault(self, name, sentence):
        self.faults.append((name, sentence))

    def read(self, name):
        """The value of a member, which is written as RFC 8785 bytes."""
        data = self.members.get(name)
        if data is None:
            self.fault(name, "is missing")
            return None
        return self.parse(name, data)

    def parse(self, name, data):
        try:
            value = json.loads(data)
            if canonical(value) != data:
                self.fault(name, "is not written as RFC 8785 says")
        except (ValueError, UnicodeError, RecursionError):
            self.fault(name, "cannot be read")
            return None
        return value if isinstance(value, dict) else self.fault(name, "is not what stands under this name")

    def manifest(self):
        data = self.members.get("manifest.json")
        if data is None:
            raise Unreadable("this is no evidence pack: it has no manifest.json")
        said = self.members.get("manifest.sha256", b"").decode("ascii", "replace")
        if said != sha256(data) + "  manifest.json\n":
            self.fault("manifest.sha256", "is not the digest of manifest.json")
        if self.wanted_manifest and self.wanted_manifest.lower() != sha256(data):
            self.fault("manifest.json", "is not the manifest whose digest you gave")
        value = self.parse("manifest.json", data)
        if value is None:
            raise Unreadable("manifest.json cannot be read")
        if value.get("format") != FORMAT:
            raise Unreadable(
                "this pack is of format %r, and this program reads format %d" % (value.get("format"), FORMAT)
            )
        return value

    def listed(self, manifest):
        listed = {one["path"]: one for one in manifest["members"]}
        if len(listed) != len(manifest["members"]):
            self.fault("manifest.json", "lists a member twice")
        for name in sorted(listed.keys() | self.members.keys()):
            if name in ("manifest.json", "manifest.sha256") and name not in listed:
                continue
            if name not in listed:
                self.fault(name, "is in the archive and not in the manifest")
            elif name not in self.members:
                self.fault(name, "is in the manifest and not in the archive")
            elif listed[name]["size"] != len(self.members[name]) or listed[name]["sha256"] != sha256(
                self.members[name]
            ):
                self.fault(name, "is not what the manifest says: size or SHA-256 differ")

    def under(self, folder):
        return sorted(name for name in self.members if name.startswith(folder + "/"))

    def lines(self, name):
        data = self.members.get(name)
        if data is None:
            self.fault(name, "is missing")
            return
        if data and not data.endswith(b"\n"):
            self.fault(name, "is cut off")
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            value = self.parse("%s line %d" % (name, number), line)
            if value is not None:
                yield number, value

    def read_events(self):
        for number, value in self.lines("events.ndjson"):
            where = "events.ndjson line %d" % number
            columns, changes = value.get("columns"), value.get("changes")
            if not isinstance(columns, dict) or set(columns) != COLUMNS or not isinstance(changes, list):
                self.fault(where, "is not an event")
                continue
            hashed = "".join(" ".join(str(part) for part in one) + "\n" for one in changes)
            leaf = hashlib.sha256(canonical(dict(columns, changes=sha256(hashed.encode())))).digest()
            digest = hashlib.sha256(bytes.fromhex(value["before"]) + leaf).hexdigest()
            if digest != value["digest"]:
                self.fault(
                    where,
                    "event %s: its columns, its changes and the digest before do not give its digest"
                    % columns["id"],
                )
            if columns["id"] in self.events:
                self.fault(where, "event %s stands twice" % columns["id"])
            self.events[columns["id"]] = dict(value, leaf=leaf, where=where)

    def read_images(self):
        erased = set()
        for event in self.events.values():
            if event["columns"]["verb"] == "image.erased":
                erased.update(str(one) for one in json.loads(event["columns"]["facts"]).get("changes", []))
        for name in self.under("images"):
            value = self.read(name)
            if value is None:
                continue
            table, row, version = value["table"], value["row"], value["version"]
            if name != "images/%s/%s/%s.json" % (table, row, version):
                self.fault(name, "says that it is version %s of %s %s" % (version, table, row))
            self.images.setdefault((table, row), {})[version] = dict(value, name=name)
            if value["image"] is not None:
                if (
                    hashlib.sha256(bytes.fromhex(value["salt"]) + value["image"].encode()).hexdigest()
                    != value["hash"]
                ):
                    self.fault(name, "the image and its salt do not give its hash")
            elif value.get("withheld"):
                if table not in WITHHELD:
                    self.fault(name, "is withheld, and images of this table are not")
            elif str(value["change"]) in erased:
                self.notes.append((name, "was erased by an event that says so; its hash is in the log"))
            else:
                self.fault(name, "is empty, and no event of the pack says that it was erased")
            event = self.events.get(str(value["event"]))
            line = [table, row, version, value["kind"], value["hash"]]
            if event is None:
                self.fault(name, "its event %s is not in the pack" % value["event"])
            elif line not in event["changes"]:
                self.fault(name, "event %s did not write this image" % value["event"])
        withheld = sum(1 for rows in self.images.values() for one in rows.values() if one.get("withheld"))
        if withheld:
            self.notes.append(
                (
                    "images",
                    "%d are withheld; the log has their hashes, and the pack proves these alone" % withheld,
                )
            )
        for (table, row), versions in sorted(self.images.items()):
            if sorted(versions) != list(range(1, len(versions) + 1)):
                self.fault(
                    "images/%s/%s" % (table, row),
                    "versions are missing: there are %s" % ", ".join(map(str, sorted(versions))),
                )
        for event in self.events.values():
            for table, row, version, _, _ in event["changes"]:
                if version not in self.images.get((table, row), {version}):
                    self.fault(
                        "images/%s/%s/%s.json" % (table, row, version),
                        "is missing: event %s wrote it" % event["columns"]["id"],
                    )

    def read_records(self, manifest):
        seen = set()
        for name in self.under("records"):
            value = self.read(name)
            if value is None:
                continue
            key = (value["table"], value["id"])
            seen.add(key)
            if name != "records/%s/%s.json" % key:
                self.fault(name, "says that it is %s %s" % key)
            versions = self.images.get(key)
            if not versions:
                self.fault(name, "no image of it is in the pack")
                continue
            last = versions[max(versions)]
            if value["version"] != last["version"]:
                self.fault(
                    name, "has version %s, and its last image %s" % (value["version"], last["version"])
                )
            elif last["image"] is not None:
                if value["columns"] != json.loads(last["image"], parse_float=str):
                    self.fault(name, "is not its last image")
            elif last.get("withheld"):
                if set(value["columns"]) & set(WITHHELD.get(key[0], ())):
                    self.fault(name, "has a column that is withheld")
            elif value["columns"] is not None:
                self.fault(name, "its last image was erased, and it has columns")
        for one in manifest["records"]:
            if (one["table"], one["id"]) not in seen:
                self.fault(
                    "records/%s/%s.json" % (one["table"], one["id"]), "is missing: the pack is about it"
                )
        for key in sorted(self.images.keys() - seen):
            last = self.images[key][max(self.images[key])]
            if last["kind"] != "D":
                self.fault("records/%s/%s.json" % key, "is missing")

    def read_files(self, manifest):
        given, listed = set(self.under("files")), {one["row"]: one for one in manifest["files"]}
        for (table, row), versions in sorted(self.images.items()):
            last = versions[max(versions)]
            if table != "cases_casefile" or last["image"] is None:
                continue
            columns, one = json.loads(last["image"]), listed.pop(row, None)
            if one is None:
                self.fault("manifest.json", "does not say what became of file %s" % row)
            elif one["path"] is None:
                self.notes.append(("files", "file %s is not in the pack: %s" % (row, one["absent"])))
            elif one["path"] in self.members:
                given.discard(one["path"])
                if sha256(self.members[one["path"]]) != columns["sha256"]:
                    self.fault(
                        one["path"],
                        "is not the file that was entered: cases_casefile %s has another SHA-256" % row,
                    )
            else:
                self.fault(one["path"], "is missing")
        for name in sorted(given):
            self.fault(name, "no record of the pack has this file")
        for row in sorted(listed):
            self.fault("manifest.json", "names file %s, of which there is no record" % row)

    def read_chain(self):
        placed = {event["position"]: event for event in self.events.values()}
        for number, value in self.lines("chain.ndjson"):
            where = "chain.ndjson line %d" % number
            position, digest = value["first"] - 1, bytes.fromhex(value["before"])
            self.digests[position] = digest.hex()
            for leaf in value["leaves"]:
                position += 1
                event = placed.pop(position, None)
                if (leaf is None) != (event is not None):
                    self.fault(where, "position %d: the leaf and the event do not go together" % position)
                if event is not None and event["before"] != digest.hex():
                    self.fault(
                        event["where"],
                        "event %s does not follow the digest before it" % event["columns"]["id"],
                    )
                part = event["leaf"] if event is not None else bytes.fromhex(leaf or "")
                digest = hashlib.sha256(digest + part).digest()
                self.digests[position] = digest.hex()
            if "%d:%s" % (position, digest.hex()) != value["head"]:
                self.fault(
                    where,
                    "from position %d the chain does not lead to the head %s"
                    % (value["first"], value["head"]),
                )
        for event in placed.values():
            self.fault(event["where"], "event %s: no chain leads from it to a head" % event["columns"]["id"])

    def hold_heads(self, manifest):
        for one in manifest["heads"]:
            position, _, digest = one["head"].partition(":")
            if self.digests.get(int(position)) != digest:
                self.fault("manifest.json", "the chain does not lead to the head %s" % one["head"])
        if not manifest["heads"] or not all(one["outside"] for one in manifest["heads"]):
            self.notes.append(
                ("manifest.json", "the last head was not kept outside the database when the pack was made")
            )
        for position, digest, asked in self.wanted:
            found = self.digests.get(position)
            if found is None:
                if asked:
                    self.fault(
                        "--head",
                        "the pack does not reach position %d: it can say nothing about this head" % position,
                    )
            elif found != digest:
                self.fault(
                    "chain.ndjson",
                    "at position %d it is not the log of the head that was kept: %s" % (position, digest),
                )
            else:
                self.notes.append(
                    ("chain.ndjson", "hangs on the head that was kept at position %d" % position)
                )


def head(text):
    match = re.fullmatch(r"\s*([0-9]{1,18}):([0-9a-fA-F]{64})\b.*", text.rstrip("\n"))
    if not match:
        raise argparse.ArgumentTypeError("not a head: it is POSITION:64 hexadecimal digits")
    return int(match[1]), match[2].lower()


def heads_in(path):
    found = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                found.append(head(line))
            except argparse.ArgumentTypeError:
                continue
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Checks an evidence pack.")
    parser.add_argument("pack")
    parser.add_argument("--head", type=head, action="append", default=[])
    parser.add_argument("--heads", metavar="FILE")
    parser.add_argument("--manifest", metavar="SHA256")
    said = parser.parse_args(arguments)
    try:
        with open(said.pack, "rb") as file:
            data = file.read()
        heads = [(*one, True) for one in said.head]
        if said.heads:
            heads += [(*one, False) for one in heads_in(said.heads)]
        check = Check(data, heads, said.manifest)
    except (OSError, Unreadable) as error:
        print("cannot be read: %s" % error)
        return 2
    try:
        manifest = check.run()
    except Unreadable as error:
        for name, sentence in check.faults:
            print("WRONG  %s: %s" % (name, sentence))
        print("cannot be read: %s" % error)
        return 2
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # A member that is not of the form it should be: what was found until then is said too.
        check.fault(
            "(pack)", "something in it is not of the form a pack has: %s %s" % (type(error).__name__, error)
        )
        manifest = None
    for name, sentence in check.notes:
        print("note   %s: %s" % (name, sentence))
    for name, sentence in check.faults:
        print("WRONG  %s: %s" % (name, sentence))
    if check.faults:
        print("%d things are wrong with this pack." % len(check.faults))
        return 1
    print(
        "The pack is whole: %d records, %d images, %d events, %d files, as they stood %s; log up to %s."
        % (
            len(check.under("records")),
            len(check.under("images")),
            len(check.events),
            len(check.under("files")),
            manifest["moment"],
            manifest["head"],
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
