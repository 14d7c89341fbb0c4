#!/usr/bin/env python3
"""A subscriber that wants the whole picture, in the documented way [P53], as a program.

    follower.py FEED QUERY FILE

Writes to FILE a line for each event in its order, {"broker", "event"}, and a line {"begin"} where
it had to begin anew; SIGUSR1 makes it write its picture, {"picture"}.
"""

import json
import signal
import sys
import time

import msgpack
import zmq

ANSWER_MS = 1500


class Follower:
    def __init__(self, feed, query, path):
        self.query = query
        self.out = open(path, "a", encoding="utf-8", buffering=1)
        self.context = zmq.Context.instance()
        self.endpoint = feed
        self.feed = self.watch = None
        self.broker = None   # whose events these are
        self.last = None
        self.nodes = {}
        self.as_of = 0       # events up to here are in the pages
        self.show = False
        self.number = 0

    def subscribe(self):
        """Over a new connection: what an old one still holds may be of a broker that is gone, and
        no number tells. What is missed until it stands is a gap like any other."""
        if self.feed is not None:
            self.feed.disable_monitor()
            self.feed.close()
        self.feed = self.context.socket(zmq.SUB)
        self.feed.linger = 0
        self.feed.rcvhwm = 50
        self.feed.rcvbuf = 16 * 1024
        self.feed.reconnect_ivl, self.feed.reconnect_ivl_max = 100, 1000
        self.watch = self.feed.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        for prefix in (b"event.", b"status.", b"blocks.", b"leave.", b"summary"):
            self.feed.subscribe(prefix)
        self.feed.connect(self.endpoint)

    def write(self, **line):
        self.out.write(json.dumps(line) + "\n")

    def ask(self, op, **arguments):
        """(as_of, result); asks until there is an answer."""
        while True:
            self.number += 1
            socket = self.context.socket(zmq.REQ)
            socket.linger = 0
            socket.connect(self.query)
            try:
                socket.send(msgpack.packb({"v": 1, "id": self.number, "op": op, **arguments}))
                if socket.poll(ANSWER_MS):
                    reply = msgpack.unpackb(socket.recv())
                    if reply["ok"]:
                        return reply["as_of"], reply["result"]
                    time.sleep(0.1)
            finally:
                socket.close()

    def begin(self):
        """Subscribe, page through all nodes, and go on from there."""
        self.subscribe()
        while True:
            nodes, after, brokers, first = {}, None, set(), None
            while True:
                as_of, page = self.ask("nodes", limit=500,
                                       **({} if after is None else {"after": after}))
                brokers.add(as_of["broker"])
                first = as_of["event_seq"] if first is None else min(first, as_of["event_seq"])
                nodes.update({record["node"]: record for record in page["nodes"]})
                after = page["next"]
                if after is None:
                    break
            if len(brokers) == 1:
                break
        self.broker, self.nodes = brokers.pop(), nodes
        self.last = self.as_of = first
        self.write(begin=self.broker, after=first)

    def broker_is_another(self):
        return self.ask("ping")[0]["broker"] != self.broker

    def disconnected(self):
        found = False
        while self.watch.poll(0):
            self.watch.recv_multipart()
            found = True
        return found

    def on_event(self, event):
        if event["seq"] <= self.last:
            return
        while event["seq"] > self.last + 1:
            as_of, page = self.ask("events", after=self.last)
            if as_of["broker"] != self.broker or page["oldest"] > self.last + 1:
                self.begin()
                return
            for missing in page["events"]:
                self.apply(missing)
            if not page["events"]:
                break
        if event["seq"] == self.last + 1:
            self.apply(event)

    def apply(self, event):
        if event["seq"] != self.last + 1:
            return
        self.last = event["seq"]
        self.write(broker=self.broker, event=event)
        record = self.nodes.get(event["node"])
        if event["kind"] == "evicted":
            self.nodes.pop(event["node"], None)
        elif event["kind"] in ("joined", "restarted"):
            if record is None or record["session"] != event["session"]:
                self.nodes[event["node"]] = {"session": event["session"], "seq": 0,
                                             "presence": "present"}
            self.nodes[event["node"]]["presence"] = "present"
        elif record is not None and event["kind"] in ("late", "left", "recovered"):
            word = event["kind"]
            record["presence"] = "present" if word == "recovered" else word

    def on_status(self, node, body):
        record = self.nodes.get(node)
        if record is None:
            record = self.nodes[node] = {"presence": "present"}
        newer = record.get("session") != body["session"] or body["seq"] > record.get("seq", 0)
        if newer:
            record.update(body)

    def turn(self):
        if self.broker is None:
            self.begin()
        arrived = self.feed.poll(200)
        if self.disconnected() and self.broker_is_another():
            self.begin()
            return
        if self.show:
            self.show = False
            self.write(picture=self.nodes, last=self.last, broker=self.broker)
        if not arrived:
            return
        topic, body = self.feed.recv_multipart()
        kind, _, node = topic.decode().partition(".")
        if kind == "event":
            self.on_event(msgpack.unpackb(body))
        elif kind == "status":
            self.on_status(node, msgpack.unpackb(body))


def main():
    follower = Follower(*sys.argv[1:4])

    def on_signal(number, _):
        if number == signal.SIGTERM:
            sys.exit(0)
        follower.show = True

    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, on_signal)
    while True:
        follower.turn()


if __name__ == "__main__":
    main()
