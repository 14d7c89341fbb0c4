"""Everything that must be refused is, by its reason, at no cost to anybody else."""

import unittest

import msgpack

from harness import SANITIZED, BrokerTest, wait_for


def packed(**changes):
    body = {"v": 1, "session": 1, "seq": 1, "at": 1, "interval": 10_000, "state": "healthy",
            "storage": {"used": 1, "total": 2}, "cpu": 1.0, "memory": {"used": 1, "total": 2}}
    body.update(changes)
    return msgpack.packb({key: value for key, value in body.items() if value is not ...})


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


GOOD = packed()

# What arrives, and why it must be refused. [P25]
CASES = [
    ("frames", [b"status.x"]),
    ("frames", [b"status.x", GOOD, b"more"]),
    ("frames", [b"status.x", GOOD] + [b""] * 50),
    ("topic", [b"", GOOD]),
    ("topic", [b"status", GOOD]),
    ("topic", [b"status.", GOOD]),
    ("topic", [b"status.-x", GOOD]),
    ("topic", [b"status.a b", GOOD]),
    ("topic", [b"status.\xff", GOOD]),
    ("topic", [b"status." + b"x" * 129, GOOD]),
    ("topic", [b"beat.x", GOOD]),
    ("topic", [b"event.joined.x", GOOD]),
    ("too_large", [b"status.x", packed(future="y" * 65_536)]),
    ("too_large", [b"blocks.x", b"\xc4" * (1024 * 1024 + 1)]),
    ("malformed", [b"status.x", b""]),
    ("malformed", [b"status.x", b"\x81"]),
    ("malformed", [b"status.x", GOOD[:-1]]),
    ("malformed", [b"status.x", packed(future=...)[:20]]),
    ("malformed", [b"status.x", b"\xdf\xff\xff\xff\xff"]),
    ("malformed", [b"status.x", b"\x81\xa1x\xc1"]),
    ("malformed", [b"blocks.x", b"\x81\xa3add\xdd\xff\xff\xff\xff"]),
    ("trailing", [b"status.x", GOOD + b"\x00"]),
    ("trailing", [b"status.x", GOOD + GOOD]),
    ("too_deep", [b"status.x", packed(future=nested(8))]),
    ("too_deep", [b"status.x", b"\x81\xa1x" + b"\x91" * 60_000]),
    ("duplicate_key", [b"status.x", bytes([GOOD[0] + 1]) + GOOD[1:] + b"\xa1v\x01"]),
    ("missing_key", [b"status.x", b"\x80"]),
    ("missing_key", [b"status.x", packed(interval=...)]),
    ("missing_key", [b"status.x", packed(storage={"used": 1})]),
    ("wrong_type", [b"status.x", b"\x90"]),
    ("wrong_type", [b"status.x", packed(cpu="much")]),
    ("wrong_type", [b"status.x", packed(seq=1.5)]),
    ("wrong_type", [b"status.x", packed(state=None)]),
    ("out_of_range", [b"status.x", packed(interval=0)]),
    ("out_of_range", [b"status.x", packed(interval=3_600_001)]),
    ("out_of_range", [b"status.x", packed(cpu=float("nan"))]),
    ("out_of_range", [b"status.x", packed(cpu=100.5)]),
    ("out_of_range", [b"status.x", packed(seq=-1)]),
    ("out_of_range", [b"status.x", packed(session=0)]),
    ("out_of_range", [b"status.x", packed(state="fine")]),
    ("out_of_range", [b"status.x", packed(storage={"used": 3, "total": 2})]),
    ("out_of_range", [b"status.x", packed(reasons=["r"] * 17)]),
    ("bad_text", [b"status.x", bytes([GOOD[0] + 1]) + GOOD[1:] + b"\xa4note\xa2\xc3\x28"]),
    ("version", [b"status.x", packed(v=2)]),
]


class Refusals(BrokerTest):
    def test_each_is_counted_by_its_reason_and_nothing_else_happens(self):  # [P3] [P4] [P14] [P15]
        expected = {}
        feed = self.subscribe()
        steady = self.node("steady")
        for reason, frames in CASES:
            before = dict(expected)
            expected[reason] = expected.get(reason, 0) + 1
            self.agent.send(*frames)
            steady.status()
            wait_for(lambda: sum(self.summary()["refused"].values()) >= sum(expected.values()),
                     what=f"refusal of {frames[0]!r} {frames[-1][:40]!r} as {reason}")
            got = {key: n for key, n in self.summary()["refused"].items() if n}
            self.assertEqual(got, expected, f"{reason}: {frames[0]!r} {frames[-1][:60]!r} "
                                            f"(before: {before})")
        wait_for(lambda: self.client.node("steady")["seq"] == len(CASES))
        self.assertEqual(self.client.node("steady")["missed"], 0)
        self.assertEqual([n for n in self.client.nodes() if n["node"] == "x"], [])
        feed.until(lambda topic, body: topic == "status.steady"
                   and msgpack.unpackb(body)["seq"] == len(CASES))
        self.assertEqual([t for t, _, _ in feed.seen if t in ("status.x", "blocks.x", "")], [])

    def test_one_refused_event_per_node_and_minute(self):  # [P38]
        node = self.node("sloppy")
        node.status()
        for _ in range(20):
            node.status(cpu="much")
        self.refused("wrong_type", 20)
        events = self.events(node="sloppy", kinds=["refused"])
        self.assertEqual([event["reason"] for event in events], ["wrong_type"])

    def test_memory_stays_flat_under_rubbish(self):  # [P3]
        rubbish = [frames for _, frames in CASES]

        def flood(rounds):
            sent = sum(self.summary()["refused"].values())
            for number in range(rounds):
                for frames in rubbish:
                    if len(frames[-1]) < 100_000 or number % 20 == 0:
                        self.agent.send(*frames)
                        sent += 1
                if number % 10 == 0:
                    wait_for(lambda: sum(self.summary()["refused"].values()) >= sent)
            wait_for(lambda: sum(self.summary()["refused"].values()) >= sent)

        flood(20)
        before = self.broker.resident_bytes()
        flood(200)
        after = self.broker.resident_bytes()
        if not SANITIZED:  # ASan keeps what is freed
            self.assertLess(after - before, 8 * 1024 * 1024)

    def test_a_frame_beyond_all_bounds_costs_its_sender_alone(self):  # [P3]
        from rollcall import Agent, Node
        steady = self.node("steady")
        steady.status()
        bully = Agent(self.broker.announce)
        bully.send(b"status.bully", b"\0" * (17 * 1024 * 1024))
        steady.status()
        wait_for(lambda: self.client.node("steady")["seq"] == 2)
        bully.close()
        again = Agent(self.broker.announce)
        Node(again, "again").status()
        wait_for(lambda: self.summary()["nodes"]["total"] == 2)
        again.close()


if __name__ == "__main__":
    unittest.main()
