"""Joining, totals, records, and the feed as it came."""

import unittest

from harness import BrokerTest, unpack, wait_for
from xxh64 import digest_of


class Joins(BrokerTest):
    OPTIONS = ("--summary-every", "1s")

    def test_record_has_every_key_of_the_status_and_the_brokers_own(self):  # [P27] [P50] [P6]
        node = self.node()
        sent = node.status_map(state="warning", reasons=["hot"], labels={"zone": "a"}, uptime=5,
                               network={"rx": 1, "tx": 2, "capacity": 3}, software="x/1",
                               address="tcp://10.0.0.1:1", gpu={"load": [1, 2.5]}, peer="liar")
        node.announce("status", sent)
        self.accepted(1)
        record = self.client.node("node-1")
        for key, value in sent.items():
            if key != "peer":
                self.assertEqual(record[key], value, key)
        self.assertEqual(record["node"], "node-1")
        self.assertEqual(record["presence"], "present")
        self.assertEqual(record["duty"], "active")
        self.assertEqual(record["missed"], 0)
        self.assertIn("127.0.0.1", record["peer"])
        self.assertLess(record["silent_for"], 10_000)
        self.assertAlmostEqual(record["joined_at"], sent["at"], delta=60_000)

    def test_blocks_and_leave_of_a_stranger_are_refused(self):  # [P27]
        self.node("a").blocks(**{"from": None, "to": 1})
        self.node("b").leave(reason="never came")
        self.refused("unknown_node", 2)
        self.assertEqual(self.summary()["nodes"]["total"], 0)

    def test_summary_is_exact(self):  # [P46] [P11] [P12] [P13]
        states = ["healthy", "idle", "warning", "critical", "error"]
        for i in range(50):
            self.node(f"n-{i}").status(
                state=states[i % 5], cpu=i, storage={"used": i, "total": 1000 + i},
                memory={"used": 2 * i, "total": 500}, network={"rx": i, "tx": 1, "capacity": 9})
        self.accepted(50)
        summary = self.summary()
        self.assertEqual(summary["nodes"], {
            "total": 50, "present": 50, "late": 0, "left": 0, "unheard": 0,
            "by_state": {state: 10 for state in states}})
        self.assertEqual(summary["storage"], {"used": 1225, "total": 51_225})
        self.assertEqual(summary["memory"], {"used": 2450, "total": 25_000})
        self.assertAlmostEqual(summary["cpu"], 24.5)
        self.assertEqual(summary["network"], {"rx": 1225, "tx": 50, "capacity": 450})
        self.assertEqual(summary["missed"], 0)
        self.assertEqual(sum(summary["refused"].values()), 0)
        self.assertEqual(summary["dropped"], {"replies": 0, "events": 0, "lines": 0})
        self.node("n-0").status(state="error", cpu=50, storage={"used": 5, "total": 10},
                                memory={"used": 0, "total": 0})
        self.accepted(51)
        summary = self.summary()
        self.assertEqual(summary["nodes"]["by_state"]["error"], 11)
        self.assertEqual(summary["storage"], {"used": 1230, "total": 50_235})
        self.assertAlmostEqual(summary["cpu"], 25.5)

    def test_feed_carries_announcements_byte_for_byte_and_events_first(self):  # [P35] [P40] [P2]
        feed = self.subscribe()
        node = self.node("exact")
        sent = [("status.exact", node.status(future=[1, {"a": None}])),
                ("status.exact", node.status(state="critical", reasons=["full"])),
                ("blocks.exact", node.blocks(**{"from": None, "to": 1, "add": [["a", 1]]})),
                ("leave.exact", node.leave(reason="done", back_in=5))]
        feed.until(lambda topic, _: topic == "leave.exact")
        mine = [(topic, body) for topic, body, _ in feed.seen if topic.endswith(".exact")]
        self.assertEqual([m for m in mine if not m[0].startswith("event.")], sent)
        order = [topic for topic, _ in mine if not topic.startswith("command.")]
        self.assertEqual(order, ["event.joined.exact", "status.exact", "event.state.exact",
                                 "status.exact", "blocks.exact", "event.left.exact",
                                 "leave.exact"])

    def test_events_have_no_gaps_and_say_what_they_must(self):  # [P36] [P37] [P49]
        feed = self.subscribe(b"event.")
        for i in range(200):
            self.node(f"g-{i}", session=7).status(labels={"zone": "z"})
        feed.event("joined", "g-199")
        node = self.node("g-0", session=8)
        node.status(state="error", reasons=["broken"])
        restarted = feed.event("restarted", "g-0")
        self.assertEqual((restarted["session"], restarted["previous"]), (8, 7))
        self.assertIn("127.0.0.1", restarted["peer"])
        state = feed.event("state", "g-0")
        self.assertEqual((state["from"], state["to"], state["reasons"]),
                         ("healthy", "error", ["broken"]))
        node.leave(reason="bye", back_in=1000)
        left = feed.event("left", "g-0")
        self.assertEqual((left["reason"], left["back_in"]), ("bye", 1000))
        live = [unpack(body) for topic, body, _ in feed.seen if topic.startswith("event.")]
        seqs = [event["seq"] for event in live]
        self.assertEqual(seqs, list(range(seqs[0], seqs[0] + len(seqs))))
        kept = {event["seq"]: event for event in self.events()}
        self.assertEqual([kept[event["seq"]] for event in live], live)
        joined = next(event for event in live if event["node"] == "g-5")
        self.assertEqual((joined["state"], joined["labels"], joined["session"]),
                         ("healthy", {"zone": "z"}, 7))
        self.assertIn("127.0.0.1", joined["peer"])

    def test_summary_is_published(self):  # [P39]
        feed = self.subscribe(b"summary")
        topic, body, _ = feed.until(lambda topic, _: topic == "summary")
        published = unpack(body)
        self.assertEqual(topic, "summary")
        self.assertEqual(published["v"], 1)
        self.assertEqual(set(self.summary()) | {"v", "at"}, set(published))

    def test_inventory_totals(self):  # [P46] [P19]
        node = self.node()
        node.status(inventory={"version": 0, "count": 0, "bytes": 0, "digest": 0})
        node.blocks(**{"from": None, "to": 1, "add": [["a", 10], ["b", 20]]})
        node.status(inventory={"version": 1, "count": 2, "bytes": 30,
                               "digest": digest_of(["a", "b"])})
        wait_for(lambda: self.summary()["blocks"] == {
            "nodes": 1, "count": 2, "bytes": 30, "held": 2, "held_bytes": 30, "in_sync": 1},
            what="blocks in sync")


if __name__ == "__main__":
    unittest.main()
