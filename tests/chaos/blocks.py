"""A node's set of blocks, as its announcements make it [P19] [P20] [P23]."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
from xxh64 import MASK, xxh64  # noqa: E402

HASHES = {}


def hash_of(block):
    if block not in HASHES:
        HASHES[block] = xxh64(block)
    return HASHES[block]


class Holding:
    def __init__(self, known=True):
        self.known = known
        self.version = None
        self.blocks = {}
        self.digest = 0
        self.parts = None  # of a whole set that is on its way

    def inventory(self):
        return {"version": self.version, "count": len(self.blocks),
                "bytes": sum(self.blocks.values()), "digest": self.digest}

    def put(self, block, size):
        if block not in self.blocks:
            self.digest = (self.digest + hash_of(block)) & MASK
        self.blocks[block] = size

    def remove(self, block):
        if self.blocks.pop(block, None) is not None:
            self.digest = (self.digest - hash_of(block)) & MASK

    def apply(self, body):
        if body["from"] is None:
            self._whole(body)
        elif self.known and body["from"] == self.version:
            self._change(body)
            self.version = body["to"]

    def _change(self, body):
        for block in body.get("remove", []):
            self.remove(block)
        for block, size in body.get("add", []):
            self.put(block, size)

    def _whole(self, body):
        part, parts = body.get("part", 1), body.get("parts", 1)
        if part == 1:
            self.parts = []
        if self.parts is None or len(self.parts) != part - 1:
            self.parts = None
            return
        self.parts.append(body)
        if part < parts:
            return
        self.blocks, self.digest = {}, 0
        for one in self.parts:
            self._change(one)
        self.known, self.version, self.parts = True, body["to"], None

    def judge(self, inventory):
        """What is wrong with an inventory that claims the version held here; nothing: None."""
        if inventory is None or not self.known or self.version != inventory["version"]:
            return None
        if self.inventory() == inventory:
            return None
        return f"announced blocks make {self.inventory()}, its status says {inventory}"
