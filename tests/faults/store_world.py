"""Nodes and an operator whose doings a store must outlive, and what was promised to them. However a
broker ends, the next one on the same store must know of everything that the last one told."""

import re
import glob
import random
import time

import zmq

from common import Agent, Broker, Client, Node, Subscriber, Watch, unpack

ASK_MS = 1000
NODES = 12


def failpoints():
    """Their names, from the sources: a new one is tested from its first day on."""
    names = set()
    for path in glob.glob("broker/**/*.cpp", recursive=True):
        with open(path, encoding="utf-8") as file:
            names |= set(re.findall(r'\bfailpoint\("(\w+)"\)', file.read()))
    return sorted(names)


class World:
    def __init__(self, store, seed, options=()):
        self.options = ("--store", store, *options)
        self.dice = random.Random(seed)
        self.context = zmq.Context()
        self.told = {}     # events that a subscriber saw, by number
        self.joined = set()
        self.duties = {}   # of a node: those that may be in force, the acknowledged one first
        self.checked = 0   # up to this number the store was compared with what was told
        self.story = None
        self.broker = None
        self.lives = {}    # sessions of nodes
        self.deaths = 0
        self.acknowledged = 0
        self.slowest_s = 0.0

    def start(self, **environment):
        """False where it died before it answered."""
        began = time.monotonic()
        self.broker = Broker.__new__(Broker)  # so that one that does not start can be buried, too
        try:
            self.broker.__init__(*self.options, environment=environment)
        except RuntimeError:
            self.bury()
            return False
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.feed = Subscriber(self.broker.feed, b"event.", self.context)
        self.client = Client(self.broker.query, self.context)
        self.lives = {}
        try:
            self.agent = Agent(self.broker.announce, self.context)
        except TimeoutError:
            self.agent = None
        return True

    def is_alive(self):
        return self.broker.process.poll() is None

    def live(self, seconds):
        """Does this and that until then, or until the broker is dead."""
        until = time.monotonic() + seconds
        while self.agent is not None and self.is_alive() and time.monotonic() < until:
            for _ in range(self.dice.randrange(1, 6)):
                self.announce()
            if self.dice.random() < 0.3:
                self.order()
            self.hear(self.dice.randrange(1, 20))

    def announce(self):
        name = f"node-{self.dice.randrange(NODES)}"
        node = self.lives.get(name)
        if node is None or self.dice.random() < 0.1:
            node = self.lives[name] = Node(self.agent, name)
        try:
            if self.dice.random() < 0.1:
                node.leave(reason="moves", back_in=self.dice.choice([200, 60_000]))
                del self.lives[name]
            else:
                node.status(interval=self.dice.choice([100, 1000]), cpu=self.dice.random(),
                            state=self.dice.choice(["healthy", "degraded"]))
        except zmq.Again:
            pass

    def order(self):
        name = f"node-{self.dice.randrange(NODES)}"
        op, duty, more = self.dice.choice([
            ("maintain", "maintenance", {"for": 3_600_000}), ("activate", "active", {}),
            ("drain", "drained", {})])
        before = self.duties.get(name, ["active"])
        self.duties[name] = [*before, duty]
        try:
            reply = self.client.reply(op, timeout_ms=ASK_MS, node=name, **more)
        except TimeoutError:
            return  # it is in force, or it is not
        if reply["ok"]:
            self.duties[name] = [duty]
            self.acknowledged += 1
        else:
            self.duties[name] = before

    def hear(self, timeout_ms=0):
        while (message := self.feed.next(timeout_ms)) is not None:
            timeout_ms = 0
            event = unpack(message[1])
            assert self.told.get(event["seq"], event) == event, (event, self.told[event["seq"]])
            self.told[event["seq"]] = event
            if event["kind"] == "joined":
                self.joined.add(event["node"])

    def die(self, number=None):
        """It is dead, or is killed now; what it told meanwhile is heard."""
        if number is not None:
            self.broker.stop(number)
        else:
            self.bury()
        self.deaths += 1
        self.hear(30)
        for it in (self.feed, self.client, self.agent):
            if it is not None:
                it.close()

    def bury(self):
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker.reader.join(5)
        self.broker.process.stdout.close()

    def check(self):
        """Of a broker that has just been started."""
        reply = self.client.reply("events", after=self.checked)
        story, newest = reply["as_of"]["story"], reply["as_of"]["resumed_at"]
        assert self.story in (None, story), "another story"
        if newest:
            self.story = story
        assert newest >= max(self.told, default=0), (newest, max(self.told))
        watch = Watch(self.client)  # fails on a hole in the numbers
        watch.last = self.checked
        for event in watch.look():
            told = self.told.get(event["seq"], event)
            assert told == event, (told, event)
        self.checked = watch.last
        assert self.checked >= newest, (self.checked, newest)
        known = {node["node"]: node for node in self.client.pages("known", "nodes")}
        assert self.joined <= set(known), self.joined - set(known)
        for name, duties in self.duties.items():
            if name in known:
                # They hold nothing: who is to be drained soon is.
                duty = known[name]["duty"].replace("draining", "drained")
                assert duty in duties, (known[name], duties)
                self.duties[name] = [duty]
        return len(known)

    def end(self):
        self.context.destroy(linger=0)
