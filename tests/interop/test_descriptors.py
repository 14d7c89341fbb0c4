"""More connections than the broker may open: who is in is served, newcomers are turned away."""

import os
import resource
import shutil
import socket
import threading
import time
import unittest

import msgpack
import zmq

from harness import SANITIZED, Broker, Program, wait_for
from rollcall import Agent, Client, Node, guards_of
from test_keys import Keys

LIMIT = 256
CROWD = 320
MEASURED_S = 3.0


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))


class Crowd:
    """TCP connections that say nothing, over all three ports; who is cut comes again."""

    def __init__(self, endpoints):
        self.addresses = [("127.0.0.1", int(endpoint.rsplit(":", 1)[1])) for endpoint in endpoints]
        self.stopped = False
        self.came = 0
        self.connections = []
        self.thread = threading.Thread(target=self._come, daemon=True)
        self.thread.start()

    def _come(self):
        while not self.stopped:
            self.connections = [it for it in self.connections if self._is_in(it)]
            while len(self.connections) < CROWD and not self.stopped:
                try:
                    it = socket.create_connection(self.addresses[self.came % 3], 1)
                    it.setblocking(False)
                    self.connections.append(it)
                except OSError:
                    time.sleep(0.01)
                self.came += 1
            time.sleep(0.05)

    @staticmethod
    def _is_in(it):
        try:
            if it.recv(64) != b"":
                return True  # libzmq greets
        except BlockingIOError:
            return True
        except OSError:
            pass
        it.close()
        return False

    def leave(self):
        self.stopped = True
        self.thread.join()
        for it in self.connections:
            it.close()


class Descriptors(unittest.TestCase):
    def start(self, *arguments):
        self.broker = Broker("--summary-every", "500ms", *arguments, before_exec=few_descriptors)
        self.addCleanup(self.broker.stop)

    def crowd(self):
        crowd = Crowd(self.broker.endpoints())
        self.addCleanup(crowd.leave)
        return crowd

    def test_who_is_in_is_served_and_all_is_well_once_there_is_room(self):
        self.start()
        agent = Program("rollcall-agent", "old", "--nodes", "5", "--interval", "200ms",
                        "--source", "simulated", "--announce", self.broker.announce, "--feed",
                        self.broker.feed)
        self.addCleanup(agent.stop)
        client = Client(self.broker.query)
        self.addCleanup(client.close)
        wait_for(lambda: client.ask("summary")["nodes"]["present"] == 5)
        self.assertEqual(guards_of(client.reply("ping")), [])

        crowd = self.crowd()
        wait_for(lambda: "descriptors" in client.reply("ping")["as_of"]["holding"])
        self.broker.line(lambda line: '"descriptors_short"' in line)
        wait_for(lambda: len(crowd.connections) < CROWD or crowd.came > CROWD + 50)
        time.sleep(1.5)  # by then it has been noticed that none is left
        before, used, began = client.node("old-000001")["seq"], \
            self.broker.processor_seconds(), time.monotonic()
        time.sleep(MEASURED_S)
        share = (self.broker.processor_seconds() - used) / (time.monotonic() - began)
        print(f"\nprocessor while exhausted: {100 * share:.1f} % of a core")
        self.assertLess(share, 0.9 if SANITIZED else 0.6, "it spins")
        self.assertGreater(client.node("old-000001")["seq"], before + 5)
        nodes = client.ask("summary")["nodes"]
        self.assertEqual((nodes["present"], nodes["late"]), (5, 0))

        crowd.leave()
        late = Agent(self.broker.announce)
        self.addCleanup(late.close)
        Node(late, "late").status()
        wait_for(lambda: any(n["node"] == "late" for n in client.nodes()))
        wait_for(lambda: guards_of(client.reply("ping")) == [])
        ended = wait_for(lambda: self.broker.events("descriptors_free"))[0]
        self.assertGreater(ended["turned_away"], 0)
        self.assertEqual(client.ask("summary")["nodes"]["present"], 6)
        self.assertEqual(self.broker.stop(), 0)

    def test_keys_are_read_while_none_is_left(self):
        keys = Keys(self)
        for name, role in (("ada", "agents"), ("eye", "monitors")):
            keys.own(name)
            keys.let_in(name, role)
        keys.own("new")
        self.start("--keys", keys.broker)
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)

        def connect(kind, endpoint, name):
            it = context.socket(kind)
            it.linger = 0
            path = os.path.join(keys.root, "of-" + name, name + ".key_secret")
            it.curve_publickey, it.curve_secretkey = zmq.auth.load_certificate(path)
            it.curve_serverkey = keys.server
            it.connect(endpoint)
            return it

        eye = connect(zmq.DEALER, self.broker.query, "eye")

        def holding():
            eye.send(msgpack.packb({"v": 1, "id": 1, "op": "ping"}))
            self.assertTrue(eye.poll(10_000))
            return guards_of(msgpack.unpackb(eye.recv()))

        self.assertEqual(holding(), [])
        crowd = self.crowd()
        wait_for(lambda: "descriptors" in holding())
        wait_for(lambda: crowd.came > CROWD + 50)
        time.sleep(1.5)
        keys.let_in("new", "agents")
        told = wait_for(lambda: self.broker.events("keys_added"), what="the key to be read")
        self.assertIn("new", told[-1]["text"])
        shutil.copy(keys.place("new", "agents"), keys.place("newer", "agents"))
        self.assertEqual(self.broker.events("bad_key"), [])
        crowd.leave()
        fresh = connect(zmq.XPUB, self.broker.announce, "new")
        self.assertTrue(fresh.poll(20_000), "let in once there is room")
        wait_for(lambda: holding() == [])


class Connections(unittest.TestCase):
    def test_as_many_connections_as_were_asked_for(self):
        broker = Broker("--max-connections", "40")
        self.addCleanup(broker.stop)
        with open(f"/proc/{broker.process.pid}/limits", encoding="ascii") as file:
            soft, _ = [line for line in file if "open files" in line][0].split()[3:5]
        self.assertEqual(int(soft), 40 + 64)
        client = Client(broker.query)
        self.addCleanup(client.close)
        self.assertTrue(client.reply("ping")["ok"])


if __name__ == "__main__":
    unittest.main()
