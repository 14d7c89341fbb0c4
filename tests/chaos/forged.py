"""Histories written by hand, to see whether the checker finds what is wrong in them."""

import unittest

import msgpack

from clock import BrokerClock
from complaints import Complaints
from model import Model
from sums import sums_of
from truth import Truth

EVICT_S = 6.0


class History:
    """What a subscriber hears of a broker, written by hand."""

    def __init__(self):
        self.clock = BrokerClock()
        self.complaints = Complaints()
        self.truth = Truth(self.clock)
        self.model = Model(self.clock, EVICT_S, self.complaints, self.permits)
        self.model.complete = True
        self.at = 100.0
        self.number = 0
        self.accepted = 0

    def permits(self, kind, node, _):
        if kind == "evicted":
            return self.truth.may_be_evicted(node, self.at, EVICT_S)
        if kind == "conflict":
            return self.truth.may_be_shared(node, self.at, EVICT_S + 4)
        return True

    def tell(self, topic, **body):
        self.model.take(self.at, topic, msgpack.packb({"v": 1, **body}))

    def event(self, kind, node="n", number=None, **more):
        self.number = self.number + 1 if number is None else number
        self.tell(f"event.{kind}.{node}", seq=self.number, kind=kind, node=node, at=1, **more)

    def status(self, seq, node="n", session=7, state="healthy", used=1, **more):
        self.accepted += 1
        self.tell(f"status.{node}", session=session, seq=seq, at=1, interval=500, state=state,
                  storage={"used": used, "total": 9}, cpu=10.0, memory={"used": 1, "total": 2},
                  **more)

    def join(self, node="n", session=7):
        self.event("joined", node, session=session, state="healthy")
        self.status(1, node, session)

    def summary(self, **forged):
        rows = [(node.presence, node.status) for node in self.model.nodes.values()]
        body = {**sums_of(rows), "accepted": self.accepted, "missed": self.model.missed, **forged}
        self.tell("summary", **body)

    def records(self, **forged):
        return [{"node": name, "presence": node.presence, "silent_for": 1, "joined_at": 1,
                 "missed": node.missed, **node.status, **forged}
                for name, node in self.model.nodes.items()]


class Forged(unittest.TestCase):
    def setUp(self):
        self.history = History()
        self.history.join()

    def found(self, text):
        complaints = self.history.complaints.found
        self.assertTrue(any(text in what for _, what, _ in complaints), (text, complaints))

    def honest(self):
        self.assertEqual(self.history.complaints.found, [])
