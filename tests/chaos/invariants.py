"""What must hold of the broker's answers, held against the model and against what was done.

All functions are pure: answers and times come as arguments, complaints go to a list.
"""

from sums import difference, sums_of

OWN_KEYS = {"node", "presence", "duty", "silent_for", "joined_at", "peer", "missed",
            "silence", "heard", "order", "back_by"}  # [P50] [P69] [P71]
PATIENCE_S = 3.0     # what real scheduling may add
NATURAL = {"unknown_node", "repeated", "replaced"}  # may be refused without garbage, see below


def check_record(at, record, model, complaints):
    """A record is the node's last status, key by key [P50]."""
    node = model.nodes.get(record["node"])
    if node is None:
        return
    status = node.statuses.get((record["session"], record["seq"]))
    if status is None:
        return
    for key, value in status.items():
        if key not in OWN_KEYS and record.get(key) != value:
            complaints.add(at, f"its record says {key} = {record.get(key)!r}, its status said "
                               f"{value!r} [P50]", record["node"])
    if (record["presence"] == "present") == ("silence" in record):
        complaints.add(at, f"{record['presence']}, and its silence is told or not [P50]",
                       record["node"])
    extra = set(record) - set(status) - OWN_KEYS
    extra -= {key for key in extra if key.startswith("guard") or key in ("flapping", "held")}
    if extra:
        complaints.add(at, f"its record has {sorted(extra)}, which no status said", record["node"])
    if record["presence"] == "late" and record["silent_for"] < 3 * record["interval"] and \
            not model.is_flapping(record["node"]) and not node.vague:
        complaints.add(at, f"late after {record['silent_for']} ms [P28]", record["node"])


def check_growth(at, before, records, complaints):
    """Within a session, seq and missed never go back. Returns what to compare with next time."""
    after = {}
    for record in records:
        now = (record["session"], record["seq"], record["missed"], record["joined_at"])
        old = before.get(record["node"])
        if old and old[0] == now[0] and old[3] == now[3] and (now[1] < old[1] or now[2] < old[2]):
            complaints.add(at, f"went back: (session, seq, missed) {old[:3]} to {now[:3]}",
                           record["node"])
        after[record["node"]] = now
    return after


def check_listing(at, records, event_seq, model, complaints):
    """Exactly the nodes that the events make, as the events say [P28] [P29] [P34]."""
    expected = model.presence_at(event_seq)
    listed = {record["node"]: record["presence"] for record in records}
    for name in sorted(set(expected) | set(listed)):
        told, ours = listed.get(name), expected.get(name)
        node = model.nodes.get(name)
        if told == ours or model.is_flapping(name) or (node is not None and node.vague):
            continue
        complaints.add(at, f"listed as {told}, by the events up to {event_seq} it is {ours}", name)


def check_heard(at, records, heard, complaints):
    """`heard` beside a list is the share of it that is present [P42]."""
    present = sum(record["presence"] == "present" for record in records)
    if records and abs(heard - present / len(records)) > 0.001:
        complaints.add(at, f"heard {heard}, present are {present} of {len(records)} [P42]")


def check_totals(at, before, summary, after, complaints):
    """A summary between two equal lists of nodes equals their sums [P46]. Whether it was judged."""
    def still(records):
        return [(r["node"], r["session"], r["seq"], r["presence"]) for r in records]
    if still(before) != still(after):
        return False
    rows = [(record["presence"], record) for record in before]
    for what in difference(sums_of(rows), summary):
        complaints.add(at, f"query summary: {what} [P46]")
    return True


def check_presence(at, records, truth, model, complaints):
    """Who cannot but be heard is there; who has been silent for too long is not."""
    listed = {record["node"]: record for record in records}
    for name in sorted(truth.must_be_present(at)):
        record = listed.get(name)
        if record is None:
            complaints.add(at, "is not listed, though it runs and its path is open [P29]", name)
        elif record["presence"] != "present" and not model.is_flapping(name):
            node = model.nodes.get(name)
            limit = 3 * record["interval"] / 1000 + PATIENCE_S
            # One that beats each 200 ms may be late for a moment on a machine that is busy.
            if node is None or model.clock.at_least(node.heard, at) > limit:
                complaints.add(at, f"is {record['presence']}, though it runs and its path is open",
                               name)
    if model.holds("mass_loss", at):
        return
    for name in listed:
        node = model.nodes.get(name)
        if node is None or not node.exact or model.is_flapping(name):
            continue
        silent = model.clock.at_least(node.heard, at)
        if silent > model.limit(node, "evicted") + 1.0 + PATIENCE_S:
            complaints.add(at, f"is still listed after {silent:.1f} s of silence [P29]", name)


class Refusals:
    """Counts of refused announcements rise only where something was thrown [P25]."""

    def __init__(self, complaints):
        self.complaints = complaints
        self.allowed = {}   # reason → how many at most; None as a reason: any
        self.counts = {}

    def begin(self):
        self.counts = {}
        self.allowed = {}

    def thrown(self, count, reason=None):
        self.allowed[reason] = self.allowed.get(reason, 0) + count

    def check(self, at, refused, may_replace):
        rose = sum(refused.get(word, 0) for word in refused if word not in NATURAL)
        if rose > self.allowed.get(None, 0):
            self.complaints.add(at, f"refused {refused}, thrown were {self.allowed} [P15]")
            self.allowed[None] = rose
        for word, count in refused.items():
            if count < self.counts.get(word, 0):
                self.complaints.add(at, f"refused {word} fell from {self.counts[word]} to {count}")
        for word in ("replaced", "repeated"):
            if refused.get(word, 0) > self.counts.get(word, 0) and not may_replace \
                    and refused[word] > self.allowed.get(word, 0):
                self.complaints.add(at, f"refused {word} rose to {refused[word]}, and nobody "
                                        "shared an id or said anything twice [P32] [P33]")
        self.counts = dict(refused)


def check_costs(at, base, now, complaints, connections=0):
    """Descriptors, threads and memory of the broker are where they were [base and now: tuples]."""
    fds, threads, resident = base
    if now[0] > fds + connections + 6:
        complaints.add(at, f"the broker has {now[0]} descriptors, at first it had {fds}")
    if now[1] != threads:
        complaints.add(at, f"the broker has {now[1]} threads, at first it had {threads}")
    if now[2] > resident * 1.5 + (40 << 20):
        complaints.add(at, f"the broker takes {now[2] >> 20} MiB, at first {resident >> 20}")


def check_end(at, records, summary, living, model, complaints):
    """Everything healed: the nodes that live, and no others, each as it said last."""
    found = []
    listed = {record["node"]: record for record in records}
    for name in sorted(living | set(listed)):
        record, node = listed.get(name), model.nodes.get(name)
        if record is None or node is None:
            found.append(("is missing", name))
        elif name not in living:
            found.append(("is listed, and it does not live", name))
        elif record["presence"] != "present" and not model.is_flapping(name):
            found.append((f"is {record['presence']}", name))
        elif record["session"] != node.session:
            found.append((f"is listed with session {record['session']}, not {node.session}", name))
        elif node.exact and node.presence != record["presence"] and not model.is_flapping(name):
            found.append((f"is listed as {record['presence']}, the model: {node.presence}", name))
        elif node.whole and record["missed"] != node.missed:
            found.append((f"missed {record['missed']}, on the feed {node.missed} [P33]", name))
    blocks = summary["blocks"]
    if blocks["in_sync"] != blocks["nodes"] or (blocks["held"], blocks["held_bytes"]) != (
            blocks["count"], blocks["bytes"]):
        found.append((f"blocks are not in step: {blocks} [P24]", None))
    for what, name in found:
        complaints.add(at, "in the end: " + what, name)
    return found
