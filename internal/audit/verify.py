#!/usr/bin/env python3
"""Recomputes, without flussi, the root of the audit log (RFC 6962) from the entries
and the proof beside this file, and compares it with the signed checkpoint."""
import base64, hashlib, json, os, sys

here = os.path.dirname(os.path.abspath(__file__))


def read(name):
    with open(os.path.join(here, name), "rb") as f:
        return f.read()


proof = json.loads(read("proof.json"))
lines = read("entries.jsonl").split(b"\n")[:-1]
indexes = [i for start, end in proof["entries"] for i in range(start, end)]
if len(lines) != len(indexes):
    sys.exit("entries.jsonl does not have as many lines as proof.json has entries")
entries = dict(zip(indexes, lines))
known = {(s["from"], s["to"]): bytes.fromhex(s["hash"]) for s in proof["subtrees"]}


def root(start, end):
    if (start, end) in known:
        return known[start, end]
    if end - start == 1:
        return hashlib.sha256(b"\x00" + entries[start]).digest()
    half = 1
    while half * 2 < end - start:
        half *= 2
    return hashlib.sha256(b"\x01" + root(start, start + half) + root(start + half, end)).digest()


origin, size, signed = read("checkpoint.txt").decode().split("\n")[:3]
if int(size) != proof["size"] or root(0, proof["size"]) != base64.b64decode(signed):
    sys.exit("the entries are NOT those of the checkpoint")
print(f"{len(lines)} of {size} entries of {origin} are those of the checkpoint")
