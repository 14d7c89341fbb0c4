#!/usr/bin/env python3
"""The checker can fail: forged answers, ends and followers, each of which must be found out."""

import json
import unittest

import invariants
from book import Book, MonitorReader, Reader
from clock import BrokerClock
from complaints import Complaints
from forged import Forged
from plan import ON_AGENTS, cast_of, plan_of
from sums import sums_of


class Answers(Forged):
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

    def test_a_wrong_share(self):  # [P42]
        it = self.history
        it.join("m")
        records = it.records()
        invariants.check_heard(0, records, 1.0, it.complaints)
        records[0]["presence"] = "late"
        invariants.check_heard(0, records, 0.5, it.complaints)
        self.honest()
        invariants.check_heard(0, records, 1.0, it.complaints)
        self.found("present are 1 of 2")

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
                (it.records(missed=1), {"blocks": blocks}, {"n"}, "missed 1, on the feed 0"),
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
        reader.line(200, json.dumps(events[1][7]))
        reader.line(200, json.dumps({"seq": 9, "at": 0, "node": "n"}))
        reader.settle(299)
        self.found("words of an older broker")
        self.found("nobody else was told that")

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
