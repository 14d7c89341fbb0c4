"""The broker under test: its process, on ports that outlive it, and who watches it unhurt."""

import json
import os
import random
import socket
import time

import zmq

from oracle import Oracle
from programs import Program

PORTS = range(20_000, 32_000)  # below those that the system gives to connections


def free_ports(count):
    found, rng = [], random.Random(os.getpid())
    while len(found) < count:
        port = rng.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


class Broker:
    def __init__(self, folder, evict_after):
        self.folder, self.evict_after = folder, evict_after
        self.ports = free_ports(3)
        self.announce, self.query, self.feed = (f"tcp://127.0.0.1:{port}" for port in self.ports)
        self.program = None
        self.session = None
        self.starts = 0
        self.observer = None
        self.oracle = Oracle(self.query)

    def is_up(self):
        return self.program is not None

    def start(self):
        self.starts += 1
        self.program = Program(self.folder, f"broker-{self.starts}", [
            "rollcall-broker", "--announce", self.announce, "--query", self.query,
            "--feed", self.feed, "--evict-after", f"{int(self.evict_after * 1000)}ms",
            "--summary-every", "1s", "--log-format", "json"])
        self.observe()
        started = json.loads(self.program.first_line())
        assert started["event"] == "started", started
        self.oracle.connect()
        as_of, _ = self.oracle.ask_and_wait("ping", 20.0)
        self.session = as_of["broker"]

    def observe(self):
        """Connects anew, so that no word of an old broker is taken for one of the new."""
        if self.observer is not None:
            self.observer.close()
        self.observer = zmq.Context.instance().socket(zmq.SUB)
        self.observer.linger, self.observer.rcvhwm = 0, 0
        self.observer.reconnect_ivl, self.observer.reconnect_ivl_max = 10, 20
        self.observer.subscribe(b"")
        self.observer.connect(self.feed)

    def heard(self, most=2000):
        """What the observer has, as (topic, body)."""
        messages = []
        while len(messages) < most and self.observer.poll(0):
            frames = self.observer.recv_multipart()
            messages.append((frames[0].decode(), frames[1], len(frames)))
        return messages

    def kill(self):
        """Dead, and its last words drained; they are returned."""
        self.program.kill()
        self.program = None
        last = []
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            last += self.heard()
            self.observer.poll(50)
        return last

    def close(self):
        if self.observer is not None:
            self.observer.close()
        self.oracle.close()
