"""Backups of a broker's store over the wire, and back. [P82]"""

import os
import signal
import sqlite3
import tempfile
import unittest

import msgpack

from harness import Broker, wait_for
from rollcall import Agent, Client, Node, Refused, Subscriber
from test_keys import KeyedBroker
from xxh64 import xxh64

PART = 48 * 1024


def fetch(client):
    """A copy, made now: its bytes, and what the broker said of it."""
    made = client.ask("backup")
    data = b""
    while len(data) < made["bytes"]:
        part = client.ask("backup", backup=made["backup"], offset=len(data))
        assert part["bytes"] == made["bytes"] and part["data"]
        data += part["data"]
    return data, made


def give_back(client, data, finish_ms=10_000):
    client.ask("restore", what="begin", bytes=len(data), digest=xxh64(data))
    for offset in range(0, len(data), PART):
        client.ask("restore", what="data", offset=offset, data=data[offset:offset + PART])
    reply = client.reply("restore", timeout_ms=finish_ms, what="finish")
    if not reply["ok"]:
        raise Refused(reply["error"])
    return reply["result"]


class BackupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, name):
        broker = Broker("--store", os.path.join(self.folder, name))
        self.addCleanup(broker.stop)
        client = Client(broker.query)
        self.addCleanup(client.close)
        return broker, client

    def agent(self, broker):
        agent = Agent(broker.announce)
        self.addCleanup(agent.close)
        return agent

    def memory(self, client):
        """What is to come back: nodes, their duties and notes, and the events."""
        known = {node["node"]: (node["first_seen"], node["sessions"], node["duty"])
                 for node in client.pages("known", "nodes")}
        notes = [(note["by"], note["text"])
                 for note in client.ask("known", node="node-1")["notes"]]
        return known, notes, client.pages("events", "events", since=0)

    def test_what_was_wiped_comes_back(self):
        broker, client = self.start("store.db")
        agent = self.agent(broker)
        for number in range(3):
            Node(agent, f"node-{number}").status(labels={"zone": "z"})
        wait_for(lambda: client.ask("summary")["nodes"]["present"] == 3)
        client.ask("drain", node="node-1", reason="old disks")
        client.ask("maintain", node="node-2", **{"for": 3_600_000})
        client.ask("note", node="node-1", text="the fan is loud")
        before = self.memory(client)
        data, made = fetch(client)
        self.assertEqual(xxh64(data), made["digest"])
        self.assertEqual(client.ask("store")["backup_at"] > 0, True)
        # Anybody's SQLite reads it.
        path = os.path.join(self.folder, "copy.db")
        with open(path, "wb") as file:
            file.write(data)
        copy = sqlite3.connect(path)
        self.assertEqual(copy.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.assertEqual(copy.execute("SELECT max(seq) FROM events").fetchone()[0],
                         before[2][-1]["seq"])
        copy.close()
        broker.stop()

        other, client = self.start("new.db")
        subscriber = Subscriber(other.feed, b"event.")
        self.addCleanup(subscriber.close)
        agent = self.agent(other)
        beats = Node(agent, "node-2")
        newcomer = Node(agent, "newcomer")
        beats.status()
        newcomer.status()
        wait_for(lambda: client.ask("summary")["nodes"]["present"] == 2)
        wait_for(lambda: (Node(agent, "probe").status(), subscriber.next(50))[1])
        client.ask("maintain", node="newcomer", **{"for": 3_600_000})
        done = give_back(client, data)
        self.assertEqual(done, {"events": before[2][-1]["seq"], "nodes": 3})
        told = subscriber.event("store", "-")
        self.assertEqual(told["phase"], "restored")
        self.assertGreater(told["seq"], before[2][-1]["seq"])

        known, notes, events = self.memory(client)
        for name in ("node-0", "node-1"):
            self.assertEqual(known[name], before[0][name])
        self.assertEqual(known["node-2"][0], before[0]["node-2"][0])
        self.assertEqual(known["node-2"][2], "maintenance")
        self.assertEqual(notes, before[1])
        self.assertEqual(events[:len(before[2])], before[2])
        self.assertEqual(events[len(before[2])]["kind"], "store")
        self.assertEqual(client.node("node-1")["duty"], "draining")
        self.assertEqual(client.node("node-1")["presence"], "late")
        self.assertEqual(client.node("node-2")["presence"], "present")
        self.assertEqual(client.node("node-2")["duty"], "maintenance")
        self.assertEqual(client.node("newcomer")["duty"], "active")
        # It goes on, and is still there after another start.
        client.ask("note", node="newcomer", text="after")
        wait_for(lambda: "newcomer" in {n["node"] for n in client.pages("known", "nodes")})
        newest = client.ask("events", latest=True, since=0)["newest"]
        other.stop()
        again, client = self.start("new.db")
        self.assertEqual(client.node("node-1")["duty"], "draining")
        self.assertGreaterEqual(client.ask("events", latest=True, since=0)["newest"], newest)
        self.assertEqual(len([n for n in os.listdir(self.folder) if "before-restore" in n]), 1)

    def test_what_cannot_be_is_refused(self):
        _, client = self.start("store.db")
        for arguments in ({"backup": "../store.db", "offset": 0},
                          {"backup": "store-20260101-000000.db", "offset": 0}):
            with self.assertRaises(Refused) as refused:
                client.ask("backup", **arguments)
            self.assertEqual(refused.exception.code, "not_found")
        for arguments in ({"backup": "x"}, {"offset": 5}, {"backup": 5, "offset": 5}):
            with self.assertRaises(Refused) as refused:
                client.ask("backup", **arguments)
            self.assertEqual(refused.exception.code, "bad_request")
        for data in (b"no database", msgpack.packb({})):
            with self.assertRaises(Refused) as refused:
                give_back(client, data)
            self.assertEqual(refused.exception.code, "bad_request")
        with self.assertRaises(Refused):
            client.ask("restore", what="data", offset=0, data=b"x")
        none, client = self.start_without()
        for op, arguments in (("backup", {}), ("restore", {"what": "begin", "bytes": 1,
                                                           "digest": 1})):
            with self.assertRaises(Refused) as refused:
                client.ask(op, **arguments)
            self.assertEqual(refused.exception.code, "unavailable")

    def test_a_broker_that_dies_in_the_middle_has_one_of_the_two(self):
        broker, client = self.start("store.db")
        client.ask("note", node="-", text="in the backup")
        data, _ = fetch(client)
        client.ask("note", node="-", text="before it")
        broker.stop()

        def notes(client):
            return [event["text"] for event in client.pages("events", "events", since=0)
                    if event["kind"] == "note"]

        for point, wanted in (("restore_aside", ["in the backup", "before it"]),
                              ("restore_in_place", ["in the backup"])):
            broker = Broker("--store", os.path.join(self.folder, "store.db"),
                            environment={"ROLLCALL_FAILPOINT": point})
            self.addCleanup(broker.stop)
            client = Client(broker.query)
            with self.assertRaises(TimeoutError):
                give_back(client, data, finish_ms=500)
            client.close()
            self.assertEqual(broker.process.wait(10), -signal.SIGKILL)
            again, client = self.start("store.db")
            self.assertEqual(notes(client), wanted)
            again.stop()

    def start_without(self):
        broker = Broker("--store", "none")
        self.addCleanup(broker.stop)
        client = Client(broker.query)
        self.addCleanup(client.close)
        return broker, client


class Keyed(KeyedBroker):
    def test_only_an_admin_has_the_store(self):
        self.keys.own("root")
        self.keys.let_in("root", "admins")
        self.broker.stop()
        self.broker = Broker("--keys", self.keys.broker, "--store",
                             os.path.join(self.keys.root, "store.db"))
        self.addCleanup(self.broker.stop)
        for op, arguments in (("backup", {}), ("backup", {"backup": "x", "offset": 0}),
                              ("restore", {"what": "begin", "bytes": 1, "digest": 1}),
                              ("restore", {"what": "nonsense"})):
            reply = self.ask(op, **arguments)
            self.assertEqual(reply["error"]["code"], "forbidden")
        made = self.ask("backup", name="root")["result"]
        reply = self.ask("backup", backup=made["backup"], offset=0)
        self.assertEqual(reply["error"]["code"], "forbidden")
        reply = self.ask("backup", name="root", backup=made["backup"], offset=0)
        self.assertEqual(reply["result"]["bytes"], made["bytes"])


if __name__ == "__main__":
    unittest.main()
