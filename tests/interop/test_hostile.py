"""What a hostile peer does to the sockets: each socket stands it, and others are served on."""

import os
import random
import socket
import struct
import time
import unittest

import msgpack
import zmq

from harness import SANITIZED, BrokerTest, wait_for
from rollcall import Agent, Node
from test_refusals import packed

MEBIBYTE = 1024 * 1024
# A greeting of ZMTP 3.0 with the mechanism NULL, and READY for a PUB.
GREETING = b"\xff" + b"\0" * 8 + b"\x7f" + b"\x03\0" + b"NULL".ljust(20, b"\0") + b"\0" * 32


def property_of(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


def ready(*properties):
    body = b"\x05READY" + b"".join(property_of(*pair) for pair in properties)
    return b"\x04" + bytes([len(body)]) + body


def frame(body, more=False):
    return bytes([1 if more else 0, len(body)]) + body


class Raw:
    """A connection made by hand."""

    def __init__(self, endpoint, kind, *properties):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), 10)
        self.socket.sendall(GREETING)
        self.read(64)
        self.socket.sendall(ready((b"Socket-Type", kind), *properties))
        self.read(2)  # its READY begins

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def send(self, data):
        self.socket.sendall(data)

    def is_closed(self, seconds=10):
        """Whether the other side parts with us."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(4096):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()


class Hostile(BrokerTest):
    def raw(self, endpoint, kind, *properties):
        connection = Raw(endpoint, kind, *properties)
        self.addCleanup(connection.close)
        return connection

    def patience(self, number=1):
        """Somebody else is served, and quickly."""
        started = time.monotonic()
        self.client.ask("ping")
        self.assertLess(time.monotonic() - started, 2.0 if SANITIZED else 0.5, number)

    def refusals(self):
        return sum(self.summary()["refused"].values())

    def test_random_frames_of_every_size_are_counted_and_kept_nowhere(self):
        draw = random.Random(1)
        pool = draw.randbytes(2 * MEBIBYTE)

        def rubbish(count):
            before = self.refusals()
            for number in range(count):
                size = int(2 ** draw.uniform(0, 20)) if number % 50 == 0 else draw.randrange(2000)
                at = draw.randrange(MEBIBYTE)
                self.agent.send(draw.choice([b"status.x", b"blocks.x", b"leave.x", b""]),
                                pool[at:at + size])
                if number % 500 == 0:
                    wait_for(lambda: self.refusals() >= before + number)
            wait_for(lambda: self.refusals() == before + count)

        rubbish(2000)
        before = self.broker.resident_bytes()
        rubbish(20_000)
        if not SANITIZED:
            self.assertLess(self.broker.resident_bytes() - before, 8 * MEBIBYTE)
        self.assertEqual(self.summary()["nodes"]["total"], 0)

    def test_a_hundred_thousand_frames_in_one_message_are_read_away(self):
        steady = self.node("steady")
        steady.status()
        bully = Agent(self.broker.announce)
        before = self.broker.resident_bytes()
        bully.send(b"status.bully", *[b""] * 100_000)
        steady.status()
        self.refused("frames", 1)
        self.patience()
        wait_for(lambda: self.client.node("steady")["seq"] == 2)
        self.assertEqual(self.client.node("steady")["missed"], 0)
        if not SANITIZED:
            self.assertLess(self.broker.resident_bytes() - before, 64 * MEBIBYTE)
        Node(bully, "bully").status()
        wait_for(lambda: self.summary()["nodes"]["total"] == 2, what="it is heard again")
        bully.close()

    def test_the_largest_body_counts_one_more_does_not_and_a_claim_of_all_is_cut(self):
        room = 65_536 - len(packed(future=b"y" * 60_000)) + 60_000
        self.agent.send(b"status.x", packed(future=b"y" * room))
        self.accepted(1)
        self.agent.send(b"status.x", packed(seq=2, future=b"y" * (room + 1)))
        self.refused("too_large", 1)
        self.agent.send(b"status.x", b"\0" * (16 * MEBIBYTE))
        self.refused("too_large", 2)
        before = self.broker.resident_bytes()
        for kind, endpoint, size in ((b"PUB", self.broker.announce, 16 * MEBIBYTE + 1),
                                     (b"PUB", self.broker.announce, 2**62),
                                     (b"DEALER", self.broker.query, 4 * MEBIBYTE + 1),
                                     (b"DEALER", self.broker.query, 2**63 - 1),
                                     (b"SUB", self.broker.feed, 513),
                                     (b"SUB", self.broker.feed, 2**62)):
            connection = self.raw(endpoint, kind)
            connection.send(b"\x02" + struct.pack(">Q", size) + b"x" * 100)
            self.assertTrue(connection.is_closed(), (kind, size))
        self.patience()
        if not SANITIZED:
            self.assertLess(self.broker.resident_bytes() - before, 8 * MEBIBYTE)

    def test_a_right_topic_with_another_body_changes_nothing(self):
        node = self.node("n1")
        node.status()
        leave = {**node.header(), "reason": "bye"}
        self.agent.send(b"status.n1", msgpack.packb(leave))
        self.refused("missing_key", 1)
        self.agent.send(b"blocks.n1", msgpack.packb(leave))
        self.refused("missing_key", 2)
        for version in (0, 2, 255, 2**64 - 1):
            self.agent.send(b"status.n1", packed(session=node.session, seq=9, v=version))
        self.refused("version", 4)
        record = self.client.node("n1")
        self.assertEqual((record["seq"], record["presence"], record["missed"]), (1, "present", 0))

    def test_requesters_that_vanish_leave_the_others_their_answers(self):
        for number in range(300):
            self.node(f"n{number:03}").status(reasons=["r" * 200] * 16)
        self.accepted(300)
        request = msgpack.packb({"v": 1, "id": 1, "op": "nodes", "limit": 1000})
        for number in range(60):
            asker = zmq.Context.instance().socket(zmq.DEALER)
            asker.linger = 100
            asker.connect(self.broker.query)
            for _ in range(4):
                asker.send(request)
            asker.send_multipart([b"", b"", request])
            asker.close()
            self.patience(number)
        wait_for(lambda: self.summary()["queries"] > 200)

    def test_what_comes_upstream_on_the_feed_is_read_away(self):
        feed = self.subscribe(b"event.")
        rude = zmq.Context.instance().socket(zmq.XSUB)
        rude.linger = 1000
        rude.connect(self.broker.feed)
        for number in range(2000):
            rude.send(b"\x02hello")
            rude.send_multipart([b"\x03" + os.urandom(20), b"\x01event.", b"\x00event."])
            if number % 100 == 0:
                self.patience(number)
        self.node("afterwards").status()
        feed.until(lambda topic, _: topic == "event.joined.afterwards")
        rude.close()
        greedy = self.raw(self.broker.feed, b"SUB")
        try:
            greedy.send(b"\x02" + struct.pack(">Q", MEBIBYTE + 1) + b"\x01" + b"x" * MEBIBYTE)
        except ConnectionError:
            pass
        self.assertTrue(greedy.is_closed(), "a topic of a megabyte")
        self.node("still").status()
        feed.until(lambda topic, _: topic == "event.joined.still")

    def test_a_name_that_a_peer_gives_itself_means_nothing(self):
        for name in (b"0", b"1", b"ada", b""):
            connection = self.raw(self.broker.announce, b"PUB", (b"User-Id", name),
                                  (b"Peer-Address", b"6.6.6.6"))
            connection.send(frame(b"status.liar", True) + frame(packed(session=7 + len(name))))
            wait_for(lambda: any(n["node"] == "liar" for n in self.client.nodes()))
            self.assertEqual(self.client.node("liar")["peer"], "127.0.0.1")
            connection.close()

    def test_names_that_would_be_something_elsewhere_are_none_or_inert(self):
        names = ["../../etc/passwd", "a/b", "a b", "x'; DROP TABLE nodes; --", "%n%s", "a\nb",
                 "a\x1b[2Jb", "\u202eab", "a\0b", "$(reboot)", "`id`", "-rf", ".hidden", "",
                 "x" * MEBIBYTE]
        for name in names:
            self.agent.send(b"status." + name.encode(), packed())
        self.refused("topic", len(names))
        self.assertEqual(self.client.nodes(), [])
        for name in names:
            reply = self.client.reply("node", node=name) if len(name) < 60_000 else {"ok": False}
            self.assertFalse(reply["ok"], name)
        evil = "x\x1b[2J\n{\"event\":\"stopped\"}\u202e"
        node = self.node("a.b:c_d-e")
        node.status(state="error", reasons=[evil], labels={evil[:20]: evil}, software=evil)
        node.leave(reason=evil)
        self.broker.line(lambda line: '"left"' in line)
        for line in self.broker.lines:
            self.assertNotIn("\x1b", line)
            self.assertFalse(line.startswith('{"event":"stopped"'), line)


if __name__ == "__main__":
    unittest.main()
