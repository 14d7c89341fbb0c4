#!/usr/bin/env python3
"""Writes the seeds of the fuzzers that take whole messages: tests/fuzz/make_corpus.py

Run it at the root of the tree; the same seeds come out each time. A new kind of message gets a line
here.
"""

import os
import struct
import sys

import msgpack

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "interop"))
from xxh64 import digest_of  # noqa: E402

pack = msgpack.packb


def write(fuzzer, seeds):
    folder = os.path.join("tests/fuzz/corpus", fuzzer)
    os.makedirs(folder, exist_ok=True)
    for name, data in seeds.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


# ---- messages ------------------------------------------------------------------------------------

def status(session=1, seq=1, state="healthy", **more):
    return {"v": 1, "session": session, "seq": seq, "at": 1_700_000_000_000, "interval": 1000,
            "state": state, "storage": {"used": 4, "total": 10}, "cpu": 12.5,
            "memory": {"used": 3, "total": 8}, "network": {"rx": 1, "tx": 2}, **more}


def blocks(seq, change, **more):
    return {"v": 1, "session": 1, "seq": seq, "at": 5, "from": None, "to": 1, "part": 1, "parts": 1,
            "add": [["b1", 10], ["b2", 20]], "remove": [], **change, **more}


def leave(seq=2, session=1):
    return {"v": 1, "session": session, "seq": seq, "at": 5, "reason": "maintenance",
            "back_in": 60_000}


def record(node="n1", presence="present", **more):
    return {"node": node, "presence": presence, "duty": "active", "silent_for": 20, "joined_at": 5,
            "peer": "10.0.0.1", "missed": 0, **status(**more)}


def event(seq, kind, node="n1", **more):
    return {"v": 1, "seq": seq, "at": 1000 + seq, "kind": kind, "node": node, **more}


def request(op, **arguments):
    return pack({"v": 1, "id": 7, "op": op, **arguments})


def reply(result, event_seq=3):
    as_of = {"at": 5, "broker": 9, "uptime": 60, "event_seq": event_seq, "heard": 0.5,
             "warming_up": False, "holding": ["own_pause"]}
    return {"v": 1, "id": 1, "ok": True, "as_of": as_of, "result": result}


NODES = {"nodes": [record(), record("n2", "late", labels={"zone": "a"})], "next": None}
EVENTS = {"events": [event(1, "joined", peer="10.0.0.1", state="healthy"),
                     event(2, "state", **{"from": "healthy", "to": "warning", "reasons": ["slow"]}),
                     event(3, "late", silent_for=3000)], "oldest": 1, "newest": 3, "next": None}
SUMMARY = {"v": 1, "nodes": {"total": 2, "present": 1, "late": 1, "left": 0,
                             "by_state": {"healthy": 1, "error": 1}},
           "storage": {"used": 1, "total": 2}, "memory": {"used": 1, "total": 2}, "cpu": 1.5,
           "network": {"rx": 1, "tx": 2, "capacity": 3},
           "blocks": {"nodes": 1, "count": 1, "bytes": 1, "held": 1, "in_sync": 1},
           "accepted": 2**64 - 1, "refused": {"malformed": 2}, "missed": 0, "rate": 0.5,
           "queries": 1, "dropped": {"replies": 0, "events": 0, "lines": 0}}


AGREED = {"version": 1, "count": 2, "bytes": 30, "digest": digest_of(["b1", "b2"])}


# ---- actions of the fuzzers that take many messages ----------------------------------------------

def short(data):
    return bytes([len(data)]) + data


def long(data):
    return struct.pack(">H", len(data)) + data


def said(topic, message):
    return b"\0" + short(topic.encode()) + long(pack(message))


def asked(data):
    return b"\1" + long(data)


def awake(ms):
    return b"\2" + struct.pack(">H", ms)


def asleep(ms):
    return b"\3" + struct.pack(">H", ms // 16)


def answered(result, broker=9, event_seq=3):
    return b"\2" + struct.pack(">BH", broker, event_seq) + long(pack(result))


def remembered(result, broker=9, event_seq=3, resumed_at=0, story=1):
    return (b"\6" + struct.pack(">BHBH", broker, event_seq, story, resumed_at) +
            long(pack(result)))


FAILED, TIMED_OUT = b"\3", b"\4"


def later(ms):
    return b"\5" + struct.pack(">H", ms // 4)


# Answers about the past, of section 10 of the protocol.
AT = {"time": 5000, "known": True}
NOW = 1_700_000_000_000
RECORD_THEN = {"node": "n1", "presence": "late", "duty": "active", "state": "error",
               "labels": {"zone": "a"}, "sampled_at": 4000, "storage": {"used": 4, "total": 10},
               "cpu": 12.5, "memory": {"used": 3, "total": 8}, "network": {"rx": 1, "tx": 2}}
RULES = {"late_after": None, "evict_after": 120_000, "late": 3, "evicted": 2, "false_evictions": 1,
         "mean_detection": 31_000}
PAST = {
    "history": {"begins": NOW, "step": 1000, "points": 4, "level": "full", "series": [
        {"of": "n1", "columns": {"samples": [1, 0, 2, 1], "storage_used": [5, None, 6, 7],
                                 "storage_total": [9, None, 9, 9], "cpu": [1.5, None, 0, 99.0],
                                 "cpu_max": [2.0, None, 3.0, 100], "memory_used": [1, None, 2, 3],
                                 "memory_total": [8, None, 8, 8], "rx": [0, None, 10**9, 5],
                                 "tx": [1, None, 1, 1],
                                 "state": ["healthy", None, "error", "idle"]}},
        {"of": "all", "columns": {"samples": [0] * 4, "nodes": [3, 3, None, 2],
                                  "cpu": [1e30, 0, 1e-300, None]}}]},
    "timeline": {"node": "n1", "first_seen": NOW - 99_000, "since": NOW - 90_000, "until": NOW,
                 "known_since": NOW - 80_000, "tracks": {
                     "presence": [{"from": NOW - 80_000, "to": NOW - 40_000, "word": "present"},
                                  {"from": NOW - 40_000, "to": NOW, "word": "late",
                                   "verdict": "agent_hung"}],
                     "state": [{"from": NOW - 80_000, "to": NOW, "word": "warning"}],
                     "duty": [{"from": NOW - 80_000, "to": NOW, "word": "drained", "by": "ada",
                               "reason": "\x1b[2J"}],
                     "session": [{"from": NOW - 80_000, "to": NOW - 60_000, "session": 1,
                                  "peer": "10.0.0.1"},
                                 {"from": NOW - 60_000, "to": NOW, "session": 2}]}},
    "at_nodes": {**AT, "nodes": [RECORD_THEN, {"node": "n2"}], "next": "n2"},
    "at_node": {**AT, "node": RECORD_THEN},
    "at_summary": {**AT, "summary": SUMMARY},
    "at_unknown": {"time": 5000, "known": False},
    "forecast": {"forecasts": [
        {"of": "all", "used": 5, "total": 10, "span": 86_400_000, "says": "fills",
         "trend": {"low": -1.5, "middle": 2, "high": 1e300},
         "full": [{"percent": 80, "at": NOW, "earliest": NOW - 5, "latest": NOW + 10**10},
                  {"percent": 90, "earliest": NOW + 5}, {"percent": 95}],
         "absorb": {"largest": "n1", "now": True, "at": NOW + 10**9}},
        {"of": "n2", "used": 0, "total": 0, "span": 0, "says": "cannot_predict", "why": "new"}]},
    "backtest": {"since": NOW - 10**8, "until": NOW, "nodes": 9, "silences": 4, "shortest": 3000,
                 "as_it_was": RULES, "as_it_would_be": {**RULES, "false_evictions": 0},
                 "changed": [{"node": "n1", "at": NOW - 5, "silent_for": 5, "was": "evicted",
                              "would_be": "late"}], "changed_total": 2},
    "availability": {"since": NOW - 10**9, "until": NOW, "rows": [
        {"of": "zone=a", "nodes": 2, "up": 0.99, "down": 5, "planned": 6, "unknown": 7,
         "incidents": 1, "mean_time_between_failures": 8, "mean_time_to_return": 9},
        {"of": "n1", "nodes": 1, "up": None, "down": 0, "planned": 0, "unknown": 1,
         "incidents": 0}], "next": None},
    "known": {"nodes": [{"node": "n1", "presence": "left", "first_seen": 5, "heard_at": 6,
                         "sessions": 2, "labels": {"zone": "a"}, "duty": "maintenance",
                         "order": {"by": "ada", "reason": "disks", "since": 5, "until": 9},
                         "back_by": 9, "notes": [{"at": 5, "by": "ada", "text": "loud"}]}],
              "next": "n1"},
    "store": {"persisting": False, "why": "full", "kind": "file", "schema": 1, "bytes": 5,
              "wal_bytes": 6, "free_bytes": 0, "events": {"oldest": 1, "newest": 9, "since": 5},
              "nodes": 3, "history": {"full_since": 5, "minute_since": 6, "hour_since": None,
                                      "samples": 9, "bytes": 9},
              "retention": {"events": 5, "full": 6, "minute": 7, "hour": 8, "bytes": 9},
              "commits": 5, "commit_ms": {"p50": 0.5, "p99": 9.0, "max": 40}, "waiting": 1,
              "lost": {"events": 1, "samples": 2}, "backup_at": 5},
}
KINDS = ["joined", "restarted", "state", "late", "recovered", "left", "evicted", "conflict", "duty",
         "refused", "guard", "overdue", "forgotten", "note", "store"]


def past(*events, what=1, far=1):
    """A node as it is known, and its events: (kind, second, what the kind adds)."""
    told = b"".join(bytes([KINDS.index(kind), far]) + struct.pack(">H", int(second * 1000 / 16)) +
                    long(pack(event(i, kind, **more)))
                    for i, (kind, second, more) in enumerate(events, 1))
    return (bytes([what]) + short(pack({"zone": "a"})) +
            short(pack(status(interval=1000))) + told)


def main():
    write("queries", {
        "ping": request("ping"),
        "summary": pack({"v": 1, "id": {"a": [1, None, 2.5]}, "op": "summary"}),
        "node": request("node", node="n2"),
        "nobody": request("node", node="nobody"),
        "nodes": request("nodes"),
        "filters": request("nodes", state=["warning", "error"], presence="present", duty="active",
                           labels={"zone": "a"}, prefix="n", limit=5),
        "sorted": request("nodes", sort="-cpu", limit=3, after="4044000000000000:n16"),
        "behind": request("nodes", sort="-node", limit=2, after="0000000000000000:n2"),
        "paged": request("nodes", limit=2, after="n2"),
        "events": request("events", after=3, kinds=["joined", "left"], node="n3", limit=2),
        "unknown_op": request("dance"),
        "other_version": pack({"v": 2, "id": "x", "op": "ping"}),
        "events_after_text": request("events", after="n2"),
        **{"by_" + sort.strip("-"): request("nodes", sort=sort, limit=3) for sort in
           ("state", "-presence", "silent_for", "-memory", "storage", "-used", "total", "-network",
            "joined_at", "missed", "-uptime")},
    })
    digest = {"version": 1, "count": 2, "bytes": 30, "digest": 1}
    write("broker_step", {
        "life": said("status.n1", status()) + awake(100) + said("status.n1", status(seq=3)) +
        awake(3500) + said("status.n1", status(seq=4, state="error", reasons=["fire"])) +
        awake(2) + said("leave.n1", leave(5)) + awake(5000),
        "restart": said("status.n1", status()) + said("status.n1", status(2)) +
        said("status.n1", status(1, 2)) + awake(5) + said("leave.n1", leave(2, 2)) +
        asked(request("nodes")),
        "blocks": said("status.n1", status(inventory=digest)) + said("blocks.n1", blocks(2, {})) +
        said("status.n1", status(seq=3, inventory=digest)) + awake(10) +
        said("blocks.n1", blocks(4, {"from": 1, "to": 2, "add": [], "remove": ["b1"]})),
        "ages": said("status.n1", status()) + said("leave.n1", {**leave(), "back_in": 2**64 - 1}),
        # Sets: empty, of parts, of which one is lost, that agree, and that never do.
        "sets": said("status.n1", status(inventory={**digest, "count": 0, "bytes": 0,
                                                    "digest": 0})) +
        said("blocks.n1", blocks(2, {"parts": 3})) + said("blocks.n1", blocks(3, {"parts": 3,
                                                                                  "part": 2})) +
        said("status.n1", status(seq=4, inventory=AGREED)) +
        said("blocks.n1", blocks(5, {"parts": 3, "part": 1})) +
        said("blocks.n1", blocks(6, {"parts": 3, "part": 3})) + said("blocks.n1", blocks(7, {})) +
        said("status.n1", status(seq=8, inventory=AGREED)) + asked(request("summary")) +
        b"".join(said("status.n1", status(seq=9 + i, inventory={**AGREED, "bytes": 31}))
                 for i in range(10)) + said("status.n1", status(seq=30)) + awake(5000),
        # Keys that a record has of its own, labels, unusual widths; and asked for.
        "shadows": said("status.n1", status(peer="6.6.6.6", presence="left", future=[1, {"a": 2}],
                                            labels={"zone": "a"}, uptime=5)) +
        said("status.n2", dict(reversed(status(labels={"zone": "b"}).items()))) + awake(1) +
        asked(request("nodes", sort="-uptime")) + asked(request("nodes", labels={"zone": "a"})) +
        asked(request("node", node="n1")),
        # A session that was replaced, within the eviction time and after it.
        "sessions": said("status.n1", status()) + said("status.n1", status(2)) +
        said("status.n1", status(1, 2)) + awake(900) + b"".join(
            said("status.n1", status(2, 2 + i)) + awake(900) for i in range(6)) +
        said("status.n1", status(1, 3)) + b"".join(
            said("status.n1", status(9 + i)) for i in range(6)),
        "pause": said("status.a", status()) + said("status.b", status(5)) + asleep(60_000) +
        awake(9000) + asked(request("nodes")) + awake(10) + asked(request("summary")),
        "refused": said("status.n1", {}) + said("status.n1", status()) + said("nothing", {}) +
        said("status.n1", status()) + awake(1) + asked(request("events")),
    })
    order = {"v": 1, "id": 3, "at": 5, "kind": "inventory"}
    write("commands", {
        "inventory": b"command.n1\n" + pack(order),
        "unknown": b"command.n1\n" + pack({**order, "kind": "dance", "block": "b1"}),
        "status": b"status.n1\n" + pack(status()),
    })
    write("client", {
        "record": pack(record(labels={"zone": "a"}, reasons=["slow"], uptime=5)),
        "nodes": pack(NODES), "events": pack(EVENTS), "summary": pack(SUMMARY),
        "duty": pack(event(5, "duty", **{"from": "active", "to": "drained", "by": "ada",
                                         "reason": "disks"})),
        "left": pack(event(6, "left", reason="update", back_in=60_000)),
        "restarted": pack(event(7, "restarted", session=2, previous=1, peer="10.0.0.1")),
        "memory": pack(record(presence="late", heard=False, back_by=99, silence={"returns": 7},
                              order={"by": "ada", "reason": "disks", "since": 5, "until": None})),
        "overdue": pack(event(8, "overdue", late_by=60_000, reason="update", duty="draining")),
        "store": pack(event(9, "store", "-", phase="set_aside", why="damaged", file="old")),
        "not_persisting": pack(event(10, "guard", "-", guard="not_persisting", phase="ended",
                                     lost={"events": 1, "samples": 2})),
        "ordered": pack({"nodes": ["n1", "n2"], "changed": 1, "seq": 9}),
        "backup": pack({"backup": "b-1", "bytes": 5, "digest": 7}),
        "part": pack({"data": b"12345", "bytes": 5}),
        "history": pack({"begins": 5, "step": 10, "points": 2, "level": "full",
                         "series": [{"of": "n1", "columns": {"cpu": [0.5, None]}}]}),
        "health": pack({"persisting": False, "why": "full", "kind": "file", "bytes": 1,
                        "lost": {"events": 1, "samples": 2}, "retention": {"bytes": 3},
                        "commit_ms": {"p50": 1.0, "p99": 2.0, "max": 3.0}, "backup_at": 5}),
        "guards": pack({"guards": [{"guard": "not_persisting", "since": 5, "lasted": 6,
                                    "why": "full", "lost": {"events": 1}}], "total": 1}),
        "event": pack(event(4, "conflict", addresses=["10.0.0.1", "10.0.0.2"])),
        "reply": pack(reply(NODES)),
        "error": pack({"v": 1, "id": 2, "ok": False,
                       "error": {"code": "not_found", "message": "no such node"}}),
        "values": pack({"a": [-1, 2**64 - 1, 1e300, float("nan"), True, None, b"\xff", "\x7f\"\\"],
                        "ext": msgpack.ExtType(5, b"12"), "m": {}}),
    })
    write("client_past", {name: b"\x50" + pack(answer) for name, answer in PAST.items()})
    # What is asked, in this order: a page and a ping; then the totals and the events.
    synced = (answered(NODES) + answered({}) + answered(SUMMARY) + answered(EVENTS) +
              said("summary", SUMMARY) + said("status.n1", status(seq=2)))
    other_events = {"events": [event(1, "joined", "n2")], "next": None}
    begun_anew = (answered(SUMMARY, 8, 1) + answered(NODES, 8, 1) + answered(other_events, 8, 1))
    unheard = {"nodes": [{**record("n1", "late"), "heard": False}], "next": None}
    write("picture", {
        "follow": b"\0" + synced + said("event.late.n1", event(4, "late")) + later(500) +
        said("event.evicted.n1", event(5, "evicted")) + said("leave.n2", leave()),
        "changes": b"\0" + synced +
        said("event.state.n1", event(4, "state", **{"from": "healthy", "to": "error",
                                                    "reasons": ["fire"]})) +
        said("event.duty.n1", event(5, "duty", **{"from": "active", "to": "drained"})) +
        said("event.restarted.n1", event(6, "restarted", session=2, previous=1)) +
        said("event.joined.n3", event(7, "joined", "n3", session=5, peer="10.0.0.3",
                                      state="idle")) +
        said("blocks.n1", blocks(3, {})) + said("command.n1", {"v": 1, "kind": "inventory"}) +
        said("event.late.n1", {"v": 1}) + said("status.n1", {"v": 1}) + said("nonsense", {}),
        "unheard": b"\0" + remembered(unheard) + remembered({}) + remembered(SUMMARY) +
        remembered(EVENTS) + said("status.n1", status(seq=9)) +
        said("event.forgotten.n1", event(4, "forgotten", by="ada")) +
        said("event.store.-", event(5, "store", "-", phase="restored")),
        "resumed": b"\0" + remembered(NODES) + remembered({}) + remembered(SUMMARY) +
        remembered(EVENTS) + said("event.left.n1", event(4, "left", back_in=5)) + later(6000) +
        remembered({}, 8, 4, 3) + remembered(other_events, 8, 4, 3) +
        remembered(NODES, 8, 4, 3) * 3,
        "gap": b"\2" + synced + said("event.left.n1", event(6, "left")) + later(1000) +
        answered({**EVENTS, "events": [event(4, "late"), event(5, "recovered")]}, 9, 6),
        "restart": b"\0" + synced + later(6000) + answered({}, 8, 1) + begun_anew * 2 +
        said("event.left.n2", event(2, "left", "n2")),
        "silence": b"\0" + synced + later(20_000) + TIMED_OUT + later(20_000) + FAILED +
        later(40_000) + answered({}) + answered(SUMMARY) + answered(NODES),
        "events_only": b"\x15" + answered({}) + answered({}) + answered(EVENTS) + later(6000) +
        answered({}),
        "ages": b"\0" + answered({"nodes": [{**record(), "silent_for": 2**63 - 1}], "next": None}) +
        later(1000),
        "garbage": b"\3" + asked(pack(reply(NODES))) + asked(b"\xc1") + synced,
    })
    write("past_events", {
        "life": past(("joined", 30, {"session": 7, "peer": "10.0.0.1", "state": "healthy"}),
                     ("state", 40, {"from": "healthy", "to": "warning", "reasons": ["slow"]}),
                     ("late", 60, {"silent_for": 3200, "verdict": "process_died"}),
                     ("recovered", 61, {"silent_for": 4200}),
                     ("restarted", 80, {"session": 8, "previous": 7, "peer": "10.0.0.1"}),
                     ("late", 90, {"silent_for": 3200, "verdict": "host_or_link"}),
                     ("evicted", 210, {"silent_for": 120200, "verdict": "host_or_link"}),
                     ("joined", 300, {"session": 8, "peer": "10.0.0.1", "state": "idle"})),
        "orders": past(("joined", 30, {"session": 7, "peer": "10.0.0.1", "state": "healthy"}),
                       ("duty", 40, {"from": "active", "to": "maintenance", "by": "ann",
                                     "reason": "disk", "until": 90_000}),
                       ("left", 50, {"reason": "bye", "back_in": 60_000}),
                       ("overdue", 110, {"late_by": 0, "reason": "bye"}),
                       ("evicted", 170, {"silent_for": 120_200, "verdict": "goodbye"}),
                       ("duty", 180, {"from": "active", "to": "draining", "by": "-",
                                      "reason": ""}),
                       ("note", 190, {"by": "ann", "text": "why?"}),
                       ("forgotten", 200, {"by": "ann"}), what=26),
        "tails": past(("recovered", 30, {"silent_for": 9000}), ("late", 20, {"silent_for": 2**63}),
                      ("late", 70, {"silent_for": 10_000}), what=0, far=0),
        "far": past(("late", 30, {"silent_for": 9000}), ("left", 20, {"back_in": 2**64 - 1}),
                    ("conflict", 1, {"addresses": ["a", "b"]}), far=255),
        "further": past(("evicted", 30, {"silent_for": 2**63}), what=255, far=254),
    })


if __name__ == "__main__":
    main()
