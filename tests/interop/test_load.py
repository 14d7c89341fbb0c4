"""Many at once: scaled to what a test may take, in the proportions of a large cluster."""

import os
import random
import time
import unittest

import msgpack
import zmq
import zmq.auth

from harness import SANITIZED, Broker, BrokerTest, Program, wait_for
from rollcall import Agent, Node
from test_keys import Keys, Sender


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


class Load(BrokerTest):
    OPTIONS = ("--evict-after", "30s")

    def fleet(self, nodes, *options):
        fleet = Program("rollcall-agent", "sim", "--nodes", str(nodes), "--announce",
                        self.broker.announce, "--feed", self.broker.feed, *options)
        self.addCleanup(fleet.stop)
        wait_for(lambda: self.summary()["nodes"]["present"] >= nodes, what=f"{nodes} nodes")
        return fleet

    def ask_in_turn(self, seconds):
        """How long each of many answers took."""
        took, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.monotonic()
            self.client.ask("ping")
            took.append(time.monotonic() - started)
            time.sleep(0.01)
        return took

    def test_a_steady_fleet_costs_no_memory_drops_nothing_and_delays_nobody(self):
        seconds = float(os.environ.get("ROLLCALL_LOAD_SECONDS", "10"))
        self.fleet(int(os.environ.get("ROLLCALL_LOAD_NODES", "2000")), "--interval",
                   os.environ.get("ROLLCALL_LOAD_INTERVAL", "1s"))
        self.ask_in_turn(max(3, seconds / 10))
        before = self.broker.resident_bytes()
        took = self.ask_in_turn(seconds)
        if not SANITIZED:
            self.assertLess(percentile(took, 0.99), 0.05)
            self.assertLess(self.broker.resident_bytes(), 1.05 * before)
        summary = self.summary()
        self.assertEqual((summary["missed"], sum(summary["refused"].values())), (0, 0))
        self.assertEqual(sum(summary["dropped"].values()), 0)
        self.assertEqual(self.events(kinds=["late", "evicted", "conflict"]), [])

    def test_one_that_floods_delays_no_other_beat(self):
        quiet = [self.node(f"quiet-{number}") for number in range(20)]
        bully = Agent(self.broker.announce)
        loud = Node(bully, "loud")
        end, turns = time.monotonic() + 5, 0
        while time.monotonic() < end:
            for node in quiet:
                node.status(interval=300)
            turns += 1
            beat = time.monotonic() + 0.1
            while time.monotonic() < beat:
                loud.status()
        wait_for(lambda: all(self.client.node(node.name)["seq"] == turns for node in quiet))
        for node in quiet:
            self.assertEqual(self.client.node(node.name)["missed"], 0)
        said = {event["node"] for event in self.events(kinds=["late", "evicted"])}
        self.assertEqual(said - {"loud"}, set())
        self.assertGreater(self.client.node("loud")["seq"], 10 * turns)
        bully.close()

    def test_many_subscribers_at_once_each_have_the_whole_picture(self):
        nodes = [self.node(f"n{number:03}") for number in range(300)]
        for node in nodes:
            node.status()
        self.accepted(300)
        subscribers = []
        for _ in range(120):
            feed = zmq.Context.instance().socket(zmq.SUB)
            feed.linger, feed.rcvhwm = 0, 100
            feed.subscribe(b"")
            feed.connect(self.broker.feed)
            asker = zmq.Context.instance().socket(zmq.DEALER)
            asker.linger = 0
            asker.connect(self.broker.query)
            subscribers.append((feed, asker))
            self.addCleanup(feed.close)
            self.addCleanup(asker.close)
        request = msgpack.packb({"v": 1, "id": 1, "op": "nodes", "limit": 1000})
        for _, asker in subscribers:
            asker.send(request)
        for node in nodes:
            node.status()
        pictures = []
        for _, asker in subscribers:
            self.assertTrue(asker.poll(20_000), "each page comes")
            page = msgpack.unpackb(asker.recv())["result"]
            pictures.append({record["node"]: record["seq"] for record in page["nodes"]})
        # They read nothing meanwhile and lose much; what they lost, another page heals.
        for _ in range(5):
            for node in nodes:
                node.status()
        self.accepted(7 * 300)
        for (feed, asker), picture in zip(subscribers, pictures):
            while feed.poll(0):
                topic, body = feed.recv_multipart()
                if topic.startswith(b"status."):
                    name = topic[7:].decode()
                    picture[name] = max(picture.get(name, 0), msgpack.unpackb(body)["seq"])
            asker.send(request)
        truth = {node.name: node.seq for node in nodes}
        for (_, asker), picture in zip(subscribers, pictures):
            self.assertTrue(asker.poll(20_000))
            for record in msgpack.unpackb(asker.recv())["result"]["nodes"]:
                picture[record["node"]] = max(picture.get(record["node"], 0), record["seq"])
            self.assertEqual(picture, truth)
        summary = self.summary()
        self.assertEqual((summary["missed"], summary["accepted"]), (0, 7 * 300))

    def test_all_inventories_at_once_make_no_beat_late(self):
        fleet = self.fleet(500, "--interval", "500ms")
        held = wait_for(lambda: (s := self.summary()["blocks"])["in_sync"] == 500 and s["held"])
        endpoints = self.broker.endpoints()
        self.broker.stop()
        self.broker = Broker(*self.OPTIONS, endpoints=endpoints)
        self.client._open()  # its question may have died with the broker
        wait_for(lambda: self.summary()["nodes"]["present"] == 500)
        wait_for(lambda: self.summary()["blocks"]["in_sync"] >= 490)
        self.assertGreater(self.summary()["blocks"]["held"], held // 2)
        self.assertEqual(self.events(kinds=["late", "evicted"]), [])
        self.assertEqual(sum(self.summary()["refused"].values()), 0)
        self.assertIsNone(fleet.process.poll())


class Reconnect(unittest.TestCase):
    AGENTS = 100

    def test_all_with_keys_come_back_at_once_and_are_heard(self):
        keys = Keys(self)
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        context.set(zmq.MAX_SOCKETS, 4096)
        names = [f"n{number:03}" for number in range(self.AGENTS)]
        for name in [*names, "eye"]:
            keys.own(name)
            keys.let_in(name, "monitors" if name == "eye" else "agents")
        # Below the ports that the system gives out: who tries to reach one of those on the same
        # machine, time and again, is at last given it and connected with himself.
        port = random.randrange(15_000, 30_000)
        endpoints = tuple(f"tcp://127.0.0.1:{port + number}" for number in range(3))
        broker = Broker("--keys", keys.broker, "--evict-after", "20s", endpoints=endpoints)
        nodes, sockets = [], []
        for name in names:
            socket = self.socket(context, keys, name, zmq.XPUB, broker.announce)
            sockets.append(socket)
            nodes.append(Node(Sender(socket), name))
        self.hear(sockets)
        for node in nodes:
            node.status()
        self.assertEqual(self.present(context, keys, endpoints), self.AGENTS)
        broker.stop()
        began = time.monotonic()
        broker = Broker("--keys", keys.broker, "--evict-after", "20s", endpoints=endpoints)
        self.addCleanup(broker.stop)
        self.assertEqual(self.present(context, keys, endpoints, nodes), self.AGENTS)
        self.assertLess(time.monotonic() - began, 60)

    def socket(self, context, keys, name, kind, endpoint):
        socket = context.socket(kind)
        self.addCleanup(socket.close)
        socket.linger, socket.reconnect_ivl = 0, 100
        path = os.path.join(keys.root, "of-" + name, name + ".key_secret")
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(path)
        socket.curve_serverkey = keys.server
        socket.connect(endpoint)
        return socket

    def hear(self, sockets):
        """Until the broker's subscription came to each."""
        for socket in sockets:
            self.assertTrue(socket.poll(60_000), "each is let in")
            socket.recv()

    def present(self, context, keys, endpoints, nodes=()):
        """How many are there, once it is all of them; `nodes` beat meanwhile."""
        asker = self.socket(context, keys, "eye", zmq.DEALER, endpoints[1])

        def count():
            for node in nodes:
                node.status()
            time.sleep(0.1)
            asker.send(msgpack.packb({"v": 1, "id": 1, "op": "summary"}))
            self.assertTrue(asker.poll(20_000))
            number = msgpack.unpackb(asker.recv())["result"]["nodes"]["present"]
            return number if number == self.AGENTS else 0

        try:
            return wait_for(count, 60)
        finally:
            asker.close()


if __name__ == "__main__":
    unittest.main()
