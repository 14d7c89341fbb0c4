"""Who connects and never becomes a peer: the half-open, scanners, and speakers of old dialects."""

import os
import time
import unittest

import msgpack
import zmq
import zmq.auth

import zmtp
from common import (QUIET_KINDS, SANITIZED, FaultTest, Keys, Watch, raise_descriptor_limit, run,
                    wait_for)

HANDSHAKE_S = 5.0
LATE_S = 60 if SANITIZED else 5  # by which a busy machine may be late
CROWD = 10_000
KEPT_BYTES = 16 << 10  # of a connection, by malloc


class Strangers(FaultTest):
    def crowd(self):
        crowd = zmtp.Crowd()
        self.addCleanup(crowd.close)
        return crowd

    def all_closed(self, crowd, what):
        left = crowd.watch(HANDSHAKE_S + LATE_S)
        self.assertEqual(left, 0, f"{what}: not closed")
        self.assertLess(max(crowd.closed), HANDSHAKE_S + LATE_S, what)


class HalfOpen(Strangers):
    def setUp(self):
        self.keys = Keys(self)
        for name, role in (("eye", "monitors"), ("node-1", "agents"), ("node-2", "agents")):
            self.keys.own(name)
            self.keys.let_in(name, role)
        self.broker = self.start_broker("--keys", self.keys.broker)

    def key_of(self, name):
        return os.path.join(self.keys.root, "of-" + name)

    def present(self, names):
        """Whether all of these are; asked by our own monitor."""
        done = run("rollcall-monitor", "--query", self.broker.query, "--feed", self.broker.feed,
                   "--timeout", "15s", "--keys", self.key_of("eye"), "-o", "json", "nodes",
                   "--presence", "present")
        return all(name in done.stdout for name in names)

    def wave(self, number):
        public, secret = zmq.auth.load_certificate(
            os.path.join(self.key_of("eye"), "eye.key_secret"))
        hello = zmtp.recorded_hello(public, secret, self.keys.server)
        says = (b"", zmtp.greeting(b"CURVE"), hello)
        endpoints = self.broker.endpoints()
        crowd = self.crowd()
        most, began = 0, time.monotonic()
        for i in range(number):
            crowd.join(endpoints[i // 3 % 3], says[i % 3])
            if i % 500 == 499:
                most = max(most, self.broker.descriptors())
                crowd.watch(0.001)
        connected = time.monotonic()
        for _ in range(5):
            most = max(most, self.broker.descriptors())
            crowd.watch(0.05)
        self.note(f"{number} connected in {connected - began:.1f} s, at most {most} at once")
        return crowd

    def test_ten_thousand_that_never_finish(self):  # [P55]
        number = min(CROWD, raise_descriptor_limit() - 200)
        first = self.start_agent("node-1", self.broker, "--interval", "500ms", "--keys",
                                 self.key_of("node-1"))
        wait_for(lambda: self.present(["node-1"]))
        descriptors, resident = self.broker.descriptors(), self.broker.resident_bytes()
        crowd = self.wave(number)
        began = time.monotonic()
        second = self.start_agent("node-2", self.broker, "--interval", "500ms", "--keys",
                                  self.key_of("node-2"))
        wait_for(lambda: self.present(["node-1", "node-2"]), what="an agent among them")
        self.note(f"an agent joined among them after {time.monotonic() - began:.1f} s")
        self.all_closed(crowd, "half-open")
        self.note(f"closed after {min(crowd.closed):.1f} to {max(crowd.closed):.1f} s")
        for program in (first, second):
            self.alive(program)
            self.stops_in_time(program)
        # What malloc keeps of so many is used again: it is bounded, and does not grow by waves.
        self.as_before(self.broker, descriptors, resident + number * KEPT_BYTES)
        resident = self.broker.resident_bytes()
        self.all_closed(self.wave(number // 3), "the second wave")
        self.as_before(self.broker, descriptors, resident + (24 << 20))
        self.stops_in_time(self.broker)


def old_message(version, topic, body):
    """An announcement in ZMTP 1.0 or 2.0, from the first byte."""
    if version == 2:
        return zmtp.SIGNATURE + b"\x01\x01" + b"\0\0" + zmtp.message(topic, body)
    packed = b"\x01\x00"
    for more, frame in ((1, topic), (0, body)):
        packed += bytes([len(frame) + 1, more]) + frame
    return packed


SCANS = {
    "nothing": b"",
    "HTTP": b"GET / HTTP/1.1\r\nHost: rollcall\r\n\r\n",
    "TLS": bytes.fromhex("160301020001 0001fc0303") + bytes(range(256)) * 2,
    "SSH": b"SSH-2.0-scan\r\n",
    "0xff": b"\xff" * 100_000,
    "noise": bytes(i * 167 % 251 for i in range(5000)),
    "ZMTP 1.0": b"\x01\x00",
    "ZMTP 2.0": zmtp.SIGNATURE + b"\x01\x02\x00\x00",
    "ZMTP 3 of a later kind": zmtp.SIGNATURE + b"\x09\x00" + bytes(52),
    "PLAIN": zmtp.greeting(b"PLAIN"),
    "GSSAPI": zmtp.greeting(b"GSSAPI"),
    "no mechanism": zmtp.greeting(b""),
    "greeting alone": zmtp.greeting(),
    "a socket that fits nowhere": zmtp.ready("PAIR"),
    "a long command": zmtp.greeting() + b"\x06" + (2**62).to_bytes(8, "big"),
}


class Scanners(Strangers):
    def speaks_old_dialects(self, crowd, broker, keyed):  # [P55]
        """Without keys ZMTP 1 and 2 are understood, for as long as a handshake may take: what they
        say is judged as everybody's, and then they are parted with. With keys they are not."""
        for version in (1, 2):
            body = msgpack.packb({
                "v": 1, "session": 7, "seq": 1, "at": 1, "interval": 10_000, "state": "healthy",
                "storage": {"used": 1, "total": 2}, "cpu": 1, "memory": {"used": 1, "total": 2}})
            says = old_message(version, f"status.old-{version}".encode(), body)
            crowd.join(broker.announce, says)
            crowd.join(keyed.announce, says)

    def test_they_are_closed_and_nobody_else_notices(self):
        open_broker = self.start_broker()
        keyed = self.start_broker("--keys", Keys(self).broker)
        asking = self.client(open_broker)
        self.start_agent("fleet", open_broker, "--nodes", "10", "--interval", "300ms")
        self.present(asking, 10)
        before = [(b, b.descriptors(), b.resident_bytes()) for b in (open_broker, keyed)]
        crowds = {}
        for name, says in SCANS.items():
            for broker in (open_broker, keyed):
                crowd = crowds[name, broker is keyed] = self.crowd()
                for endpoint in broker.endpoints():
                    crowd.join(endpoint, says)
        old = self.crowd()
        self.speaks_old_dialects(old, open_broker, keyed)
        wait_for(lambda: len(asking.nodes(prefix="old")) == 2, what="ZMTP 1 and 2 to be heard")
        old.watch(1)
        self.assertEqual(len(old.closed), 2, "those that spoke to the broker with keys")
        self.all_closed(old, "old dialects")
        for (name, with_keys), crowd in crowds.items():
            self.all_closed(crowd, f"{name}{' with keys' if with_keys else ''}")
        for broker, descriptors, resident in before:
            self.alive(broker)
            self.as_before(broker, descriptors, resident)
        summary = asking.ask("summary")
        self.assertEqual((summary["nodes"]["present"], summary["missed"]), (12, 0))
        self.assertEqual(Watch(asking).kinds(prefix="fleet") - QUIET_KINDS, set())


if __name__ == "__main__":
    unittest.main()
