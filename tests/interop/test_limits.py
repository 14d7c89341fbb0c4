"""Limits on what the broker may come to hold: refusal to start beyond memory, topics, upstream."""

import subprocess
import time
import unittest

import zmq

from harness import SANITIZED, Broker, BrokerTest, wait_for
from rollcall import Subscriber
from test_programs import run

MIB = 1024 * 1024
ENDPOINTS = ("--announce", "tcp://127.0.0.1:*", "--query", "tcp://127.0.0.1:*", "--feed",
             "tcp://127.0.0.1:*")


class Memory(unittest.TestCase):
    def refused(self, *arguments):
        done = run("rollcall-broker", *ENDPOINTS, *arguments)
        self.assertEqual(done.returncode, 2, done.stdout)
        return done.stderr

    def budget(self, *arguments):
        broker = Broker(*arguments)
        self.addCleanup(broker.stop)
        return wait_for(lambda: broker.events("budget"))[0]

    def test_what_was_asked_for_and_does_not_fit_is_refused(self):
        said = self.refused("--memory-limit", "1GiB", "--max-blocks", "20000000")
        for word in ("--max-blocks", "--max-nodes", "--max-connections", "--memory-limit",
                     "1.00 GiB", "20,000,000"):
            self.assertIn(word, said)
        self.refused("--memory-limit", "100MiB", "--max-nodes", "1000000")
        self.refused("--memory-limit", "10MiB")
        self.assertIn("LimitNOFILE", self.refused("--max-connections", "1000000"))

    def test_the_defaults_fit_whatever_there_is(self):
        small = self.budget("--memory-limit", "2GiB")
        self.assertLessEqual(small["memory"], 2 * 1024 * MIB)
        self.assertEqual(small["lowered"], 1)
        self.assertIn("lowered to fit 2.00 GiB", small["text"])
        self.assertGreater(small["nodes"], 500_000)
        self.assertGreater(small["connections"], 5_000)
        tiny = self.budget("--memory-limit", "100MiB", "--max-nodes", "1000", "--max-blocks", "0")
        self.assertLessEqual(tiny["memory"], 100 * MIB)
        self.assertEqual((tiny["nodes"], tiny["blocks"]), (1000, 0))
        self.budget()


class Feed(BrokerTest):
    OPTIONS = ("--max-nodes", "100", "--summary-every", "500ms")

    def flood(self, code):
        """A pyzmq process of its own; `feed` is an XSUB there."""
        context = ("import zmq, time, os\nfeed = zmq.Context().socket(zmq.XSUB)\n"
                   "feed.linger = 0\nfeed.sndhwm = 0\n"
                   f"feed.connect({self.broker.feed!r})\n")
        process = subprocess.Popen(["/usr/bin/python3", "-c", context + code])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def highest_resident_bytes(self, seconds):
        highest, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            highest = max(highest, self.broker.resident_bytes())
            time.sleep(0.02)
        return highest

    def heard(self, name="ok"):
        """That a subscriber gets what is announced, now."""
        subscriber = Subscriber(self.broker.feed, f"status.{name}".encode())
        node = self.node(name)
        try:
            def next_one():
                node.status()
                return subscriber.next(50)
            return wait_for(next_one, what="something on the feed")
        finally:
            subscriber.close()

    def test_topics_without_end(self):
        self.heard()
        before = self.broker.resident_bytes()
        greedy = self.flood("for i in range(300_000):\n"
                            "    feed.send(b'\\1' + b'topic-%d-of-many' % (i * 7919 % 1000003))\n"
                            "time.sleep(1000)\n")
        wait_for(lambda: self.broker.events("feed_closed"), what="the feed to be closed")
        highest = self.highest_resident_bytes(5)
        print(f"\nmemory with a greedy subscriber: {(highest - before) / MIB:.0f} MiB more")
        self.assertLess(highest - before, (1000 if SANITIZED else 250) * MIB)
        self.node("x").status()
        # Another connection than the one that announces: the answer may be the faster of the two.
        wait_for(lambda: self.client.ask("nodes", prefix="x", presence="present")["nodes"])
        greedy.kill()
        self.heard()

    def test_messages_from_subscribers(self):
        self.heard()
        before = self.broker.resident_bytes()
        flood = self.flood("while True: feed.send(b'x' * 200)\n")
        wait_for(lambda: self.broker.events("feed_talks_back"))
        highest = self.highest_resident_bytes(4)
        print(f"\nmemory under a flood upstream: {(highest - before) / MIB:.0f} MiB more")
        self.assertLess(highest - before, (1000 if SANITIZED else 50) * MIB)
        self.heard()
        self.assertEqual(self.broker.events("feed_closed"), [], "nobody is cut off for it")
        flood.kill()

    def test_odd_messages_from_subscribers_change_nothing(self):
        odd = zmq.Context.instance().socket(zmq.XSUB)
        odd.linger = 0
        self.addCleanup(odd.close)
        odd.connect(self.broker.feed)
        for message in ([b""], [b"\2status."], [b"hello"], [b"one", b"two", b"three"],
                        [b"\1status.", b"\1event.", b"\0status."], [b"", b"\1"], [b"x"] * 1000,
                        [b"\0never subscribed"]):
            odd.send_multipart(message)
        self.heard()
        # It costs its sender the connection, and its libzmq the stack where it ends in order.
        self.flood(f"feed.send(b'\\1' + b't' * {MIB})\ntime.sleep(1000)\n")
        time.sleep(1)
        self.heard()
        self.assertEqual(self.broker.events("feed_closed"), [])
        self.assertTrue(self.client.reply("ping")["ok"])


if __name__ == "__main__":
    unittest.main()
