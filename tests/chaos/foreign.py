"""An agent in Python, from docs/protocol.md alone, whose every word is kept.

It speaks for one or several nodes over one connection, keeps sets of blocks, obeys the command
`inventory` [P52], and can be told to do what a decent agent does not.
"""

import random
import time

import msgpack
import zmq

from blocks import Holding

STATES = ["healthy"] * 6 + ["idle", "warning", "critical", "error"]


class ForeignNode:
    def __init__(self, name, interval_ms, rng):
        self.name, self.interval, self.rng = name, interval_ms / 1000, rng
        self.next_beat = 0.0
        self.holding = Holding()
        self.holding.version = 0
        self.total = rng.randrange(1 << 40, 1 << 44)
        self.state = "healthy"
        self.lose = 0             # so many of the next words are lost on the way
        self.lose_change = False
        self.last = None          # (topic, body) as sent last
        self.begin()

    def begin(self):
        self.session = self.rng.getrandbits(64) | 1
        self.seq = 0

    def header(self):
        self.seq += 1
        return {"v": 1, "session": self.session, "seq": self.seq, "at": int(time.time() * 1000)}

    def status(self):
        if self.rng.random() < 0.05:
            self.state = self.rng.choice(STATES)
        body = {**self.header(), "interval": int(self.interval * 1000), "state": self.state,
                "storage": {"used": self.rng.randrange(self.total), "total": self.total},
                "cpu": round(self.rng.uniform(0, 100), 3),
                "memory": {"used": self.rng.randrange(1 << 30), "total": 1 << 30},
                "inventory": self.holding.inventory(),
                "labels": {"zone": "abroad", "größe": "☃"}}
        if self.rng.random() < 0.3:
            body["network"] = {"rx": self.rng.randrange(1 << 20), "tx": self.rng.randrange(1 << 20)}
        if self.rng.random() < 0.2:
            body["unheard_of"] = {"deep": [1, "two", None, 2.5], "presence": "wrong"}
        return body

    def change(self):
        """Some blocks come and go."""
        before, changed = self.holding.version, {"add": [], "remove": []}
        for _ in range(self.rng.randint(1, 4)):
            block, size = f"b-{self.rng.randrange(40)}", self.rng.randrange(1 << 30)
            if self.rng.random() < 0.7:
                self.holding.put(block, size)
                changed["add"] = [e for e in changed["add"] if e[0] != block] + [[block, size]]
            elif block in self.holding.blocks and all(e[0] != block for e in changed["add"]):
                self.holding.remove(block)
                changed["remove"].append(block)
        self.holding.version += 1
        return {**self.header(), "from": before, "to": self.holding.version, **changed}

    def whole(self):
        """The whole set, in two parts where that is worth it."""
        listed = [[block, size] for block, size in self.holding.blocks.items()]
        cut = len(listed) // 2 if len(listed) > 4 else 0
        pieces = [listed[:cut], listed[cut:]] if cut else [listed]
        return [{**self.header(), "from": None, "to": self.holding.version, "part": i + 1,
                 "parts": len(pieces), "add": piece} for i, piece in enumerate(pieces)]


class ForeignAgent:
    def __init__(self, part, announce, feed, sent):
        rng = random.Random(f"foreign {part.seed}")
        self.nodes = [ForeignNode(f"{part.name}.{i + 1}", part.interval_ms, rng)
                      for i in range(part.nodes)]
        self.sent = sent      # {(node, session, seq): bytes}: every word
        self.silent = False
        self.impostors = []   # second sessions of our nodes, over a connection of their own
        self.announce = announce
        self.socket = self._connect(announce)
        self.feed = zmq.Context.instance().socket(zmq.SUB)
        self.feed.linger = 0
        self.feed.reconnect_ivl, self.feed.reconnect_ivl_max = 100, 1000
        self.feed.connect(feed)
        for node in self.nodes:
            self.feed.subscribe(f"command.{node.name}".encode())

    @staticmethod
    def _connect(announce):
        made = zmq.Context.instance().socket(zmq.XPUB)
        made.sndhwm, made.linger = 200, 0
        made.reconnect_ivl, made.reconnect_ivl_max = 200, 1000
        made.connect(announce)
        return made

    def say(self, node, kind, body, socket=None):
        packed = msgpack.packb(body)
        self.sent[(node.name, body["session"], body["seq"])] = packed
        if node.lose > 0:
            node.lose -= 1
            return
        topic = f"{kind}.{node.name}".encode()
        node.last = (topic, packed)
        try:
            (socket or self.socket).send_multipart([topic, packed], zmq.DONTWAIT)
        except zmq.Again:
            pass

    def tick(self, now):
        while self.socket.poll(0):
            self.socket.recv()
        commanded = set()
        while self.feed.poll(0):
            topic, body = self.feed.recv_multipart()
            if msgpack.unpackb(body).get("kind") == "inventory":
                commanded.add(topic.decode().partition(".")[2])
        if self.silent:
            return
        for node, socket in self.impostors:
            self.beat(node, now, socket)
        for node in self.nodes:
            if node.name in commanded:
                for body in node.whole():
                    self.say(node, "blocks", body)
            self.beat(node, now)

    def beat(self, node, now, socket=None):
        if now < node.next_beat:
            return
        node.next_beat = max(node.next_beat, now - node.interval) + node.interval
        if node.rng.random() < 0.3:
            change = node.change()
            if node.lose_change:
                node.lose_change, node.lose = False, 1
            self.say(node, "blocks", change, socket)
        self.say(node, "status", node.status(), socket)

    def leave(self, back_in):
        for node in self.nodes:
            body = {**node.header(), "reason": "lunch"}
            if back_in:
                body["back_in"] = back_in
            self.say(node, "leave", body)

    def impostor(self, node):
        """A second machine under the name of one of our nodes."""
        twin = ForeignNode(node.name, int(node.interval * 1000), random.Random(node.session))
        self.impostors.append((twin, self._connect(self.announce)))

    def end_impostors(self):
        for _, socket in self.impostors:
            socket.close()
        self.impostors = []

    def close(self):
        self.end_impostors()
        self.socket.close()
        self.feed.close()
