"""Two machines that are the same, and recordings that play somebody."""

import os
import shutil
import time
import unittest

import msgpack
import zmq
import zmq.auth

import zmtp
from common import Agent, FaultTest, Keys, Node, Sender, Watch, wait_for
from hosts import Network
from recorder import Recorder

EVICT_AFTER_S = 2.0


class OneId(FaultTest):
    """Two machines run an agent with one node id."""

    def setUp(self):
        self.network = Network(self)
        self.home, self.first, self.second = (self.network.host() for _ in range(3))

    def ask(self, broker, op, keys=None, **arguments):
        socket = self.home.context().socket(zmq.DEALER)
        socket.linger = 0
        if keys is not None:
            path = os.path.join(keys.root, "of-eye", "eye.key_secret")
            socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(path)
            socket.curve_serverkey = keys.server
        socket.connect(broker.query)
        socket.send(msgpack.packb({"v": 1, "id": 1, "op": op, **arguments}))
        self.assertTrue(socket.poll(10_000))
        reply = msgpack.unpackb(socket.recv())["result"]
        socket.close()
        return reply

    def conflicts(self, broker, keys=None):
        return self.ask(broker, "events", keys, kinds=["conflict"])["events"]

    def told_of_once_per_eviction_time(self, broker, keys=None):
        wait_for(lambda: self.conflicts(broker, keys), 5, "conflict")
        began = time.monotonic()
        time.sleep(2 * EVICT_AFTER_S + 0.7)
        found = self.conflicts(broker, keys)
        times = [event["at"] / 1000 for event in found]
        self.note(f"{len(found)} conflicts in {time.monotonic() - began:.1f} s after the first")
        self.assertIn(len(found), (2, 3))
        for before, after in zip(times, times[1:]):
            self.assertGreaterEqual(after - before, EVICT_AFTER_S - 0.1)
        for event in found:
            self.assertEqual(set(event["addresses"]), {self.first.address, self.second.address})
        summary = self.ask(broker, "summary", keys)
        self.assertEqual(summary["nodes"]["total"], 1)
        self.assertEqual(set(summary["refused"]), {"replaced"})

    def test_without_keys(self):  # [P32]
        broker = self.start_broker("--evict-after", "2s", host=self.home)
        for host in (self.first, self.second):
            self.start_agent("twin", broker, "--source", "simulated", "--interval", "300ms",
                             host=host)
        self.told_of_once_per_eviction_time(broker)

    def keyed(self):
        keys = Keys(self)
        for name, role in (("twin", "agents"), ("eye", "monitors")):
            keys.own(name)
            keys.let_in(name, role)
        return keys, self.start_broker("--evict-after", "2s", "--keys", keys.broker,
                                       host=self.home)

    def test_with_the_same_key(self):  # [P32] [P57]
        keys, broker = self.keyed()
        for host in (self.first, self.second):
            self.start_agent("twin", broker, "--source", "simulated", "--interval", "300ms",
                             "--keys", os.path.join(keys.root, "of-twin"), host=host)
        self.told_of_once_per_eviction_time(broker, keys)

    def test_with_another_key(self):  # [P55] [P57]
        keys, broker = self.keyed()
        other = keys.folder("another")
        zmq.auth.create_certificates(other, "twin")
        os.chmod(os.path.join(other, "twin.key_secret"), 0o600)
        shutil.copy(os.path.join(keys.broker, "broker.key"), other)
        for folder, host in (("of-twin", self.first), ("another", self.second)):
            self.start_agent("twin", broker, "--source", "simulated", "--interval", "300ms",
                             "--keys", os.path.join(keys.root, folder), host=host)
        broker.line(lambda line: '"turned_away"' in line)
        time.sleep(EVICT_AFTER_S)
        nodes = self.ask(broker, "nodes", keys)["nodes"]
        self.assertEqual([(node["node"], node["peer"]) for node in nodes],
                         [("twin", self.first.address)])
        self.assertEqual(self.ask(broker, "summary", keys)["refused"], {})
        self.assertEqual(self.conflicts(broker, keys), [])


class Replays(FaultTest):
    def replay(self, endpoint, recorded):
        """Says it all over again; whether the other side closed."""
        crowd = zmtp.Crowd()
        self.addCleanup(crowd.close)
        for _ in range(5):
            crowd.join(endpoint, recorded)
        return crowd.watch(8) == 0

    def test_a_recorded_session_of_curve_is_not_let_in(self):  # [P55]
        keys = Keys(self)
        for name, role in (("node-1", "agents"), ("eye", "monitors")):
            keys.own(name)
            keys.let_in(name, role)
        broker = self.start_broker("--keys", keys.broker)
        recorders = [Recorder(endpoint) for endpoint in (broker.announce, broker.query)]
        for recorder in recorders:
            self.addCleanup(recorder.close)
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)

        def socket(kind, name, recorder):
            opened = context.socket(kind)
            opened.linger = 1000
            path = os.path.join(keys.root, f"of-{name}", name + ".key_secret")
            opened.curve_publickey, opened.curve_secretkey = zmq.auth.load_certificate(path)
            opened.curve_serverkey = keys.server
            opened.connect(recorder)
            return opened

        asking = socket(zmq.DEALER, "eye", broker.query)

        def summary():
            asking.send(msgpack.packb({"v": 1, "id": 1, "op": "summary"}))
            self.assertTrue(asking.poll(10_000))
            return msgpack.unpackb(asking.recv())["result"]

        announcing = socket(zmq.XPUB, "node-1", recorders[0].endpoint)
        self.assertTrue(announcing.poll(10_000))
        node = Node(Sender(announcing), "node-1")
        for _ in range(3):
            node.status()
        recorded_query = socket(zmq.DEALER, "eye", recorders[1].endpoint)
        recorded_query.send(msgpack.packb({"v": 1, "id": 1, "op": "ping"}))
        self.assertTrue(recorded_query.poll(10_000))
        wait_for(lambda: summary()["accepted"] == 3)
        before, descriptors = summary(), broker.descriptors()
        for recorder, endpoint in zip(recorders, (broker.announce, broker.query)):
            recorded = bytes(recorder.said[0])
            self.assertGreater(len(recorded), 64 + 202 + 100)
            self.assertTrue(self.replay(endpoint, recorded), "it was let in")
        after = summary()
        for key in ("nodes", "accepted", "refused", "missed"):
            self.assertEqual(after[key], before[key])
        self.assertEqual(after["queries"] - before["queries"], 1)
        wait_for(lambda: broker.descriptors() <= descriptors)
        node.status()
        wait_for(lambda: summary()["accepted"] == 4, what="the real one")
        self.alive(broker)

    def test_recorded_announcements_are_repeated(self):  # [P33]
        broker = self.start_broker()
        asking = self.client(broker)
        recorder = Recorder(broker.announce)
        self.addCleanup(recorder.close)
        agent = Agent(recorder.endpoint)
        node = Node(agent, "node-1")
        for number in range(10):
            node.status(cpu=number)
        wait_for(lambda: asking.ask("summary")["accepted"] == 10)
        agent.close()
        wait_for(lambda: recorder.said and len(recorder.said[0]) > 1000)
        record = asking.node("node-1")
        # As a client would: libzmq parts with whoever does not wait for its side of the handshake.
        for _ in range(5):
            peer = zmtp.handshaken(broker.announce, "XPUB")
            self.addCleanup(peer.close)
            peer.sendall(recorder.said[0][len(zmtp.ready("XPUB")):])
        wait_for(lambda: asking.ask("summary")["refused"] == {"repeated": 50})
        after = asking.node("node-1")
        self.assertEqual(asking.ask("summary")["accepted"], 10)
        self.assertGreater(after["silent_for"], record["silent_for"], "nor is it a sign of life")
        for key in ("seq", "cpu", "session", "missed", "peer"):
            self.assertEqual(after[key], record[key])
        self.assertEqual(Watch(asking).kinds(), {"joined", "refused"})
        self.assertEqual(Watch(asking).of("refused"), {"node-1": 1})


if __name__ == "__main__":
    unittest.main()
