"""A foreign agent, subscriber and query client, written from docs/protocol.md alone.

`context`: a zmq.Context of another machine, or other limits than the common one has."""

import random
import time

import msgpack
import zmq

PATIENCE_MS = 10_000


class Agent:
    """Announces as any number of nodes over one socket."""

    def __init__(self, announce, context=None):
        self.socket = (context or zmq.Context.instance()).socket(zmq.XPUB)
        self.socket.sndhwm = 100_000
        self.socket.linger = 1000
        self.socket.connect(announce)
        if not self.socket.poll(PATIENCE_MS):
            raise TimeoutError("no subscription came: is the broker there?")
        self.socket.recv()

    def send(self, *frames):
        self.socket.send_multipart(list(frames))

    def close(self):
        self.socket.close()


class Node:
    """One session of one node."""

    def __init__(self, agent, name, session=None):
        self.agent = agent
        self.name = name
        self.session = session or random.getrandbits(64) | 1
        self.seq = 0

    def header(self):
        self.seq += 1
        return {"v": 1, "session": self.session, "seq": self.seq, "at": int(time.time() * 1000)}

    def status_map(self, **changes):
        body = self.header()
        body.update(interval=10_000, state="healthy", storage={"used": 1, "total": 2}, cpu=12.5,
                    memory={"used": 3, "total": 4})
        body.update(changes)
        return {key: value for key, value in body.items() if value is not ...}

    def announce(self, kind, body):
        packed = msgpack.packb(body)
        self.agent.send(f"{kind}.{self.name}".encode(), packed)
        return packed

    def status(self, **changes):
        return self.announce("status", self.status_map(**changes))

    def blocks(self, **body):
        return self.announce("blocks", {**self.header(), **body})

    def leave(self, **body):
        return self.announce("leave", {**self.header(), **body})


def guards_of(reply):
    """The guards in force, besides that the broker has just started."""
    return [guard for guard in reply["as_of"]["holding"] if guard != "warm_up"]


class Refused(Exception):
    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]


class Client:
    """Asks from a REQ socket."""

    def __init__(self, query, context=None):
        self.query = query
        self.context = context or zmq.Context.instance()
        self.socket = None
        self.number = 0
        self._open()

    def _open(self):
        self.close()
        self.socket = self.context.socket(zmq.REQ)
        self.socket.linger = 0
        self.socket.connect(self.query)

    def close(self):
        if self.socket is not None:
            self.socket.close()

    def reply(self, op, timeout_ms=PATIENCE_MS, **arguments):
        self.number += 1
        self.socket.send(msgpack.packb({"v": 1, "id": self.number, "op": op, **arguments}))
        if not self.socket.poll(timeout_ms):
            self._open()
            raise TimeoutError(f"no answer to {op}")
        reply = msgpack.unpackb(self.socket.recv())
        assert reply["v"] == 1 and reply["id"] == self.number, reply
        return reply

    def ask(self, op, **arguments):
        reply = self.reply(op, **arguments)
        if not reply["ok"]:
            raise Refused(reply["error"])
        return reply["result"]

    def pages(self, op, key, **arguments):
        items, after = [], None
        while True:
            page = self.ask(op, **arguments, **({} if after is None else {"after": after}))
            items += page[key]
            after = page["next"]
            if after is None:
                return items

    def nodes(self, **arguments):
        return self.pages("nodes", "nodes", **arguments)

    def node(self, name):
        return self.ask("node", node=name)["node"]


class Subscriber:
    """Everything on the feed, or what begins with `prefix`."""

    def __init__(self, feed, prefix=b"", context=None):
        self.socket = (context or zmq.Context.instance()).socket(zmq.SUB)
        self.socket.rcvhwm = 100_000
        self.socket.linger = 0
        self.socket.connect(feed)
        self.socket.subscribe(prefix)
        self.seen = []

    def next(self, timeout_ms=PATIENCE_MS):
        if not self.socket.poll(timeout_ms):
            return None
        frames = self.socket.recv_multipart()
        assert len(frames) == 2, frames
        self.seen.append((frames[0].decode(), frames[1], time.monotonic()))
        return self.seen[-1]

    def until(self, wanted, seconds=10.0):
        """The first message, of those not yet taken, for which wanted(topic, body bytes)."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = self.next(int(left * 1000) + 1)
            if message is not None and wanted(message[0], message[1]):
                return message
        raise TimeoutError(f"it never came; seen: {[topic for topic, _, _ in self.seen][-20:]}")

    def event(self, kind, node, seconds=10.0):
        topic, body, _ = self.until(lambda topic, _: topic == f"event.{kind}.{node}", seconds)
        event = msgpack.unpackb(body)
        assert event["kind"] == kind and event["node"] == node and event["v"] == 1, event
        return event

    def close(self):
        self.socket.close()
