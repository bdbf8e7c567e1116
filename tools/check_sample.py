#!/usr/bin/env python3
"""Reckon a random sample of Probity anew: what was frozen, the seed, and which records it draws.

Needs Python 3.9 or newer and nothing else: no network, no server, no package.

    python3 check_sample.py POPULATION.txt FACTS.json

Both files are saved from the page of the sample. The first is the frozen list: for each record its id, a tab, its part;
one record a line, in the order of ids. The second says what was published before and after the draw.

Without the second file, what the seed is made of is given by hand, and the records drawn are printed:

    python3 check_sample.py POPULATION.txt --nonce NONCE --outside NUMBER --size SIZE [--digest DIGEST]

  digest = SHA-256 of the population file
  seed   = SHA-256 of "probity-sample-1", digest, nonce and number from outside, joined by line feeds
  key    = SHA-256 of seed, ":", id
  each part gives its share of the sample: largest remainders, ties to the name that sorts first by code points;
  of each part the records with the smallest keys are drawn

Digests are in hexadecimal, texts in UTF-8. What no program can check: look the number from outside up where the facts
say it was published (`number_source`, `number_on`), and compare the digest with what you were told before that day.

Ends with 0 and "OK" if all agrees, with 1 if something differs, which it names, with 2 if a file cannot be read.
"""

import argparse
import hashlib
import json
import sys

VERSION = "probity-sample-1"


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8")).hexdigest()


def read_population(data, differs):
    """The records of a frozen list, with their parts; what is wrong with the list goes to `differs`."""
    members, last = [], None
    for number, line in enumerate(data.decode("utf-8").split("\n"), 1):
        row_id, tab, part = line.partition("\t")
        if not tab or not (row_id.isascii() and row_id.isdigit()):
            differs.append(f"line {number} of the population is not an id, a tab and a part: {line!r}")
            continue
        if last is not None and int(row_id) <= last:
            differs.append(f"line {number} of the population is out of order, or its id stands there twice")
        last = int(row_id)
        members.append((last, part))
    return members


def shares(sizes, wanted):
    """How many records each part gives. Whole numbers only, so that nothing is rounded."""
    whole = sum(sizes.values())
    wanted = min(wanted, whole)
    given = {name: wanted * size // whole for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(wanted * sizes[name] % whole), name))
    for name in by_remainder[: wanted - sum(given.values())]:
        given[name] += 1
    return given


def draw(members, seed, wanted):
    """The records drawn: part by part in the order of their names, the smallest key first."""
    parts = {}
    for row_id, part in members:
        parts.setdefault(part, []).append((sha256(f"{seed}:{row_id}"), row_id))
    given = shares({name: len(rows) for name, rows in parts.items()}, wanted)
    return [
        (row_id, name, key) for name in sorted(parts) for key, row_id in sorted(parts[name])[: given[name]]
    ]


def seed_of(digest, nonce, outside):
    return sha256("\n".join((VERSION, digest, nonce, outside)))


def check(data, facts, differs):
    """Compare what the facts say with what comes out."""
    members = read_population(data, differs)
    digest = sha256(data)

    def same(what, said, found):
        if said != found:
            differs.append(f"{what}: the facts say {said!r}, reckoned anew it is {found!r}")

    same("format", facts.get("format"), VERSION)
    same("digest of the population", facts.get("digest"), digest)
    same("records in the population", facts.get("population"), len(members))
    if facts.get("kind") == "directed":
        inside = {row_id for row_id, _part in members}
        for item in facts.get("items", []):
            if item["id"] not in inside:
                differs.append(f"record {item['id']} of the sample is not in the population")
        return "a directed sample has no seed: it was checked that its population is what was hashed"
    if not facts.get("seed"):
        if facts.get("items"):
            differs.append("there are records and no seed")
        return "not drawn yet: it was checked that the population is what was hashed"
    same("digest of the nonce", facts.get("nonce_digest"), sha256(facts["nonce"]))
    seed = seed_of(digest, facts["nonce"], facts["outside"])
    same("seed", facts["seed"], seed)
    drawn = draw(members, seed, facts["size"])
    said = {item["id"]: (item["stratum"], item["key"]) for item in facts.get("items", [])}
    if len(said) != len(facts.get("items", [])):
        differs.append("a record stands in the sample twice")
    for row_id, part, key in drawn:
        if row_id not in said:
            differs.append(f"record {row_id} ({part!r}) is drawn and is not in the sample")
        elif said[row_id] != (part, key):
            differs.append(f"record {row_id}: part or key is not {part!r}, {key}")
    for row_id in sorted(said.keys() - {row_id for row_id, _part, _key in drawn}):
        differs.append(f"record {row_id} is in the sample and is not drawn")
    return (
        f"{len(members)} records in {len({part for _id, part in members})} parts, {len(drawn)} drawn\n"
        f"digest {digest}\nseed   {seed}\n"
        f"Look the number {facts['outside']!r} up yourself: {facts.get('number_source')}, {facts.get('number_on')}"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("population", help="the frozen list, as saved from the page of the sample")
    parser.add_argument(
        "facts", nargs="?", help="the facts of the sample (JSON), as saved from the same page"
    )
    parser.add_argument("--nonce", help="the secret, opened at the draw")
    parser.add_argument("--outside", help="the number from outside, as it was published")
    parser.add_argument("--size", type=int, help="records to be drawn")
    parser.add_argument("--digest", help="the digest of the population, as you know it from before the draw")
    said = parser.parse_args(arguments)
    by_hand = (said.nonce, said.outside, said.size)
    if (said.facts is None) == (None in by_hand):
        parser.error("give the facts, or --nonce, --outside and --size")
    differs = []
    try:
        with open(said.population, "rb") as file:
            data = file.read()
        if said.facts is not None:
            with open(said.facts, encoding="utf-8") as file:
                told = check(data, json.load(file), differs)
        else:
            seed = seed_of(sha256(data), said.nonce, " ".join(said.outside.split()))
            drawn = draw(read_population(data, differs), seed, said.size)
            told = "\n".join([f"digest {sha256(data)}", f"seed   {seed}"])
            told += "".join(
                f"\n{number}\t{row_id}\t{part}" for number, (row_id, part, _key) in enumerate(drawn, 1)
            )
        if said.digest is not None and said.digest != sha256(data):
            differs.append(f"digest of the population: you gave {said.digest!r}, it is {sha256(data)!r}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(told)
    for one in differs:
        print(f"DIFFERS: {one}")
    print("OK" if not differs else f"{len(differs)} differ")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
