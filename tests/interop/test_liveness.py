"""Late, evicted, left; and never the node's fault when it was the broker that slept."""

import signal
import time
import unittest

from harness import Broker, BrokerTest, unpack, wait_for
from rollcall import Agent, Client, Node

EVICT_AFTER_S = 3.0


class Liveness(BrokerTest):
    OPTIONS = ("--evict-after", "3s")

    def silence_of(self, feed, kind, node, spoke):
        topic, body, at = feed.until(lambda topic, _: topic == f"event.{kind}.{node}", 15)
        return unpack(body), at - spoke

    def test_late_then_evicted_on_time(self):  # [P28] [P29]
        feed = self.subscribe(b"event.")
        spoke = time.monotonic()
        self.node("short").status(interval=200)
        late, after = self.silence_of(feed, "late", "short", spoke)
        self.assertGreaterEqual(late["silent_for"], 600)
        self.assertGreaterEqual(after, 0.595)
        self.assertLess(after, 1.6)
        self.assertEqual(self.client.node("short")["presence"], "late")
        self.assertEqual(self.summary()["nodes"]["late"], 1)
        evicted, after = self.silence_of(feed, "evicted", "short", spoke)
        self.assertGreaterEqual(evicted["silent_for"], EVICT_AFTER_S * 1000)
        self.assertGreaterEqual(after, EVICT_AFTER_S - 0.005)
        self.assertLess(after, EVICT_AFTER_S + 1.0)
        self.assertNotIn("short", [node["node"] for node in self.client.nodes()])

    def test_four_intervals_if_that_is_longer(self):  # [P29]
        feed = self.subscribe(b"event.")
        spoke = time.monotonic()
        self.node("slow").status(interval=1000)
        _, after = self.silence_of(feed, "evicted", "slow", spoke)
        self.assertGreaterEqual(after, 3.995)
        self.assertLess(after, 5.0)

    def test_recovers(self):  # [P28]
        feed = self.subscribe(b"event.")
        node = self.node("back")
        node.status(interval=300)
        feed.event("late", "back")
        node.status(interval=300)
        recovered = feed.event("recovered", "back")
        self.assertGreaterEqual(recovered["silent_for"], 900)
        self.assertEqual(self.client.node("back")["presence"], "present")

    def test_a_stopped_broker_blames_nobody(self):  # [P30]
        nodes = [self.node(f"n-{i}") for i in range(20)]
        for node in nodes:
            node.status(interval=500)
        self.accepted(20)
        self.broker.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + EVICT_AFTER_S + 2
        while time.monotonic() < deadline:  # they beat on meanwhile
            for node in nodes:
                node.status(interval=500)
            time.sleep(0.5)
        self.broker.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            for node in nodes:
                node.status(interval=500)
            time.sleep(0.2)
        kinds = {event["kind"] for event in self.events()}
        self.assertEqual(kinds - {"guard"}, {"joined"})
        self.assertEqual(self.summary()["nodes"]["present"], 20)

    def test_its_pause_is_not_counted_as_silence(self):  # [P30]
        feed = self.subscribe(b"event.")
        self.node("quiet").status(interval=1000)
        feed.event("joined", "quiet")
        spoke = time.monotonic()
        self.broker.send_signal(signal.SIGSTOP)
        time.sleep(5)
        self.broker.send_signal(signal.SIGCONT)
        woke = time.monotonic()
        _, after = self.silence_of(feed, "evicted", "quiet", woke)
        self.assertGreater(after, 3.0, "the five seconds of its own sleep were held against it")
        self.assertGreater(time.monotonic() - spoke, 8.0)

    def test_left_stays_listed_until_the_eviction_time(self):  # [P22] [P34]
        feed = self.subscribe(b"event.")
        node = self.node("polite")
        node.status(interval=200)
        said = time.monotonic()
        node.leave(reason="lunch", back_in=60_000)
        self.assertEqual(feed.event("left", "polite")["reason"], "lunch")
        self.assertEqual(self.client.node("polite")["presence"], "left")
        self.assertEqual(self.summary()["nodes"]["left"], 1)
        wait_for(lambda: "polite" not in [n["node"] for n in self.client.nodes()])
        self.assertGreaterEqual(time.monotonic() - said, EVICT_AFTER_S - 0.005)
        self.assertNotIn("late", {event["kind"] for event in self.events(node="polite")})

    def test_left_comes_back(self):  # [P34]
        node = self.node("polite")
        node.status()
        node.leave(reason="lunch")
        node.status()
        wait_for(lambda: self.client.node("polite")["presence"] == "present")
        self.assertEqual(self.summary()["nodes"]["left"], 0)


class Restart(unittest.TestCase):
    def test_a_broker_killed_and_restarted_has_everybody_back(self):  # [P36] [P42]
        first = Broker()
        agent = Agent(first.announce)
        nodes = [Node(agent, f"n-{i}") for i in range(100)]
        client = Client(first.query)
        for node in nodes:
            node.status(interval=200)
        wait_for(lambda: client.ask("summary")["nodes"]["total"] == 100)
        session = client.reply("ping")["as_of"]["broker"]
        first.stop(signal.SIGKILL)
        second = Broker(endpoints=first.endpoints())
        client.close()
        client = Client(second.query)

        def all_back():
            for node in nodes:
                node.status(interval=200)
            time.sleep(0.1)
            return client.ask("summary")["nodes"]["present"] == 100

        wait_for(all_back)
        self.assertNotEqual(client.reply("ping")["as_of"]["broker"], session)
        kinds = {event["kind"] for event in client.ask("events", after=0)["events"]}
        self.assertEqual(kinds, {"joined"})
        self.assertEqual(client.ask("summary")["missed"], 0)
        self.assertEqual(second.stop(), 0)
        client.close()
        agent.close()


if __name__ == "__main__":
    unittest.main()
