"""Block sets: changes, checks, and the whole set when they disagree."""

import unittest

from harness import BrokerTest, unpack, wait_for
from xxh64 import digest_of


def summary_of(version, blocks):
    return {"version": version, "count": len(blocks), "bytes": sum(blocks.values()),
            "digest": digest_of(blocks)}


def pairs(blocks):
    return [[block, size] for block, size in blocks.items()]


class Blocks(BrokerTest):
    def held(self):
        blocks = self.summary()["blocks"]
        return blocks["held"], blocks["held_bytes"], blocks["in_sync"]

    def commands(self):
        return self.subscribe(b"command.")

    def test_whole_set_then_changes(self):  # [P19] [P20] [P23] [P24]
        node = self.node()
        blocks = {"a": 10, "größe/b": 20}
        node.status(inventory=summary_of(0, {}), interval=60_000)
        node.blocks(**{"from": None, "to": 1, "part": 1, "parts": 1, "add": pairs(blocks)})
        node.status(inventory=summary_of(1, blocks), interval=60_000)
        wait_for(lambda: self.held() == (2, 30, 1), what=f"held {self.held()}")
        blocks = {"a": 15, "c": 40}
        node.blocks(**{"from": 1, "to": 2, "add": [["a", 15], ["c", 40]], "remove": ["größe/b"]})
        node.status(inventory=summary_of(2, blocks), interval=60_000)
        wait_for(lambda: self.held() == (2, 55, 1), what=f"held {self.held()}")

    def test_a_set_in_parts_takes_effect_with_the_last(self):  # [P20]
        node = self.node()
        blocks = {f"block-{i}": i for i in range(1000)}
        listed = pairs(blocks)
        node.status(inventory=summary_of(0, {}), interval=60_000)
        node.blocks(**{"from": None, "to": 1, "part": 1, "parts": 2, "add": listed[:600]})
        node.blocks(**{"from": None, "to": 1, "part": 2, "parts": 2, "add": listed[600:]})
        node.status(inventory=summary_of(1, blocks), interval=60_000)
        wait_for(lambda: self.held() == (1000, sum(blocks.values()), 1))

    def lost(self, inventory):
        """A node that says one thing and sent another; until it is asked for the whole set."""
        feed = self.commands()
        node = self.node("lossy")
        node.status(inventory=summary_of(0, {}), interval=500)
        node.blocks(**{"from": None, "to": 1, "add": [["a", 1]]})
        node.status(inventory=inventory, interval=500)
        _, body, _ = feed.until(lambda topic, _: topic == "command.lossy")
        command = unpack(body)
        self.assertEqual((command["v"], command["kind"]), (1, "inventory"))
        self.assertIn("id", command)
        self.assertIn("at", command)
        return feed, node

    def test_a_lost_change_is_asked_for(self):  # [P24] [P51] [P52]
        blocks = {"a": 1, "b": 2}
        feed, node = self.lost(summary_of(2, blocks))
        # It stands until it is carried out: it comes again.
        node.status(inventory=summary_of(2, blocks), interval=500)
        feed.until(lambda topic, _: topic == "command.lossy")
        node.blocks(**{"from": None, "to": 2, "add": pairs(blocks)})
        node.status(inventory=summary_of(2, blocks), interval=500)
        wait_for(lambda: self.held() == (2, 3, 1))

    def test_a_wrong_digest_is_noticed(self):  # [P23] [P24]
        wrong = summary_of(1, {"a": 1})
        wrong["digest"] ^= 1
        self.lost(wrong)

    def test_a_wrong_count_is_noticed(self):  # [P24]
        wrong = summary_of(1, {"a": 1})
        wrong["count"] += 1
        self.lost(wrong)

    def test_a_change_onto_another_version_is_not_applied(self):  # [P24]
        node = self.node()
        node.status(inventory=summary_of(0, {}), interval=60_000)
        node.blocks(**{"from": None, "to": 1, "add": [["a", 1]]})
        node.blocks(**{"from": 5, "to": 6, "add": [["b", 1]]})
        node.status(inventory=summary_of(1, {"a": 1}), interval=60_000)
        wait_for(lambda: self.summary()["accepted"] >= 4)
        self.assertEqual(self.held()[:2], (1, 1))

    def test_block_ids_are_bounded(self):  # [P21]
        node = self.node()
        node.status()
        node.blocks(**{"from": None, "to": 1, "add": [["x" * 129, 1]]})
        self.refused("out_of_range", 1)
        node.blocks(**{"from": None, "to": 1, "add": [["x" * 128, 1]]})
        wait_for(lambda: self.held()[0] == 1)


if __name__ == "__main__":
    unittest.main()
