"""Our agent as a process: several brokers, a broker that stands still, ones that come and go."""

import json
import os
import signal
import subprocess
import time
import unittest

from harness import BIN, PATIENCE_S, SANITIZED, Broker, Program, wait_for
from rollcall import Client


def endpoints_of(*brokers):
    options = []
    for broker in brokers:
        options += ["--announce", broker.announce, "--feed", broker.feed]
    return options


class Agents(unittest.TestCase):
    def broker(self, endpoints=None):
        broker = Broker(endpoints=endpoints)
        self.addCleanup(broker.stop)
        client = Client(broker.query)
        self.addCleanup(client.close)
        return broker, client

    def agent(self, *arguments):
        agent = Program("rollcall-agent", *arguments, "--log-format", "json")
        self.addCleanup(agent.stop)
        return agent

    def leaves_in_time(self, agent):
        began = time.monotonic()
        self.assertEqual(agent.stop(signal.SIGTERM), 0)
        self.assertLess(time.monotonic() - began, 10 if SANITIZED else 2)

    def test_several_brokers_hear_the_same_and_miss_nothing(self):
        (one, first), (two, second) = self.broker(), self.broker()
        agent = self.agent("FLEET", "--nodes", "20", "--interval", "200ms", *endpoints_of(one, two))
        for client in (first, second):
            wait_for(lambda: client.ask("summary")["accepted"] > 100)
            self.assertEqual(client.ask("summary")["nodes"]["total"], 20)
            self.assertEqual(client.ask("summary")["missed"], 0)
            self.assertEqual(client.ask("summary")["refused"], {})
        self.assertEqual([n["session"] for n in first.nodes()],
                         [n["session"] for n in second.nodes()])
        self.leaves_in_time(agent)
        for client in (first, second):
            wait_for(lambda: client.ask("summary")["nodes"]["left"] == 20)

    def test_one_broker_may_be_away(self):
        one, client = self.broker()
        away, other = self.broker()
        away.stop(signal.SIGKILL)
        agent = self.agent("node-1", "--source", "simulated", "--interval", "200ms",
                           *endpoints_of(away, one))
        wait_for(lambda: client.ask("summary")["accepted"] > 5)
        other.close()
        back = Broker(endpoints=away.endpoints())
        self.addCleanup(back.stop)
        late = Client(back.query)
        self.addCleanup(late.close)
        wait_for(lambda: late.ask("summary")["nodes"]["present"] == 1, 5, "the node at the second")
        self.assertEqual(client.ask("summary")["missed"], 0)
        self.leaves_in_time(agent)

    def test_a_broker_that_stands_still_costs_nothing_and_is_left_in_time(self):
        broker, client = self.broker()
        agent = self.agent("FLEET", "--nodes", "500", "--interval", "50ms", *endpoints_of(broker))
        wait_for(lambda: client.ask("summary")["nodes"]["total"] == 500)
        broker.send_signal(signal.SIGSTOP)
        try:
            agent.line(lambda line: json.loads(line)["event"] == "dropped", 3 * PATIENCE_S)
            self.assertLess(agent.resident_bytes(), (400 if SANITIZED else 60) << 20)
            broker.send_signal(signal.SIGCONT)
            wait_for(lambda: client.ask("summary")["missed"] > 0)
            wait_for(lambda: client.ask("summary")["nodes"]["present"] == 500)
            broker.send_signal(signal.SIGSTOP)
            self.leaves_in_time(agent)
        finally:
            broker.send_signal(signal.SIGCONT)

    def test_without_any_broker_it_stops_at_once(self):
        away, _ = self.broker()
        away.stop(signal.SIGKILL)
        agent = self.agent("node-1", "--source", "simulated", *endpoints_of(away))
        agent.line(lambda line: json.loads(line)["event"] == "started")
        self.leaves_in_time(agent)

    def test_what_makes_no_sense_is_named(self):
        for option, value in [("--announce", "tcp://*:8888"), ("--feed", "tcp://127.0.0.1:0"),
                              ("--announce", "udp://127.0.0.1:1"), ("--label", "zone"),
                              ("--interval", "soon"), ("--source", "moon")]:
            done = subprocess.run([os.path.join(BIN, "rollcall-agent"), "node-1", option, value],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=PATIENCE_S, check=False)
            self.assertEqual(done.returncode, 2, (option, value, done.stdout))
            self.assertIn(option, done.stderr)
        done = subprocess.run([os.path.join(BIN, "rollcall-agent"), "--nodes", "5", "--source",
                               "system"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--nodes", done.stderr)


if __name__ == "__main__":
    unittest.main()
