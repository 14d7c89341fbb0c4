#!/usr/bin/env python3
"""The checker can fail: forged histories of the feed, each of which the model must find out.

No process, no socket, no waiting.
"""

import unittest

from blocks import Holding
from forged import EVICT_S, Forged, History
from sums import sums_of
from truth import MUTE, SHARED


class Feed(Forged):
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

    def test_events_that_come_too_often(self):  # [P32] [P38]
        it = self.history
        it.truth.add("actor", ["n"], 0.0)
        it.truth.obstruct("actor", "twin", SHARED, it.at)
        it.event("refused", reason="topic")
        it.at += 61
        it.event("refused", reason="topic")
        it.event("conflict", addresses=["a", "b"])
        it.at += EVICT_S + 0.1
        it.event("conflict", addresses=["a", "b"])
        self.honest()
        it.event("refused", reason="topic")
        self.found("refused again after 6.1 s")
        it.event("conflict", addresses=["a", "b"])
        self.found("conflict again after 0.0 s")

    def test_one_that_a_guard_holds(self):
        """While it is held it stays late although it beats, and is told of less."""
        it = self.history
        it.event("guard", guard="flapping", phase="raised")
        it.at += 2
        it.event("late", silent_for=2000)
        it.status(2)
        it.status(1, session=8)
        it.summary()
        self.assertEqual(it.model.nodes["n"].presence, "late")
        it.event("guard", guard="flapping", phase="ended")
        it.status(2, session=8)
        self.honest()
        it.status(2, session=8)
        self.found("seq 2 accepted after 2")

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


if __name__ == "__main__":
    unittest.main()
