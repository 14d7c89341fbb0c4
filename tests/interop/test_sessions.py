"""Sessions and sequence numbers."""

import unittest

from harness import BrokerTest, wait_for
from rollcall import Agent, Node


class Sessions(BrokerTest):
    def test_a_new_session_replaces_the_old_one(self):  # [P31]
        self.node(session=5).status()
        self.node(session=6).status()
        event = self.wait_event("restarted", "node-1")
        self.assertEqual((event["session"], event["previous"]), (6, 5))
        record = self.client.node("node-1")
        self.assertEqual((record["session"], record["seq"], record["missed"]), (6, 1, 0))
        self.assertEqual(self.summary()["nodes"]["total"], 1)

    def test_a_replaced_session_that_speaks_is_a_conflict_once(self):  # [P32]
        old = self.node(session=5)
        old.status()
        self.accepted(1)
        elsewhere = Agent(self.broker.announce)
        new = Node(elsewhere, "node-1", session=6)
        new.status()
        self.accepted(2)
        for _ in range(5):
            old.status(state="error")
        self.refused("replaced", 5)
        event = self.wait_event("conflict", "node-1")
        self.assertEqual(len(event["addresses"]), 2)
        self.assertEqual(len(self.events(node="node-1", kinds=["conflict"])), 1)
        record = self.client.node("node-1")
        self.assertEqual((record["session"], record["state"]), (6, "healthy"))
        elsewhere.close()

    def test_gaps_are_counted_and_repeats_refused(self):  # [P10] [P33]
        node = self.node()
        node.status()
        node.seq = 4
        node.status()  # 2, 3 and 4 never came
        self.accepted(2)
        node.seq = 4
        node.status()
        node.seq = 2
        node.status()
        self.refused("repeated", 2)
        node.seq = 5
        node.status()
        self.accepted(3)
        self.assertEqual(self.client.node("node-1")["missed"], 3)
        self.assertEqual(self.summary()["missed"], 3)
        self.assertEqual(self.summary()["accepted"], 3)

    def test_seq_is_counted_over_all_kinds(self):  # [P10] [P33]
        node = self.node()
        node.status()
        node.blocks(**{"from": None, "to": 1})
        node.status()
        self.accepted(3)
        self.assertEqual(self.client.node("node-1")["missed"], 0)

    def test_joining_in_the_middle_of_a_session_misses_nothing(self):  # [P33]
        node = self.node()
        node.seq = 1000
        node.status()
        self.accepted(1)
        self.assertEqual(self.summary()["missed"], 0)

    def test_every_width_of_integer_and_float(self):  # [P7] [P8] [P16] [P17]
        with open("tests/protocol/golden/status_widths.hex", encoding="ascii") as file:
            body = bytes.fromhex("".join(l for l in file if not l.startswith("#")))
        self.agent.send(b"status.wide", body)
        record = wait_for(lambda: self.summary()["accepted"] and self.client.node("wide"))
        self.assertEqual((record["seq"], record["cpu"], record["interval"]), (9, 12, 10_000))


if __name__ == "__main__":
    unittest.main()
