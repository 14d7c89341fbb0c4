"""Starts and ends the programs under test, each on ports that the system picks."""

import json
import os
import signal
import subprocess
import threading
import time
import unittest

import msgpack

from rollcall import Agent, Client, Node, Subscriber

BIN = os.environ.get("ROLLCALL_BIN", "build/release/bin")
SANITIZED = bool(os.environ.get("ROLLCALL_SANITIZE"))
PATIENCE_S = 60.0 if SANITIZED else 20.0


def wait_for(condition, seconds=PATIENCE_S, what="it"):
    """What `condition` answers, once that is true."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.01)


class Program:
    """A running program of ours, whose lines are kept. `within`: what it is started by, such as
    a shell that prepares its surroundings and then becomes it."""

    WITHIN = ()

    def __init__(self, name, *arguments, within=(), environment=None, before_exec=None):
        self.process = subprocess.Popen(
            [*self.WITHIN, *within, os.path.join(BIN, name), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", preexec_fn=before_exec,
            env={**os.environ, "ROLLCALL_BROKER_STORE": "none", **(environment or {})})
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.lines.append(None)
            self.changed.notify_all()

    def line(self, wanted, seconds=PATIENCE_S):
        """The first line for which wanted(line)."""
        with self.changed:
            found = self.changed.wait_for(
                lambda: [l for l in self.lines if l is None or wanted(l)], seconds)
            if not found or found[0] is None:
                raise RuntimeError(f"no such line from {self.process.args}: {self.lines[-10:]}")
            return found[0]

    def send_signal(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, seconds=PATIENCE_S):
        """Ends it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.reader.join(5)
        self.process.stdout.close()
        return code

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_seconds(self):
        """Used since its start, by all its threads."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def events(self, kind):
        """Its lines of that event so far; with --log-format json."""
        with self.changed:
            lines = [line for line in self.lines if line is not None and line.startswith("{")]
        return [event for event in map(json.loads, lines) if event["event"] == kind]


class Broker(Program):
    def __init__(self, *arguments, endpoints=None, **how):
        announce, query, feed = endpoints or ("tcp://127.0.0.1:*",) * 3
        super().__init__("rollcall-broker", "--announce", announce, "--query", query, "--feed",
                         feed, "--log-format", "json", *arguments, **how)
        started = json.loads(self.line(lambda line: line.startswith("{")))
        assert started["event"] == "started", started
        self.announce, self.query, self.feed = (
            started[key] for key in ("announce", "query", "feed"))

    def endpoints(self):
        return self.announce, self.query, self.feed


class BrokerTest(unittest.TestCase):
    """Each test has a broker of its own."""

    OPTIONS = ()

    def setUp(self):
        self.broker = Broker(*self.OPTIONS)
        self.addCleanup(lambda: self.broker.stop())
        self.agent = Agent(self.broker.announce)
        self.addCleanup(self.agent.close)
        self.client = Client(self.broker.query)
        self.addCleanup(self.client.close)

    def node(self, name="node-1", **arguments):
        return Node(self.agent, name, **arguments)

    def subscribe(self, prefix=b""):
        """A subscriber that the broker has heard of: something has come through the feed to it,
        or, where it wants what cannot be provoked, to another that connected after it."""
        subscriber = Subscriber(self.broker.feed, prefix)
        self.addCleanup(subscriber.close)
        other = Subscriber(self.broker.feed, b"status.probe-")
        watched = subscriber if prefix in (b"", b"status.", b"event.") else other
        for number in range(1000):
            Node(self.agent, f"probe-{number}").status()
            if watched.next(50) is not None:
                break
        other.close()
        return subscriber

    def summary(self):
        return self.client.ask("summary")

    def accepted(self, number):
        wait_for(lambda: self.summary()["accepted"] >= number, what=f"{number} accepted")

    def refused(self, reason, number):
        wait_for(lambda: self.summary()["refused"].get(reason, 0) >= number,
                 what=f"{number} × {reason}")

    def events(self, **arguments):
        events, after = [], 0
        while after is not None:
            page = self.client.ask("events", after=after, **arguments)
            events += page["events"]
            after = page["next"]
        return events

    def wait_event(self, kind, node, number=1):
        return wait_for(lambda: (self.events(node=node, kinds=[kind]) + [None])[:number][-1],
                        what=f"event {kind} of {node}")


def unpack(body):
    return msgpack.unpackb(body)
