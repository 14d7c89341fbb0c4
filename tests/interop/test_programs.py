"""Our own agent and monitor, seen from outside."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import BIN, PATIENCE_S, BrokerTest, Program, wait_for
from xxh64 import digest_of


def run(name, *arguments):
    return subprocess.run([os.path.join(BIN, name), *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def silent_endpoint():
    """Where nobody listens; held bound for as long as the returned socket lives."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held, f"tcp://127.0.0.1:{held.getsockname()[1]}"


class Agents(BrokerTest):
    def start_agent(self, *arguments):
        agent = Program("rollcall-agent", *arguments, "--announce", self.broker.announce,
                        "--feed", self.broker.feed, "--log-format", "json")
        self.addCleanup(agent.stop)
        return agent

    def record(self, name):
        return wait_for(lambda: ([n for n in self.client.nodes(prefix=name)
                                  if n["node"] == name] or [None])[0], what=f"{name} to join")

    def test_real_machine(self):  # [P10] [P16] [P18] [P23]
        with tempfile.TemporaryDirectory() as folder:
            blocks = {"one": 10, "two": 20, "sub/three": 30}
            os.mkdir(os.path.join(folder, "sub"))
            for name, size in blocks.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(b"x" * size)
            agent = self.start_agent("real", "--interval", "300ms", "--source", "system",
                                     "--data-dir", folder, "--label", "zone=here")
            record = self.record("real")
            self.assertEqual(record["interval"], 300)
            self.assertEqual(record["labels"]["zone"], "here")
            self.assertGreater(record["memory"]["total"], 0)
            self.assertGreater(record["storage"]["total"], 0)
            wait_for(lambda: self.client.node("real").get("inventory", {}).get("digest")
                     == digest_of(blocks), what="the digest of the files")
            self.assertEqual(self.client.node("real")["inventory"]["bytes"], 60)
            os.remove(os.path.join(folder, "one"))
            wait_for(lambda: self.client.node("real")["inventory"]["digest"]
                     == digest_of(["two", "sub/three"]), what="the digest without the file")
            wait_for(lambda: self.summary()["blocks"]["in_sync"] == 1)
            self.assertEqual(agent.stop(signal.SIGTERM, 5), 0)
            wait_for(lambda: self.client.node("real")["presence"] == "left")
            self.assertEqual(self.summary()["missed"], 0)

    def test_simulated_fleet(self):  # [P22]
        agent = self.start_agent("FLEET", "--interval", "500ms", "--source", "simulated",
                                 "--nodes", "50", "--seed", "1", "--capacity", "10GiB")
        wait_for(lambda: self.summary()["nodes"]["total"] == 50)
        names = [n["node"] for n in self.client.nodes()]
        self.assertEqual(names, [f"FLEET-{i:06}" for i in range(1, 51)])
        self.assertEqual(sum(self.summary()["refused"].values()), 0)
        self.assertEqual(agent.stop(signal.SIGINT, 5), 0)
        wait_for(lambda: self.summary()["nodes"]["left"] == 50)

    def test_answers_the_command_inventory_after_a_broker_restart(self):  # [P24] [P52]
        from harness import Broker
        from rollcall import Client
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "block"), "wb") as file:
                file.write(b"x" * 7)
            self.start_agent("real", "--interval", "300ms", "--source", "system",
                             "--data-dir", folder)
            # A file just written is looked at again a second later.
            wait_for(lambda: self.summary()["blocks"]["held_bytes"] == 7)
            endpoints = self.broker.endpoints()
            self.broker.stop(signal.SIGKILL)
            self.broker = Broker(endpoints=endpoints)
            client = Client(self.broker.query)
            wait_for(lambda: client.ask("summary")["blocks"]["held_bytes"] == 7)
            wait_for(lambda: client.ask("summary")["blocks"]["in_sync"] == 1)
            client.close()


class Monitor(BrokerTest):
    def monitor(self, *arguments):
        return run("rollcall-monitor", "--query", self.broker.query, "--feed", self.broker.feed,
                   *arguments)

    def parsed(self, *arguments):
        done = self.monitor("-o", "json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_json_is_what_the_query_answered(self):
        self.node("a").status(labels={"zone": "x"})
        self.node("b").status(state="error", reasons=["esc \x1b[2J"])
        self.accepted(2)
        self.assertIn("software", json.dumps(self.parsed("ping")))
        self.assertEqual(self.find(self.parsed("summary"), "by_state")["error"], 1)
        nodes = self.find(self.parsed("nodes"), "nodes")
        self.assertEqual([n["node"] for n in nodes], ["a", "b"])
        self.assertEqual(self.find(self.parsed("node", "a"), "labels"), {"zone": "x"})
        events = self.find(self.parsed("events"), "events")
        self.assertEqual([e["kind"] for e in events], ["joined", "joined"])

    def find(self, document, key):
        """The value of `key`, at whatever level."""
        if isinstance(document, dict):
            if key in document:
                return document[key]
            document = list(document.values())
        if isinstance(document, list):
            for value in document:
                found = self.find(value, key)
                if found is not None:
                    return found
        return None

    def test_nothing_from_outside_reaches_the_terminal_raw(self):
        self.node("b").status(state="error", reasons=["esc \x1b[2J"], software="\x1b]0;x\x07")
        self.accepted(1)
        for arguments in (["nodes"], ["-o", "wide", "nodes"], ["node", "b"], ["events"]):
            done = self.monitor(*arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("\x1b", done.stdout)

    def test_exit_codes(self):
        held, nowhere = silent_endpoint()
        for arguments, code in [(["--version"], 0), (["--help"], 0), (["ping"], 0),
                                (["node", "nobody"], 1), (["--no-such-option"], 2), ([], 2),
                                (["--query", nowhere, "--timeout", "500ms", "ping"], 3)]:
            done = self.monitor(*arguments) if "--query" not in arguments else run(
                "rollcall-monitor", *arguments)
            self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        held.close()


class ExitCodes(unittest.TestCase):
    def test_usage_errors_name_the_option(self):
        for program in ("rollcall-broker", "rollcall-agent", "rollcall-monitor"):
            self.assertEqual(run(program, "--version").returncode, 0)
            self.assertEqual(run(program, "--help").returncode, 0)
            done = run(program, "--bogus")
            self.assertEqual(done.returncode, 2)
            self.assertIn("--bogus", done.stderr)
        done = run("rollcall-broker", "--evict-after", "soon")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--evict-after", done.stderr)

    def test_a_taken_port_is_said(self):  # [P26] [P54]
        from harness import Broker
        broker = Broker()
        done = run("rollcall-broker", "--announce", broker.announce, "--query",
                   "tcp://127.0.0.1:*", "--feed", "tcp://127.0.0.1:*")
        self.assertEqual(done.returncode, 1)
        self.assertIn("another program listens there", done.stdout + done.stderr)
        self.assertEqual(broker.stop(signal.SIGTERM, 5), 0)


if __name__ == "__main__":
    unittest.main()
