"""Peers that fill every queue and vanish, or stop to read."""

import json
import os
import signal
import socket
import struct
import threading
import time
import unittest

import msgpack

import zmtp
from common import (QUIET_KINDS, FaultTest, Agent, Client, Node, Subscriber, Watch, unpack,
                    wait_for)

# Both can be had larger by hand: ROLLCALL_RESETS=10000 ROLLCALL_STOPPED_S=600 …
RESETS = int(os.environ.get("ROLLCALL_RESETS", "300"))
STOPPED_S = float(os.environ.get("ROLLCALL_STOPPED_S", "20"))
RESET = struct.pack("ii", 1, 0)  # SO_LINGER 0: close sends RST


def status_body(session, seq):
    return msgpack.packb({"v": 1, "session": session, "seq": seq, "at": 1, "interval": 10_000,
                          "state": "healthy", "storage": {"used": 1, "total": 2}, "cpu": 1,
                          "memory": {"used": 1, "total": 2}, "labels": {"host": "x" * 200}})


class Resets(FaultTest):
    def flood(self, endpoint, socket_type, says, seconds=0):
        """Fills what there is to fill, waits to see it taken, and is gone."""
        peer = zmtp.handshaken(endpoint, socket_type)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        peer.setblocking(False)
        try:
            while says:
                says = says[peer.send(says):]
        except (BlockingIOError, ConnectionError):
            pass
        time.sleep(seconds)
        peer.close()

    def test_floods_that_end_in_a_reset(self):
        broker = self.start_broker("--announce-queue", "2", "--feed-queue", "100")
        asking = self.client(broker)
        self.start_agent("fleet", broker, "--nodes", "10", "--interval", "300ms")
        self.present(asking, 10)
        rounds = [
            (broker.announce, "PUB", b"".join(
                zmtp.message(b"status.flood", status_body(9, seq)) for seq in range(1, 1000))),
            (broker.announce, "PUB", zmtp.message(b"status.flood", b"\x81") * 5000),
            # Of a message that never ends there is more to come.
            (broker.announce, "PUB", b"\x01\x01x" * 50_000),
            (broker.query, "DEALER", zmtp.message(
                msgpack.packb({"v": 1, "id": 1, "op": "nodes"})) * 500),
            (broker.feed, "SUB", zmtp.message(b"\x01") + b"".join(
                zmtp.message(b"\x01" + str(i).encode()) for i in range(500))),
        ]
        for endpoint, kind, says in rounds:
            self.flood(endpoint, kind, says)
        time.sleep(0.5)
        descriptors, resident = broker.descriptors(), broker.resident_bytes()
        began = time.monotonic()
        for i in range(RESETS):
            self.flood(*rounds[i % len(rounds)], seconds=i % 2 * 0.005)
            if i % 50 == 0:
                self.alive(broker)
        self.note(f"{RESETS} floods in {time.monotonic() - began:.1f} s")
        summary = asking.ask("summary")
        self.note(f"{summary['accepted']} accepted, refused {summary['refused']}")
        self.assertEqual(summary["nodes"]["late"], 0)
        self.assertEqual(Watch(asking).kinds(prefix="fleet") - QUIET_KINDS, set())
        self.assertEqual({n["missed"] for n in asking.nodes(prefix="fleet")}, {0})
        self.as_before(broker, descriptors, resident)
        self.stops_in_time(broker)


CHILD = """
import sys
from common import Subscriber, unpack
feed = Subscriber(sys.argv[1], b"event.")
feed.socket.rcvhwm = 1000
while True:
    message = feed.next(60_000)
    feed.seen.clear()
    print(unpack(message[1])["seq"], flush=True)
"""


class Load:
    """Ten nodes that change their state with each status: an event and an announcement each."""

    # The broker keeps 10 000 events; what was missed must still be there.
    PER_S = min(400, 8000 / STOPPED_S)

    def __init__(self, broker):
        self.broker = broker
        self.running = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        agent = Agent(self.broker.announce)
        nodes = [Node(agent, f"load-{i}") for i in range(10)]
        i, due = 0, time.monotonic()
        while self.running:
            nodes[i % 10].status(state=("warning", "critical")[i // 10 % 2],
                                 reasons=["x" * 200] * 16)
            i += 1
            due += 1 / self.PER_S
            time.sleep(max(0, due - time.monotonic()))
        agent.close()

    def stop(self):
        self.running = False
        self.thread.join()


class Stopped(FaultTest):
    def test_a_subscriber_that_stands_still(self):  # [P36] [P53]
        broker = self.start_broker("--feed-queue", "100")
        asking = self.client(broker)
        foreign = self.start_script(CHILD, broker.feed)
        ours = self.start_program("rollcall-monitor", "--query", broker.query, "--feed",
                                  broker.feed, "events", "--follow", "-o", "json")
        load = Load(broker)
        self.addCleanup(load.stop)
        for child in (foreign, ours):
            wait_for(lambda: len(child.lines) > 10)
        resident = broker.resident_bytes()
        for child in (foreign, ours):
            child.send_signal(signal.SIGSTOP)
        others = self.others(broker, STOPPED_S)
        grown = broker.resident_bytes() - resident
        for child in (foreign, ours):
            child.send_signal(signal.SIGCONT)
        time.sleep(2)
        load.stop()
        self.alive(foreign)
        self.alive(ours)
        self.note(f"others waited {others * 1000:.0f} ms at most; broker grew {grown >> 20} MiB")
        self.assertLess(others, 1.0)
        self.assertLess(grown, 64 << 20)
        newest = asking.reply("events", after=10**9)["result"]["newest"]
        self.hears_of_its_gap(foreign, asking, newest)
        self.fills_its_gap(ours, newest)

    def others(self, broker, seconds):
        """How late another subscriber hears, at worst, and that it misses nothing."""
        feed = Subscriber(broker.feed, b"event.")
        slowest, last, end = 0, None, time.monotonic() + seconds
        while time.monotonic() < end:
            _, body, _ = feed.next(5000)
            feed.seen.clear()
            event = unpack(body)
            slowest = max(slowest, time.time() - event["at"] / 1000)
            self.assertEqual(event["seq"], (last or event["seq"] - 1) + 1)
            last = event["seq"]
        feed.close()
        return slowest

    def hears_of_its_gap(self, child, asking, newest):
        wait_for(lambda: int(child.lines[-1]) == newest, what="the last event")
        numbers = [int(line) for line in child.lines]
        gaps = [(a, b) for a, b in zip(numbers, numbers[1:]) if b != a + 1]
        self.note(f"it missed {sum(b - a - 1 for a, b in gaps)} of {newest} events")
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertGreater(len(gaps), 0, "there was not enough load to make it miss any")
        for before, after in gaps:
            found, at = [], before
            while at < after - 1:
                page = asking.ask("events", after=at, limit=1000)["events"]
                found += [event["seq"] for event in page if event["seq"] < after]
                at = page[-1]["seq"]
            self.assertEqual(found, list(range(before + 1, after)))

    def fills_its_gap(self, child, newest):
        def numbers():
            return [json.loads(line)["seq"] for line in child.lines[:]]

        wait_for(lambda: numbers()[-1] >= newest, what="our monitor to catch up")
        found = numbers()
        self.assertEqual(found, list(range(found[0], found[0] + len(found))))


if __name__ == "__main__":
    unittest.main()
