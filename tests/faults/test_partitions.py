"""Cables that are pulled and plugged in again, in both directions and in one; bad and thin lines.

The broker and its subscriber are on one machine, two fleets on two others."""

import time
import unittest

from common import Agent, FaultTest, Node, Subscriber, Watch, unpack, wait_for
from hosts import Network

NODES = 20
EVICT_AFTER_S = 4.0


class TwoFleets(FaultTest):

    def setUp(self):
        self.network = Network(self)
        self.home, self.near, self.far = (self.network.host() for _ in range(3))
        self.broker = self.start_broker(*self.OPTIONS, host=self.home)
        self.asking = self.client(self.broker, self.home)
        self.watch = Watch(self.asking)
        self.feed = Subscriber(self.broker.feed, b"", self.home.context())
        self.addCleanup(self.feed.close)
        for name, host in (("near", self.near), ("far", self.far)):
            self.start_agent(name, self.broker, "--nodes", str(NODES), "--interval", "500ms",
                             "--capacity", "1GiB", host=host)
        self.present(self.asking, 2 * NODES)
        self.descriptors = self.broker.descriptors()
        self.resident = self.broker.resident_bytes()
        self.began = self.watch.look()[-1]["seq"]

    def said(self, kind, prefix="far"):
        """What came of this kind since it was last looked at: node → arrival times."""
        while self.feed.next(0) is not None:
            pass
        times = {}
        for topic, _, at in self.feed.seen:
            if topic.startswith(f"{kind}.{prefix}"):
                times.setdefault(topic, []).append(at)
        return times

    def once_each(self, kind):
        counts = self.watch.of(kind, self.began, "far")
        self.assertEqual(set(counts.values()), {1}, (kind, counts))
        self.assertEqual(len(counts), NODES, kind)

    def ends_well(self):
        """The other half never noticed, all are present, nothing was left behind."""
        self.assertLessEqual(self.watch.kinds(self.began, "near"), {"state"})
        self.assertEqual(self.asking.ask("summary")["nodes"]["total"], 2 * NODES)
        self.assertEqual(self.watch.kinds(self.began) & {"restarted", "conflict"}, set())
        self.said("status")
        numbers = [unpack(body)["seq"] for topic, body, _ in self.feed.seen
                   if topic.startswith("event.")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.as_before(self.broker, self.descriptors, self.resident)

    def heal(self):
        healed = time.monotonic()
        self.network.heal()
        self.present(self.asking, 2 * NODES, 40)
        self.note(f"all back {time.monotonic() - healed:.1f} s after the healing")


class Partitions(TwoFleets):
    OPTIONS = ("--evict-after", "4s")

    def evict_the_far_half(self):
        cut = time.monotonic()
        self.network.cut(self.far)
        while len(self.watch.of("evicted", self.began, "far")) < NODES:
            self.assertLess(time.monotonic() - cut, EVICT_AFTER_S + 2)
            time.sleep(0.05)
        self.assertGreater(time.monotonic() - cut, EVICT_AFTER_S - 0.6)  # a beat before the cut
        self.note(f"the last evicted {time.monotonic() - cut:.1f} s after the cut")
        self.said("status")
        self.feed.seen.clear()

    def test_half_of_the_nodes_cut_off_for_longer_than_the_eviction_time(self):  # [P28] [P29]
        self.evict_the_far_half()
        time.sleep(1)
        self.heal()
        for kind in ("late", "evicted", "joined"):
            self.once_each(kind)
        time.sleep(1.5)
        asked, sent = self.said("command"), self.said("blocks")
        self.note(f"asked for blocks: {sum(map(len, asked.values()))} times, {len(asked)} nodes; "
                  f"sent {sum(map(len, sent.values()))} times")
        self.assertEqual(self.said("command", "near"), {})
        self.assertLessEqual(max(map(len, asked.values())), 10)
        self.assertLessEqual(max(map(len, sent.values())), 3)
        summary = self.asking.ask("summary")
        self.assertEqual(summary["blocks"]["in_sync"], 2 * NODES)
        self.ends_well()

    def test_what_the_nodes_say_is_lost(self):  # [P28]
        self.network.drop(source=self.far, to=self.home)
        time.sleep(2.5)
        self.heal()
        self.once_each("late")
        self.once_each("recovered")
        self.assertEqual(self.watch.of("evicted"), {})
        self.assertEqual(self.asking.ask("summary")["missed"], 0)
        self.ends_well()

    def test_what_the_broker_says_is_lost(self):  # [P28]
        self.network.drop(source=self.home, to=self.far)
        time.sleep(3)
        self.heal()
        time.sleep(0.5)
        late = self.watch.of("late", self.began)
        self.note(f"{len(late)} nodes were late")
        self.assertEqual(self.watch.of("recovered", self.began), late)
        self.assertLessEqual(set(late.values()), {1})
        self.assertEqual(self.watch.of("evicted"), {})
        self.ends_well()


class BadLines(TwoFleets):
    OPTIONS = ("--evict-after", "15s")

    def test_fifteen_percent_lost_on_one_and_a_thin_line_to_the_other(self):  # [P33]
        self.network.drop(source=self.far, percent=15)
        self.network.drop(to=self.far, percent=15)
        self.network.slow(self.near, "256kbit")
        time.sleep(8)
        self.network.heal()
        self.present(self.asking, 2 * NODES, 40)
        last = {}
        self.said("status")
        for topic, body, _ in self.feed.seen:
            kind, _, node = topic.partition(".")
            if kind not in ("status", "blocks"):
                continue
            seq = unpack(body)["seq"]
            self.assertEqual(seq, last.get(node, seq - 1) + 1, node)
            last[node] = seq
        summary = self.asking.ask("summary")
        late = self.watch.of("late", self.began)
        self.note(f"{summary['accepted']} announcements, {sum(late.values())} times late")
        self.assertEqual(self.watch.of("recovered", self.began), late)
        self.assertEqual(self.watch.kinds() & {"evicted", "restarted", "conflict"}, set())
        self.assertEqual(summary["missed"], 0)
        self.assertEqual(summary["refused"], {})
        self.assertEqual(len(last), 2 * NODES)
        self.as_before(self.broker, self.descriptors, self.resident)


class Backlog(FaultTest):
    # A backlog that TCP kept comes in one turn of the broker, or in two.
    def test_a_node_that_is_back_is_not_asked_for_each_status(self):  # [P51]
        broker = self.start_broker()
        feed = Subscriber(broker.feed, b"command.")
        self.addCleanup(feed.close)
        agent = Agent(broker.announce)
        self.addCleanup(agent.close)
        inventory = {"version": 1, "count": 1, "bytes": 1, "digest": 1}

        def backlog(name):
            node = Node(agent, name)
            for _ in range(50):
                node.status(interval=10_000, inventory=inventory)

        wait_for(lambda: backlog("probe") or feed.next(100))  # it is heard
        backlog("back")
        commands = []
        while feed.next(500) is not None:
            commands.append(feed.seen[-1][0])
        self.assertIn(commands.count("command.back"), range(1, 5))


if __name__ == "__main__":
    unittest.main()
