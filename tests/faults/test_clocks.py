"""Clocks that jump: the wall clock to and fro, the others as after a suspend."""

import time
import unittest

from clocks import Clocks
from common import QUIET_KINDS, FaultTest, Subscriber, Watch, unpack, wait_for

HOUR_NS = 3600 * 10**9
MINUTES_NS = 600 * 10**9
NODES = 20


class Jumps(FaultTest):
    def setUp(self):
        self.clocks = Clocks(self)
        self.broker = self.start_broker("--evict-after", "2s",
                                        environment=self.clocks.environment)
        self.asking = self.client(self.broker)
        self.watch = Watch(self.asking)
        self.feed = Subscriber(self.broker.feed, b"event.")
        self.addCleanup(self.feed.close)
        self.agents = Clocks(self)
        self.fleet = self.start_agent("fleet", self.broker, "--nodes", str(NODES), "--interval",
                                      "300ms", environment=self.agents.environment)
        self.present(self.asking, NODES)

    def nobody_minds(self):
        """All beat on, nobody was judged, and the numbers rise by one."""
        accepted = self.asking.ask("summary")["accepted"]
        wait_for(lambda: self.asking.ask("summary")["accepted"] > accepted + 3 * NODES,
                 what="announcements after the jump")
        self.assertEqual(self.watch.kinds() - QUIET_KINDS, set())
        summary = self.asking.ask("summary")
        self.assertEqual((summary["nodes"]["present"], summary["missed"], summary["refused"]),
                         (NODES, 0, {}))

    def judges_still(self):  # [P28] [P29]
        """Not early, not late: the whole fleet falls silent for good."""
        died = time.monotonic()
        self.end(self.fleet)
        wait_for(lambda: len(self.watch.of("evicted")) == NODES, 8, "eviction")
        took = time.monotonic() - died
        self.note(f"evicted {took:.2f} s after the end")
        self.assertGreater(took, 2.0 - 0.35)
        for event in self.watch.events:
            if event["kind"] == "evicted":
                self.assertGreaterEqual(event["silent_for"], 2000)
                self.assertLess(event["silent_for"], 3000)
        numbers = []
        while (message := self.feed.next(100)) is not None:
            numbers.append(unpack(message[1])["seq"])
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))

    def test_the_wall_clock_of_the_broker(self):  # [P30] [P36]
        now = self.asking.reply("ping")["as_of"]["at"]
        for offset in (HOUR_NS, -HOUR_NS, -int(time.time() * 10**9), 0):
            self.clocks.move(real=offset)
            self.nobody_minds()
            at = self.asking.reply("ping")["as_of"]["at"]
            self.assertLess(abs(at - max(0, now + offset // 10**6)), 20_000, "the shim is at work")
        self.judges_still()

    def test_the_wall_clock_of_the_agents(self):  # [P30]
        for offset in (HOUR_NS, -HOUR_NS, -int(time.time() * 10**9) + 10**12, 0):
            self.agents.move(real=offset)
            self.nobody_minds()

    def test_a_suspend_that_the_steady_clock_counts(self):  # [P30]
        uptime = self.asking.reply("ping")["as_of"]["uptime"]
        self.clocks.move(real=MINUTES_NS, monotonic=MINUTES_NS, boot=MINUTES_NS)
        self.nobody_minds()
        self.assertGreaterEqual(self.asking.reply("ping")["as_of"]["uptime"], uptime + 600)
        self.clocks.move(real=2 * MINUTES_NS, monotonic=2 * MINUTES_NS, boot=2 * MINUTES_NS)
        self.nobody_minds()
        self.judges_still()

    def test_a_suspend_that_it_does_not_count(self):  # [P30]
        self.clocks.move(real=MINUTES_NS, boot=MINUTES_NS)
        self.nobody_minds()
        self.clocks.move(real=MINUTES_NS, boot=2 * MINUTES_NS)
        self.nobody_minds()
        self.judges_still()

    def test_a_suspend_of_the_agents(self):
        self.agents.move(real=MINUTES_NS, monotonic=MINUTES_NS, boot=MINUTES_NS)
        self.nobody_minds()
        self.agents.move(real=MINUTES_NS, monotonic=MINUTES_NS, boot=2 * MINUTES_NS)
        self.nobody_minds()


if __name__ == "__main__":
    unittest.main()
