"""What the tests of faults share with those of interop, and what they have of their own."""

import os
import random
import resource
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))

from harness import BIN, PATIENCE_S, SANITIZED, Broker, Program, unpack, wait_for  # noqa: E402
from rollcall import Agent, Client, Node, Subscriber  # noqa: E402
from test_keys import Keys, Sender  # noqa: E402
from test_programs import run  # noqa: E402

__all__ = ["Agent", "BIN", "Broker", "Client", "FaultTest", "Keys", "Node", "PATIENCE_S",
           "Program", "QUIET_KINDS", "SANITIZED", "Sender", "Subscriber", "Watch",
           "free_endpoints", "raise_descriptor_limit", "run", "unpack", "wait_for"]

# However a test ends, its programs end with it.
Program.WITHIN = ("setpriv", "--pdeathsig", "KILL")
# Of what a broker may keep for itself after a fault: arenas of malloc, tables that grew.
SLACK_BYTES = (256 if SANITIZED else 24) << 20
QUIET_KINDS = {"joined", "state", "guard"}


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_endpoints():
    """Three of loopback, below the ports that the system hands out by itself."""
    found = []
    while len(found) < 3:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return tuple(f"tcp://127.0.0.1:{port}" for port in found)


class Watch:
    """A broker's events, all of them, as its query tells them."""

    def __init__(self, client):
        self.client = client
        self.last = 0
        self.events = []

    def look(self):
        """Takes in what is new; fails on a hole in the numbers."""
        while True:
            page = self.client.ask("events", after=self.last)
            for event in page["events"]:
                assert event["seq"] == self.last + 1, (event, self.last)
                self.last = event["seq"]
            self.events += page["events"]
            if page["next"] is None:
                return self.events

    def of(self, kind, since=0, prefix=""):
        """How many events of this kind each node had."""
        counts = {}
        for event in self.look():
            if event["seq"] > since and event["kind"] == kind and event["node"].startswith(prefix):
                counts[event["node"]] = counts.get(event["node"], 0) + 1
        return counts

    def kinds(self, since=0, prefix=""):
        return {event["kind"] for event in self.look()
                if event["seq"] > since and event["node"].startswith(prefix)}


class FaultTest(unittest.TestCase):
    """Programs, on this machine or on a host of a Network, that end with the test."""

    def note(self, text):
        """What the test measured; for people who run it by hand."""
        print(f"    {self.id().split('.')[-1]}: {text}", file=sys.stderr)

    def start_broker(self, *arguments, host=None, **how):
        if host is None:
            broker = Broker(*arguments, **how)
        else:
            endpoints = tuple(host.endpoint(port) for port in (8888, 8889, 8890))
            keyed = () if "--keys" in arguments else ("--insecure",)
            with host:
                broker = Broker(*arguments, *keyed, endpoints=endpoints, **how)
        self.addCleanup(self.end, broker)
        return broker

    def start_agent(self, name, broker, *arguments, host=None, **how):
        options = ("rollcall-agent", name, "--announce", broker.announce, "--feed", broker.feed,
                   "--log-format", "json", *arguments)
        if host is None:
            return self.start_program(*options, **how)
        with host:
            return self.start_program(*options, **how)

    def start_program(self, *command, **how):
        program = Program(*command, **how)
        self.addCleanup(self.end, program)
        return program

    def start_script(self, source, *arguments):
        """Python of ours, in a process of its own; it finds what is here."""
        return self.start_program(sys.executable, "-c", source, *arguments, environment={
            "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)), "PYTHONUNBUFFERED": "1"})

    def end(self, program):
        """However it stands; programs that failed the test are not asked nicely."""
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()
        program.reader.join(5)
        if not program.process.stdout.closed:
            program.process.stdout.close()

    def client(self, broker, host=None):
        client = Client(broker.query, host.context() if host else None)
        self.addCleanup(client.close)
        return client

    def present(self, client, number, seconds=PATIENCE_S):
        wait_for(lambda: client.ask("summary")["nodes"]["present"] == number, seconds,
                 f"{number} nodes present")

    def alive(self, program):
        self.assertIsNone(program.process.poll(), program.lines[-10:])

    def as_before(self, broker, descriptors, resident, seconds=PATIENCE_S):
        """Descriptors and memory are back where they were."""
        try:
            wait_for(lambda: broker.descriptors() <= descriptors, seconds, "descriptors closed")
        finally:
            self.note(f"descriptors {descriptors} → {broker.descriptors()}, resident "
                      f"{resident >> 20} → {broker.resident_bytes() >> 20} MiB")
        self.assertLess(broker.resident_bytes(), resident + SLACK_BYTES)

    def stops_in_time(self, program):
        began = time.monotonic()
        self.assertEqual(program.stop(), 0, program.lines[-10:])
        self.assertLess(time.monotonic() - began, 10 if SANITIZED else 2)
