"""Keys: who is let in, as whom, and for how long; driven with pyzmq's own certificates."""

import os
import shutil
import tempfile
import time
import unittest

import msgpack
import zmq
import zmq.auth

from harness import Broker, Program, wait_for
from rollcall import Node
from test_programs import run

SILENCE_MS = 700  # no answer within this is none: on loopback one takes a few


class Keys:
    """A folder of keys for a broker, and one for each who has some."""

    def __init__(self, test):
        self.root = tempfile.mkdtemp()
        test.addCleanup(shutil.rmtree, self.root)
        self.broker = self.folder("broker")
        for place in ("agents", "monitors", "admins"):
            os.mkdir(os.path.join(self.broker, place))
        zmq.auth.create_certificates(self.broker, "broker")
        os.chmod(os.path.join(self.broker, "broker.key_secret"), 0o600)
        self.server = zmq.auth.load_certificate(os.path.join(self.broker, "broker.key"))[0]

    def folder(self, name):
        path = os.path.join(self.root, name)
        os.mkdir(path)
        return path

    def own(self, name):
        """A folder as --keys of an agent or a monitor wants it."""
        path = self.folder("of-" + name)
        zmq.auth.create_certificates(path, name)
        os.chmod(os.path.join(path, name + ".key_secret"), 0o600)
        shutil.copy(os.path.join(self.broker, "broker.key"), path)
        return path

    def place(self, name, role):
        return os.path.join(self.broker, role, name + ".key")

    def let_in(self, name, role):
        shutil.copy(os.path.join(self.root, "of-" + name, name + ".key"), self.place(name, role))

    def take_away(self, name, role):
        os.remove(self.place(name, role))


class KeyedBroker(unittest.TestCase):
    def setUp(self):
        self.keys = Keys(self)
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        for name, role in (("ada", "agents"), ("bob", "agents"), ("eye", "monitors")):
            self.keys.own(name)
            self.keys.let_in(name, role)
        self.broker = Broker("--keys", self.keys.broker)
        self.addCleanup(self.broker.stop)

    def socket(self, kind, endpoint, name=None, server=None):
        socket = self.context.socket(kind)
        socket.linger = 0
        socket.reconnect_ivl = 100
        self.addCleanup(socket.close)
        if name is not None:
            path = os.path.join(self.keys.root, "of-" + name, name + ".key_secret")
            socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(path)
            socket.curve_serverkey = server or self.keys.server
        if kind == zmq.SUB:
            socket.subscribe(b"")
        socket.connect(endpoint)
        return socket

    def agent(self, name):
        """Connected and heard, or None."""
        socket = self.socket(zmq.XPUB, self.broker.announce, name)
        if not socket.poll(10_000):
            return None
        socket.recv()
        return Sender(socket)

    def ask(self, op="summary", name="eye", milliseconds=10_000, **arguments):
        """The whole reply, or None."""
        socket = self.socket(zmq.DEALER, self.broker.query, name)
        try:
            socket.send(msgpack.packb({"v": 1, "id": 1, "op": op, **arguments}))
            return msgpack.unpackb(socket.recv()) if socket.poll(milliseconds) else None
        finally:
            socket.close()

    def summary(self):
        return self.ask()["result"]

    def nodes(self):
        return {record["node"]: record for record in self.ask("nodes")["result"]["nodes"]}


class Sender:
    """What Node needs of an agent's socket."""

    def __init__(self, socket):
        self.socket = socket

    def send(self, *frames):
        self.socket.send_multipart(list(frames))


class Doors(KeyedBroker):
    def test_without_the_right_key_nothing_is_open(self):  # [P55]
        self.keys.own("stranger")
        wrong, _ = zmq.curve_keypair()
        for name, server in ((None, None), ("stranger", None), ("eye", wrong), ("ada", wrong)):
            for kind, endpoint in ((zmq.XPUB, self.broker.announce), (zmq.SUB, self.broker.feed)):
                socket = self.socket(kind, endpoint, name, server)
                self.assertFalse(socket.poll(SILENCE_MS), f"{name} at {endpoint}")
                socket.close()
            self.assertIsNone(self.ask(name=name, milliseconds=SILENCE_MS)
                              if server is None else None)
        self.assertEqual(self.summary()["accepted"], 0)
        self.broker.line(lambda line: '"turned_away"' in line)

    def test_each_role_has_its_doors(self):  # [P56]
        self.assertTrue(self.ask("ping")["ok"])
        self.assertIsNone(self.ask("ping", name="ada", milliseconds=SILENCE_MS))
        socket = self.socket(zmq.XPUB, self.broker.announce, "eye")
        self.assertFalse(socket.poll(SILENCE_MS))

    def test_a_key_speaks_for_its_node_alone(self):  # [P57]
        ada, bob = self.agent("ada"), self.agent("bob")
        Node(ada, "ada").status()
        Node(bob, "bob").status(cpu=1)
        wait_for(lambda: self.summary()["accepted"] == 2)
        Node(ada, "bob").status(cpu=99)
        Node(ada, "carol").status()
        wait_for(lambda: self.summary()["refused"].get("forbidden") == 2)
        self.assertEqual(set(self.nodes()), {"ada", "bob"})
        self.assertEqual(self.nodes()["bob"]["cpu"], 1)
        refused = self.ask("events", kinds=["refused"])["result"]["events"]
        self.assertEqual([event["node"] for event in refused], ["ada"])

    def test_keys_come_and_go_while_it_runs(self):  # [P58]
        self.keys.own("late")
        waiting = self.socket(zmq.XPUB, self.broker.announce, "late")
        self.assertFalse(waiting.poll(SILENCE_MS))
        self.keys.let_in("late", "agents")
        self.assertTrue(waiting.poll(10_000), "let in without a new connection of ours")
        waiting.recv()
        node = Node(Sender(waiting), "late")
        node.status()
        wait_for(lambda: "late" in self.nodes())
        self.keys.take_away("late", "agents")
        time.sleep(2)
        before = self.summary()["accepted"]
        node.status()
        wait_for(lambda: self.summary()["refused"].get("forbidden") == 1)
        self.assertEqual(self.summary()["accepted"], before)

    def test_a_subscriber_whose_key_is_taken_away_hears_no_more(self):  # [P59]
        self.keys.own("ear")
        self.keys.let_in("ear", "monitors")
        time.sleep(1)
        revoked = self.socket(zmq.SUB, self.broker.feed, "ear")
        other = self.socket(zmq.SUB, self.broker.feed, "eye")
        node = Node(self.agent("ada"), "ada")

        def hears(socket):
            node.status()
            return socket.poll(50)

        wait_for(lambda: hears(revoked) and hears(other))
        self.keys.take_away("ear", "monitors")
        self.broker.line(lambda line: '"feed_reopened"' in line)
        while revoked.poll(100):
            revoked.recv_multipart()
        while other.poll(0):
            other.recv_multipart()
        wait_for(lambda: hears(other), what="the others to come back")
        self.assertFalse(revoked.poll(SILENCE_MS))

    def test_bad_files_let_nobody_in_and_take_nobody_away(self):  # [P58]
        node = Node(self.agent("ada"), "ada")
        node.status()
        with open(self.keys.place("ada", "agents"), "w", encoding="ascii") as file:
            file.write("public-key = \"\"\n")
        with open(self.keys.place("mallory", "agents"), "wb") as file:
            file.write(os.urandom(100))
        os.mkdir(self.keys.place("folder", "admins"))
        os.mkfifo(self.keys.place("pipe", "admins"))
        self.broker.line(lambda line: '"bad_key"' in line and "ada" in line)
        node.status()
        wait_for(lambda: self.summary()["accepted"] == 2)


class Programs(KeyedBroker):
    def monitor(self, *arguments, keys="eye"):
        return run("rollcall-monitor", "--query", self.broker.query, "--feed", self.broker.feed,
                   "--timeout", "2s", "--keys", os.path.join(self.keys.root, "of-" + keys),
                   *arguments)

    def test_our_agent_waits_until_it_is_let_in(self):
        self.keys.own("patient")
        agent = Program("rollcall-agent", "patient", "--announce", self.broker.announce, "--feed",
                        self.broker.feed, "--interval", "300ms", "--keys",
                        os.path.join(self.keys.root, "of-patient"))
        self.addCleanup(agent.stop)
        self.assertEqual(self.monitor("ping").returncode, 0)
        self.assertEqual(self.monitor("ping", keys="patient").returncode, 3)
        self.assertEqual(self.nodes(), {})
        self.keys.let_in("patient", "agents")
        wait_for(lambda: "patient" in self.nodes())
        self.assertIn("patient", self.monitor("nodes").stdout)

    def test_our_own_keys_are_read_by_others(self):
        folder = os.path.join(self.keys.root, "made")
        made = run("rollcall-monitor", "keygen", "zoe", "--out", folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        public, nothing = zmq.auth.load_certificate(os.path.join(folder, "zoe.key"))
        again, secret = zmq.auth.load_certificate(os.path.join(folder, "zoe.key_secret"))
        self.assertEqual((public, nothing), (again, None))
        self.assertEqual(zmq.curve_public(secret), public)
        self.assertEqual(os.stat(os.path.join(folder, "zoe.key_secret")).st_mode & 0o777, 0o600)
        self.assertNotEqual(run("rollcall-monitor", "keygen", "zoe", "--out", folder).returncode, 0)

    def test_keys_list_and_check(self):
        listed = run("rollcall-monitor", "keys", "list", self.keys.broker)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        for name in ("ada", "bob", "eye"):
            self.assertIn(name, listed.stdout)
        self.assertEqual(run("rollcall-monitor", "keys", "check", self.keys.broker).returncode, 0)
        os.chmod(os.path.join(self.keys.broker, "broker.key_secret"), 0o644)
        shutil.copy(self.keys.place("ada", "agents"), self.keys.place("twin", "agents"))
        checked = run("rollcall-monitor", "keys", "check", self.keys.broker)
        self.assertEqual(checked.returncode, 1)
        self.assertIn("0644", checked.stdout)
        self.assertIn("twin", checked.stdout)

    def test_a_secret_that_others_can_read_is_none(self):
        path = os.path.join(self.keys.root, "of-eye", "eye.key_secret")
        os.chmod(path, 0o640)
        refused = self.monitor("ping")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("chmod 600", refused.stderr)


class Openness(unittest.TestCase):
    def test_beyond_this_machine_only_with_keys_or_a_word(self):
        endpoints = ["--announce", "tcp://0.0.0.0:*", "--query", "tcp://127.0.0.1:*", "--feed",
                     "tcp://127.0.0.1:*"]
        refused = run("rollcall-broker", *endpoints)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--keys", refused.stderr)
        keys = Keys(self)
        broker = Program("rollcall-broker", *endpoints, "--keys", keys.broker)
        broker.line(lambda line: "agents announce" in line)
        self.assertEqual(broker.stop(), 0)
        open_to_all = Program("rollcall-broker", *endpoints, "--insecure")
        open_to_all.line(lambda line: "unauthenticated" in line)
        self.assertEqual(open_to_all.stop(), 0)


if __name__ == "__main__":
    unittest.main()
