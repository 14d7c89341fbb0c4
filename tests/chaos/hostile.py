"""What nobody should send, and for which reason it is refused [P25]."""

import socket
import time

import msgpack
import zmq


def header(session, seq):
    return {"v": 1, "session": session, "seq": seq, "at": int(time.time() * 1000)}


def status(rng, **changes):
    body = {**header(rng.getrandbits(64) | 1, 1), "interval": 500, "state": "healthy",
            "storage": {"used": 1, "total": 2}, "cpu": 1.0, "memory": {"used": 1, "total": 2}}
    body.update(changes)
    return {key: value for key, value in body.items() if value is not ...}


def nested(depth):
    return [] if depth == 0 else [nested(depth - 1)]


def garbage(rng, victim):
    """(frames, reason) pairs under the name of a node that lives."""
    topic = f"status.{victim}".encode()
    good = msgpack.packb(status(rng))
    return [
        ([topic], "frames"),
        ([topic, good, good], "frames"),
        ([b"", b""], "topic"),
        ([b"status", good], "topic"),
        ([b"nonsense." + victim.encode(), good], "topic"),
        ([b"status.-x", good], "topic"),
        ([b"status." + b"n" * 129, good], "topic"),
        ([topic, b""], "malformed"),
        ([topic, good[:rng.randrange(1, len(good))]], "malformed"),
        ([topic, b"\xdd\xff\xff\xff\xff"], None),
        ([topic, b"\xdf\xff\xff\xff\xff"], "malformed"),
        ([topic, b"\xc6\xff\xff\xff\xff"], None),
        ([topic, rng.randbytes(rng.randrange(1, 500)) + b"\xc1"], None),
        ([topic, good + b"\x00"], "trailing"),
        ([topic, msgpack.packb(status(rng, x=nested(9)))], "too_deep"),
        ([topic, b"\x91" * 60_000], None),
        ([topic, msgpack.packb(status(rng, x="y" * 70_000))], "too_large"),
        ([topic, b"\x82\xa1v\x01\xa1v\x01"], "duplicate_key"),
        ([topic, msgpack.packb(status(rng, cpu=...))], "missing_key"),
        ([topic, msgpack.packb(status(rng, cpu="much"))], "wrong_type"),
        ([topic, msgpack.packb(status(rng, cpu=float("nan")))], "out_of_range"),
        ([topic, msgpack.packb(status(rng, storage={"used": 3, "total": 2}))], "out_of_range"),
        ([topic, msgpack.packb(status(rng, interval=-1))], "out_of_range"),
        ([topic, msgpack.packb(status(rng, session=0))], "out_of_range"),
        ([topic, msgpack.packb(status(rng, state="fine"))], "out_of_range"),
        ([topic, msgpack.packb(status(rng, software=b"\xff\xfe"))], None),
        ([topic, msgpack.packb(status(rng, v=2))], "version"),
    ]


class Hostile:
    """Connections beside those of the agents, straight to the broker."""

    def __init__(self, announce, query, ports):
        self.announce, self.query, self.ports = announce, query, ports
        self.socket = None
        self.raw = []

    def connect(self):
        self.close()
        self.socket = zmq.Context.instance().socket(zmq.XPUB)
        self.socket.linger, self.socket.sndhwm = 0, 1000
        self.socket.reconnect_ivl, self.socket.reconnect_ivl_max = 100, 500
        self.socket.connect(self.announce)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        self.quiet()

    def send(self, frames):
        try:
            self.socket.send_multipart(frames, zmq.DONTWAIT)
        except zmq.Again:
            pass

    def throw(self, rng, victim, count):
        """Garbage; the reasons for which it may be refused."""
        chosen = [rng.choice(garbage(rng, victim)) for _ in range(count)]
        for frames, _ in chosen:
            self.send(frames)
        return len(chosen)

    def strangers(self, rng):
        """Words of nodes that never joined: unknown_node."""
        for number in range(rng.randint(1, 20)):
            session = rng.getrandbits(64) | 1
            kind = rng.choice(["leave", "blocks"])
            body = header(session, 1)
            if kind == "blocks":
                body.update({"from": None, "to": 1, "add": []})
            self.send([f"{kind}.stranger-{number}".encode(), msgpack.packb(body)])

    def huge(self, victim):
        """Over 16 MiB: costs the sender its connection [P3]."""
        self.send([f"status.{victim}".encode(), bytes(17 * 1024 * 1024)])

    def noise(self, rng):
        """Bytes that are no ZMTP, half a greeting, and a connection that says nothing."""
        texts = [b"GET / HTTP/1.0\r\n\r\n", bytes(range(256)) * 4, b"\xff" * 4096,
                 b"\xff" + bytes(8) + b"\x7f\x03", b""]
        for _ in range(rng.randint(1, 5)):
            try:
                made = socket.create_connection(("127.0.0.1", rng.choice(self.ports)), 0.5)
                made.settimeout(0.2)
                made.sendall(rng.choice(texts))
                self.raw.append(made)
            except OSError:
                pass

    def quiet(self):
        for made in self.raw:
            made.close()
        self.raw = []

    def bad_queries(self, rng):
        asker = zmq.Context.instance().socket(zmq.DEALER)
        asker.linger = 200
        asker.connect(self.query)
        for _ in range(rng.randint(1, 10)):
            frames = rng.choice([[b""], [b"", b""], [b"\xc1"], [rng.randbytes(50)], [b"x"] * 20,
                                 [msgpack.packb({"v": 1, "id": 1, "op": "moon"})],
                                 [msgpack.packb({"v": 9, "id": 1, "op": "ping"})],
                                 [msgpack.packb({"v": 1, "id": [1] * 50, "op": "nodes",
                                                 "limit": -5})]])
            try:
                asker.send_multipart(frames, zmq.DONTWAIT)
            except zmq.Again:
                pass
        asker.close()
