#!/usr/bin/env python3
"""The checker can fail: forged histories are fed to the model and to the invariants, and each must
be found out; honest ones must pass. No process, no socket, no waiting."""

import json
import unittest

import msgpack

import invariants
from blocks import Holding
from book import Book, MonitorReader, Reader
from clock import BrokerClock
from complaints import Complaints
from model import Model
from plan import ON_AGENTS, cast_of, plan_of
from sums import sums_of
from truth import MUTE, SHARED, Truth

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

    # ---- the feed -------------------------------------------------------------------------------

    def test_an_honest_history_passes(self):
        it = self.history
        it.summary()
        it.status(2)
        it.event("state", **{"from": "healthy", "to": "error"})
        it.status(3, state="error")
        it.at += 2.0
        it.event("late", silent_for=2000)
        it.event("recovered", silent_for=2000)
        it.status(6, state="error")
        it.event("restarted", session=8, previous=7)
        it.event("state", **{"from": "error", "to": "healthy"})
        it.status(1, session=8)
        it.summary()
        it.event("left", reason="done")
        it.tell("leave.n", session=8, seq=2, at=1)
        it.accepted += 1
        it.summary()
        it.at += EVICT_S + 0.1
        it.event("evicted", silent_for=6100)
        it.summary()
        self.honest()
        self.assertEqual(it.model.missed, 2)
        self.assertEqual(it.model.nodes, {})

    def test_a_gap_in_event_numbers(self):  # [P36]
        self.history.event("refused", number=3, reason="topic")
        self.found("event numbers")

    def test_an_event_number_again(self):
        self.history.event("refused", number=1, reason="topic")
        self.found("event numbers")

    def test_late_too_early(self):  # [P29]
        self.history.at += 0.6
        self.history.event("late", silent_for=1501)
        self.found("after its last word")

    def test_late_by_its_own_word_too_early(self):
        self.history.at += 5.0
        self.history.event("late", silent_for=1400)
        self.found("late after 1400 ms")

    def test_the_pause_of_the_broker_held_against_a_node(self):  # [P30]
        it = self.history
        it.clock.pause(it.at + 0.1)
        it.clock.resume(it.at + 9.0)
        it.at += 9.2
        it.event("late", silent_for=9200)
        self.found("late 0.45 s after its last word")

    def test_a_false_eviction(self):
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        it.at += 60.0
        it.event("late", silent_for=2000)
        it.event("evicted", silent_for=6001)
        self.found("though it ran and its path was open")

    def test_an_eviction_of_one_that_was_cut_off(self):
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        it.truth.obstruct("actor", "path", MUTE, it.at)
        it.at += 6.5
        it.event("late", silent_for=2000)
        it.event("evicted", silent_for=6001)
        self.honest()

    def test_late_of_one_that_left(self):  # [P34]
        it = self.history
        it.event("left", reason="x")
        it.tell("leave.n", session=7, seq=2, at=1)
        it.at += 3
        it.event("late", silent_for=3000)
        self.found("it was left")

    def test_a_conflict_that_nobody_made(self):  # [P32]
        self.history.truth.add("actor", ["n"], 0.0)
        self.history.event("conflict", addresses=["a", "b"])
        self.found("conflict that nothing explains")

    def test_a_conflict_of_twins(self):
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        it.truth.obstruct("actor", "twin", SHARED, it.at)
        it.event("conflict", addresses=["a", "b"])
        self.honest()

    def test_a_repeated_seq_accepted(self):  # [P33]
        self.history.status(1)
        self.found("seq 1 accepted after 1")

    def test_a_replaced_session_accepted(self):
        it = self.history
        it.event("restarted", session=8, previous=7)
        it.status(1, session=8)
        it.event("restarted", session=7, previous=8)
        it.status(2, session=7)
        self.found("a replaced session was accepted")

    def test_restarted_without_a_new_session(self):  # [P31]
        self.history.event("restarted", session=7, previous=7)
        self.history.status(2)
        self.found("caused ['restarted'], should be []")

    def test_a_new_session_without_restarted(self):
        self.history.status(1, session=9)
        self.found("caused [], should be ['restarted']")

    def test_a_missing_state_event(self):
        self.history.status(2, state="error")
        self.found("should be ['state']")

    def test_a_node_without_joined(self):
        self.history.status(1, node="m")
        self.found("without an event joined")

    def test_blocks_before_joining(self):  # [P27]
        self.history.tell("blocks.m", session=1, seq=1, at=1, to=1, add=[], **{"from": None})
        self.found("had not joined")

    def test_an_inventory_that_its_blocks_do_not_make(self):  # [P23]
        it = self.history
        held = Holding()
        held.put("a", 1)
        held.version = 1
        it.tell("blocks.n", session=7, seq=2, at=1, to=1, add=[["a", 1]], **{"from": None})
        it.status(3, inventory=held.inventory())
        self.honest()
        it.status(4, inventory={**held.inventory(), "digest": 5})
        self.found("announced blocks make")

    # ---- totals ---------------------------------------------------------------------------------

    def test_wrong_totals(self):  # [P46]
        for key, part in (("nodes", "total"), ("nodes", "late"), ("storage", "used"),
                          ("memory", "total"), ("network", "rx"), ("blocks", "count")):
            it = self.history = History()
            it.join()
            right = sums_of([(node.presence, node.status) for node in it.model.nodes.values()])
            it.summary(**{key: {**right[key], part: right[key][part] + 1}})
            self.found(f"{key}.{part}")

    def test_wrong_counts(self):
        it = self.history
        it.summary()
        it.status(2)
        it.summary(accepted=it.accepted + 1)
        self.found("accepted rose by 2, on the feed by 1")

    def test_a_wrong_total_between_equal_lists(self):
        it, complaints = self.history, self.history.complaints
        records = it.records()
        right = sums_of([(r["presence"], r) for r in records])
        self.assertTrue(invariants.check_totals(0, records, right, it.records(), complaints))
        self.honest()
        self.assertFalse(invariants.check_totals(0, records, {}, it.records(seq=5), complaints))
        wrong = {**right, "storage": {"used": 2, "total": 9}}
        invariants.check_totals(0, records, wrong, records, complaints)
        self.found("query summary: storage.used 2")

    # ---- lists ----------------------------------------------------------------------------------

    def test_lists(self):
        it = self.history
        invariants.check_listing(0, it.records(), 1, it.model, it.complaints)
        self.honest()
        invariants.check_listing(0, [], 1, it.model, it.complaints)
        self.found("listed as None, by the events up to 1 it is present")
        invariants.check_listing(0, it.records(presence="late"), 1, it.model, it.complaints)
        self.found("listed as late")
        invariants.check_listing(0, it.records(node="ghost"), 1, it.model, it.complaints)
        self.found("listed as present, by the events up to 1 it is None")

    def test_a_list_of_a_moment_ago_is_judged_by_that_moment(self):
        it = self.history
        before = it.records()
        it.at += 2
        it.event("late", silent_for=2000)
        invariants.check_listing(0, before, 1, it.model, it.complaints)
        invariants.check_listing(0, it.records(), 2, it.model, it.complaints)
        self.honest()
        invariants.check_listing(0, before, 2, it.model, it.complaints)
        self.found("listed as present, by the events up to 2 it is late")

    def test_a_wrong_record(self):  # [P50]
        it = self.history
        invariants.check_record(0, it.records()[0], it.model, it.complaints)
        self.honest()
        invariants.check_record(0, it.records(cpu=11.0)[0], it.model, it.complaints)
        self.found("its record says cpu = 11.0")
        invariants.check_record(0, it.records(invented=1)[0], it.model, it.complaints)
        self.found("which no status said")

    def test_a_seq_that_goes_back(self):
        it = self.history
        seen = invariants.check_growth(0, {}, it.records(seq=9), it.complaints)
        invariants.check_growth(0, seen, it.records(seq=8), it.complaints)
        self.found("went back")

    def test_one_that_lives_and_is_not_listed(self):
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        invariants.check_presence(it.at, it.records(), it.truth, it.model, it.complaints)
        self.honest()
        invariants.check_presence(it.at, [], it.truth, it.model, it.complaints)
        self.found("is not listed")

    def test_one_that_lives_and_is_late(self):
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        records = it.records(presence="late")
        invariants.check_presence(it.at + 3, records, it.truth, it.model, it.complaints)
        self.honest()  # it may be for a moment
        invariants.check_presence(it.at + 5, records, it.truth, it.model, it.complaints)
        self.found("is late, though it runs")

    def test_one_that_is_dead_and_still_listed(self):
        it = self.history
        it.clock.pause(it.at)
        it.clock.resume(it.at + 30)
        invariants.check_presence(it.at + 38, it.records(), it.truth, it.model, it.complaints)
        self.honest()
        invariants.check_presence(it.at + 43, it.records(), it.truth, it.model, it.complaints)
        self.found("of silence")

    def test_the_end(self):
        it = self.history
        blocks = {"nodes": 1, "in_sync": 1, "count": 2, "held": 2, "bytes": 3, "held_bytes": 3}
        for records, summary, living, text in (
                (it.records(), {"blocks": blocks}, {"n"}, None),
                (it.records(), {"blocks": blocks}, {"n", "m"}, "is missing"),
                (it.records(), {"blocks": blocks}, set(), "does not live"),
                (it.records(presence="late"), {"blocks": blocks}, {"n"}, "is late"),
                (it.records(session=1), {"blocks": blocks}, {"n"}, "with session 1"),
                (it.records(), {"blocks": {**blocks, "in_sync": 0}}, {"n"}, "not in step")):
            self.history.complaints = Complaints()
            found = invariants.check_end(0, records, summary, living, it.model,
                                         self.history.complaints)
            self.assertEqual(bool(found), text is not None)
            if text:
                self.found(text)

    def test_refusals(self):
        refusals = invariants.Refusals(self.history.complaints)
        refusals.thrown(2)
        refusals.check(0, {"topic": 1, "malformed": 1, "unknown_node": 4}, False)
        self.honest()
        refusals.check(0, {"topic": 2, "malformed": 1}, False)
        self.found("thrown were")
        refusals.check(0, {"replaced": 1}, True)
        refusals.check(0, {"replaced": 2}, False)
        self.found("refused replaced rose")

    def test_costs(self):
        invariants.check_costs(0, (50, 5, 10 << 20), (52, 5, 20 << 20), self.history.complaints)
        self.honest()
        invariants.check_costs(0, (50, 5, 10 << 20), (80, 6, 99 << 20), self.history.complaints)
        for text in ("descriptors", "threads", "MiB"):
            self.found(text)

    # ---- followers ------------------------------------------------------------------------------

    def told(self, reader, *numbers, broker=1, what="joined"):
        for number in numbers:
            reader.line(0, json.dumps({"broker": broker, "event": {
                "seq": number, "kind": what, "node": "n"}}))

    def test_followers(self):
        book = Book(self.history.complaints)
        reader = Reader("f", book)
        reader.line(0, '{"begin": 1, "after": 4}')
        self.told(reader, 5, 6)
        reader.line(0, '{"begin": 2, "after": 0}')
        self.told(reader, 1, broker=2)
        self.honest()
        self.told(reader, 3, broker=2)
        self.found("a gap that was not healed")
        book.write(0, 2, {"seq": 3, "kind": "left", "node": "n"}, "another")
        self.found("to another it was")

    def test_the_monitor(self):
        book = Book(self.history.complaints)
        events = {b: [{"seq": i, "at": b * 100 + i, "node": "n"} for i in range(1, 9)]
                  for b in (1, 2)}
        for broker, written in events.items():
            for event in written:
                book.write(0, broker, event, "the observer")
        reader = MonitorReader("m", book)
        for event in events[1][2:5] + events[2][:3]:
            reader.line(0, json.dumps(event))
        reader.settle(0)
        reader.started_again()
        reader.line(0, json.dumps(events[2][6]))
        reader.settle(0)
        self.honest()
        reader.line(0, json.dumps(events[2][4]))
        reader.settle(1)
        self.honest()  # the book may get it yet
        reader.settle(99)
        self.found("a gap that was not healed")

    # ---- the plan -------------------------------------------------------------------------------

    def test_the_plan_follows_from_the_seed(self):
        cast = cast_of(5)
        plan = plan_of(5, 600, cast)
        self.assertEqual([i.line() for i in plan], [i.line() for i in plan_of(5, 600, cast_of(5))])
        self.assertNotEqual([i.line() for i in plan], [i.line() for i in plan_of(6, 600, cast)])
        self.assertTrue(all(injury.at + injury.seconds <= 600 for injury in plan))
        # Nobody but the flappers comes and goes so often that it would be taken for one.
        for part in cast:
            if part.role in ("solo", "disk", "fleet"):
                returns = [i for i in plan if i.target == part.name and ON_AGENTS[i.kind][3]]
                self.assertLessEqual(len(returns), 4)

    def test_the_clock_knows_bounds(self):
        clock = BrokerClock()
        clock.pause(10)
        clock.resume(15)
        self.assertAlmostEqual(clock.at_most(0, 20), 15.15)
        self.assertAlmostEqual(clock.at_least(0, 20), 13.5)
        clock.unclear(17, 18)
        self.assertAlmostEqual(clock.at_most(0, 20), 15.15)
        self.assertAlmostEqual(clock.at_least(0, 20), 11.0)
        clock.restart(19)
        self.assertAlmostEqual(clock.at_least(0, 20), 1.0)


if __name__ == "__main__":
    unittest.main()
