"""The registry's rules once more, from docs/protocol.md alone.

The model reads the feed of a subscriber that nobody hurts. There announcements and events stand in
the order in which the broker took them [P35] [P40], so each accepted announcement tells which
events must have come just before it, and each summary [P39] must equal the sums at that very place.
Whatever does not fit becomes a complaint.
"""

import collections

import msgpack

from complaints import Complaints
from blocks import Holding
from node import Node
from sums import difference, sums_of

RARELY = {"conflict": None, "refused": 60.0}  # at most one each so often; None: eviction time
EARLY_S = 0.5      # an observer's own delay, as far as nobody told of more
KEPT_STATUSES = 60
GUARD_REST_S = 10.0  # what a guard held back may still be on its way for so long
CAUSED = ("joined", "restarted", "recovered", "state", "left")  # by an announcement [P37]
SILENCES = ("late", "evicted")


class Model:
    """One run of the broker."""

    def __init__(self, clock, evict_after, complaints=None, permits=None):
        self.clock = clock
        self.evict_after = evict_after
        self.complaints = complaints if complaints is not None else Complaints()
        # (kind, node, event) → whether what was done to the world allows it
        self.permits = permits or (lambda kind, node, event: True)
        self.begin()

    def begin(self):
        """The broker starts anew and knows nobody [P36]."""
        self.nodes = {}
        self.log = collections.deque(maxlen=20_000)  # (event seq, node, presence before)
        self.pending = collections.defaultdict(list)
        self.last_event = None
        self.guards = set()  # (guard, node) in force
        self.guard_ended = {}  # guard → when one last ended
        self.told = {}       # (kind, node) → when, of the events that must be rare
        self.complete = False  # all nodes are known that the broker knows
        self.accepted = self.missed = 0
        self.base = None  # (broker's counts, ours) where we began to count along
        self.counts = collections.Counter()

    # ---- what comes -----------------------------------------------------------------------------

    def take(self, at, topic, body, earliest=None):
        """A message of the feed, which arrived between `earliest` and `at` (monotonic)."""
        kind, _, name = topic.partition(".")
        content = msgpack.unpackb(body)
        self.counts[kind] += 1
        if kind == "event":
            self.on_event(at, content)
        elif kind == "summary":
            self.on_summary(at, content)
        elif kind in ("status", "blocks", "leave"):
            self.on_announcement(at, kind, name, content, at if earliest is None else earliest)
        return kind, name, content

    def complain(self, at, what, node=None):
        self.complaints.add(at, what, node)

    def set_presence(self, name, presence):
        """`presence` None: not in the registry."""
        node = self.nodes.get(name)
        self.log.append((self.last_event or 0, name, node.presence if node else None))
        if presence is None:
            self.nodes.pop(name, None)
            return
        node.presence, node.vague = presence, False

    def holds(self, guard, at):
        """Whether such a guard is in force, or was a moment ago."""
        return any(name == guard for name, _ in self.guards) or \
            at - self.guard_ended.get(guard, float("-inf")) < GUARD_REST_S

    def is_flapping(self, name):
        return ("flapping", name) in self.guards

    # ---- events ---------------------------------------------------------------------------------

    def on_event(self, at, event):
        seq, kind, name = event["seq"], event["kind"], event["node"]
        if self.last_event is not None and seq != self.last_event + 1:
            self.complain(at, f"event numbers: {seq} after {self.last_event} [P36]", name)
        self.last_event = seq
        self.counts["event " + kind] += 1
        if kind in CAUSED:
            self.pending[name].append(event)
        elif kind in SILENCES:
            self.on_silence(at, kind, name, event)
        elif kind == "guard":
            self.on_guard(at, event)
        elif kind in RARELY:
            self.on_rare(at, kind, name, event)

    def on_rare(self, at, kind, name, event):
        if not self.permits(kind, name, event):
            self.complain(at, f"{kind} that nothing explains: {event} [P32] [P38]", name)
        since = at - self.told.get((kind, name), float("-inf"))
        if since < (RARELY[kind] or self.evict_after) - EARLY_S:
            self.complain(at, f"{kind} again after {since:.1f} s [P32] [P38]", name)
        self.told[(kind, name)] = at

    def on_guard(self, at, event):
        key = (event.get("guard"), event["node"])
        if event.get("phase") == "raised":
            self.guards.add(key)
        else:
            self.guards.discard(key)
            self.guard_ended[key[0]] = at
        if event["node"] in self.nodes:
            self.nodes[event["node"]].vague = True

    def limit(self, node, kind):
        interval = node.interval / 1000
        return 3 * interval if kind == "late" else max(self.evict_after, 4 * interval)

    def on_silence(self, at, kind, name, event):
        node = self.nodes.get(name)
        if node is None:
            if self.complete:
                self.complain(at, f"{kind} of a node that is not there", name)
            return
        limit = self.limit(node, kind)
        if kind == "late" and node.presence != "present" and not node.vague:
            self.complain(at, f"late, and it was {node.presence} [P28] [P34]", name)
        if not self.is_flapping(name) and event["silent_for"] < limit * 1000:
            self.complain(at, f"{kind} after {event['silent_for']} ms of {limit} s [P29]", name)
        ran = self.clock.at_most(node.heard, at)
        if node.exact and ran < limit - EARLY_S and not self.is_flapping(name):
            self.complain(at, f"{kind} {ran:.2f} s after its last word, of {limit} s [P29]", name)
        if not self.permits(kind, name, event):
            self.complain(at, f"{kind}, though it ran and its path was open [P29] [P30]", name)
        self.set_presence(name, None if kind == "evicted" else "late")

    # ---- announcements --------------------------------------------------------------------------

    def on_announcement(self, at, kind, name, body, heard):
        self.accepted += 1
        caused = self.pending.pop(name, [])
        kinds = [event["kind"] for event in caused]
        node = self.nodes.get(name)
        if node is None:
            node = self.join(at, kind, name, body, kinds)
        else:
            expected = self.expect(at, kind, name, node, body)
            self.compare(at, kind, name, node, expected, kinds)
        for event in caused:
            self.check_caused(at, name, node, event, body)
        self.apply(kind, name, node, body, kinds)
        node.heard = heard

    def join(self, at, kind, name, body, kinds):
        if (self.complete or "joined" in kinds) and kind != "status":
            self.complain(at, f"{kind} of a node that had not joined was accepted [P27]", name)
        if self.complete and "joined" not in kinds and not self.is_flapping(name):
            self.complain(at, "a new node without an event joined [P37]", name)
        node = self.nodes[name] = Node(body["session"])
        node.exact = node.whole = "joined" in kinds
        self.log.append((self.last_event or 0, name, None))
        node.seq = body["seq"]
        node.holding = Holding() if node.exact else Holding(known=False)
        return node

    def expect(self, at, kind, name, node, body):
        """The events that this announcement must have caused; and it must have been accepted."""
        expected = set()
        session, seq = body["session"], body["seq"]
        if session == node.session:
            if seq <= node.seq:
                self.complain(at, f"seq {seq} accepted after {node.seq} [P33]", name)
            elif node.exact:
                node.missed += seq - node.seq - 1
                self.missed += seq - node.seq - 1
            if kind == "status" and node.presence in ("late", "left"):
                expected.add("recovered")
            if kind == "blocks" and node.presence == "late":
                expected.add("recovered")
        else:
            replaced = node.replaced.get(session)
            if replaced and self.clock.at_most(replaced, at) < self.limit(node, "evicted") - 0.5:
                self.complain(at, f"a replaced session was accepted: {session} [P32]", name)
            if kind != "status":
                self.complain(at, f"a new session began with {kind} [P31]", name)
            expected.add("restarted")
        if kind == "status" and node.state not in (None, body["state"]):
            expected.add("state")
        if kind == "leave" and node.presence != "left":
            expected.add("left")
        return expected

    def compare(self, at, kind, name, node, expected, kinds):
        if not node.exact or self.is_flapping(name) or node.vague:
            return
        if expected != set(kinds) or len(kinds) != len(expected):
            self.complain(at, f"{kind} caused {sorted(kinds)}, should be {sorted(expected)} "
                              f"(it was {node.presence}) [P28] [P31] [P37]", name)

    def check_caused(self, at, name, node, event, body):
        kind = event["kind"]
        if kind in ("joined", "restarted") and event["session"] != body["session"]:
            self.complain(at, f"{kind} names session {event['session']}, "
                              f"announced was {body['session']}", name)
        if kind == "restarted" and node.exact and event["previous"] != node.session:
            self.complain(at, f"restarted names {event['previous']} as the session before, "
                              f"that was {node.session}", name)
        if kind == "state" and node.exact and (
                event["to"] != body["state"] or event["from"] != node.state):
            self.complain(at, f"state event {event['from']} to {event['to']}, "
                              f"announced {node.state} to {body['state']}", name)

    def apply(self, kind, name, node, body, kinds):
        if body["session"] != node.session:
            node.replaced[node.session] = node.heard
            node.session = body["session"]
            node.holding = Holding(known=False)
        node.seq = max(node.seq, body["seq"]) if kind != "status" else body["seq"]
        if kind == "status":
            node.status = body
            node.interval, node.state = body["interval"], body["state"]
            node.statuses[(body["session"], body["seq"])] = body
            while len(node.statuses) > KEPT_STATUSES:
                node.statuses.popitem(last=False)
            node.exact = True
            problem = node.holding.judge(body.get("inventory"))
            if problem:
                self.complain(node.heard, f"{problem} [P23] [P24]", name)
        elif kind == "blocks":
            node.holding.apply(body)
        presence = {"status": "present", "leave": "left"}.get(kind, node.presence)
        if kind == "blocks" and node.presence == "late":
            presence = "present"
        if presence != node.presence and not self.is_flapping(name):
            self.set_presence(name, presence)

    # ---- totals ---------------------------------------------------------------------------------

    def on_summary(self, at, summary):
        if not self.complete:
            return
        if all(node.exact for node in self.nodes.values()):
            vague = self.guards or any(node.vague for node in self.nodes.values())
            rows = [(node.presence, node.status) for node in self.nodes.values()]
            for what in difference(sums_of(rows), summary, split=not vague):
                self.complain(at, f"summary: {what} [P46]")
        self.on_counts(at, summary)

    def on_counts(self, at, summary):
        ours = (self.accepted, self.missed)
        theirs = (summary["accepted"], summary["missed"])
        exact = all(node.exact for node in self.nodes.values())
        if self.base is None or not exact:
            self.base = (theirs, ours) if exact else None
            return
        for i, word in enumerate(("accepted", "missed")):
            counted, told = ours[i] - self.base[1][i], theirs[i] - self.base[0][i]
            if counted != told:
                self.complain(at, f"summary: {word} rose by {told}, on the feed by {counted}")
                self.base = (theirs, ours)
        self.counts["summaries judged"] += 1

    # ---- the past -------------------------------------------------------------------------------

    def presence_at(self, event_seq):
        """{node: presence} when event `event_seq` was the last one."""
        then = {name: node.presence for name, node in self.nodes.items()}
        for seq, name, before in reversed(self.log):
            if seq <= event_seq:
                break
            then[name] = before
        return {name: presence for name, presence in then.items() if presence is not None}

    def adopt(self, records, event_seq):
        """A list of all nodes, complete up to the last event seen: the model may judge totals."""
        if event_seq != (self.last_event or 0) or not self.counts:
            return False
        for record in records:
            if record["node"] not in self.nodes:
                node = self.nodes[record["node"]] = Node(record["session"])
                node.from_record(record)
        self.complete = True
        return True
