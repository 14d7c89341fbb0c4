"""All that runs, and one loop that hurts it, hears it and holds it against the model."""

import heapq
import os
import signal
import time

import invariants
from book import Book
from broker import Broker
from clock import BrokerClock
from complaints import Complaints
from hostile import Hostile
from model import Model
from players import AgentHandle, FollowerHandle, ForeignHandle
from proxies import Proxies
from truth import Truth

ASK_EVERY_S = 1.0
LAG_S = 0.25


class World:
    def __init__(self, folder, cast, report, evict_after=6.0):
        self.folder, self.cast, self.report = folder, cast, report
        self.evict_after = evict_after
        self.complaints = Complaints()
        self.clock = BrokerClock()
        self.truth = Truth(self.clock)
        self.model = Model(self.clock, evict_after, self.complaints, self.permits)
        self.book = Book(self.complaints)
        self.refusals = invariants.Refusals(self.complaints)
        self.broker = Broker(folder, evict_after)
        self.proxies = Proxies()
        self.hostile = Hostile(self.broker.announce, self.broker.query, self.broker.ports)
        self.sent = {}       # every word of the foreign agents
        self.players = {}
        self.agenda = []     # (when, number, function)
        self.number = 0
        self.last_step = self.next_ask = 0.0
        self.growth = {}
        self.listings = []   # lists of nodes whose last event the observer has not heard yet
        self.judged = {"listings": 0, "totals": 0, "records": 0, "events": 0, "lag": 0.0}
        self.last_shared = 0.0
        self.contiguous = (None, 1)   # broker, the first event that the book lacks of it
        self.last_as_of = self.last_summary = None
        self.last_records = []

    # ---- beginning and end ----------------------------------------------------------------------

    def start(self):
        self.start_broker()
        for part in self.cast:
            kind = {"foreign": ForeignHandle, "follower": FollowerHandle,
                    "monitor": FollowerHandle}.get(part.role, AgentHandle)
            player = self.players[part.name] = kind(self, part)
            if player.nodes:
                self.truth.add(part.name, player.nodes, time.monotonic())
            player.start()
        self.last_step = time.monotonic()

    def start_broker(self):
        self.broker.start()
        now = time.monotonic()
        self.clock.restart(now)
        self.model.begin()
        self.refusals.begin()
        self.growth, self.listings = {}, []
        self.book.session(self.broker.session)
        self.hostile.connect()
        self.report.tell("broker", f"started, session {self.broker.session}")
        self.next_ask = now + 0.5

    def kill_broker(self):
        self.hostile.close()
        for message in self.broker.kill():
            self.hear(time.monotonic(), *message)
        self.report.tell("broker", "killed")

    def close(self):
        for player in self.players.values():
            player.close()
        self.hostile.close()
        if self.broker.is_up():
            self.broker.program.kill()
        self.broker.close()
        self.proxies.stop()

    def later(self, seconds, function):
        self.number += 1
        heapq.heappush(self.agenda, (time.monotonic() + seconds, self.number, function))

    # ---- one turn -------------------------------------------------------------------------------

    def step(self):
        now = time.monotonic()
        if now - self.last_step > LAG_S:
            self.clock.unclear(self.last_step, now)
            self.judged["lag"] = max(self.judged["lag"], now - self.last_step)
            self.report.tell("world", f"did not look for {now - self.last_step:.2f} s", now)
        earliest, self.last_step = self.last_step, now
        if self.broker.is_up():
            for message in self.broker.heard():
                self.hear(now, *message, earliest=earliest)
            self.broker.oracle.turn()
            self.check_life(now)
        while self.agenda and self.agenda[0][0] <= now:
            heapq.heappop(self.agenda)[2]()
        for player in self.players.values():
            player.tick(now)
        if self.broker.is_up() and now >= self.next_ask:
            self.next_ask = now + ASK_EVERY_S
            self.ask(now)
        if self.proxies.failure:
            raise self.proxies.failure
        self.broker.observer.poll(10)

    def hear(self, now, topic, body, frames, earliest=None):
        if frames != 2:
            self.complaints.add(now, f"{topic}: {frames} frames on the feed [P14]")
            return
        kind, name, content = self.model.take(now, topic, body, earliest)
        if kind == "event":
            self.book.write(now, self.broker.session, content, "the observer")
            self.judged["events"] += 1
            name = content["node"]
            self.report.tell(name, "event " + " ".join(f"{k}={v}" for k, v in content.items()
                                                       if k not in ("v", "node", "labels")), now)
        elif kind in ("status", "blocks", "leave"):
            extra = content.get("state") or content.get("to") or content.get("reason")
            self.report.tell(name, f"{kind} session={content['session']} seq={content['seq']} "
                                   f"{extra}", now)
            said = self.sent.pop((name, content["session"], content["seq"]), None)
            if said is not None and said != body:
                self.complaints.add(now, "its words were not passed on byte for byte [P35]", name)

    def check_life(self, now):
        if not self.broker.program.is_running():
            code = self.broker.program.process.returncode
            self.complaints.add(now, f"the broker ended by itself with {code}")
            raise RuntimeError(f"the broker ended by itself with {code}")

    def permits(self, kind, node, event):
        """Whether what was done explains an event."""
        now = time.monotonic()
        if kind == "evicted":
            known = self.model.nodes.get(node)
            limit = self.model.limit(known, "evicted") if known else self.evict_after
            return self.truth.may_be_evicted(node, now, limit)
        if kind == "conflict":
            return self.truth.may_be_shared(node, now, self.evict_after + 4) or \
                self.clock.paused_within(now - 10, now)
        if kind == "refused":
            return event["reason"] in invariants.NATURAL or self.refusals.allowed.get(None, 0) > 0
        return True

    # ---- questions ------------------------------------------------------------------------------

    def ask(self, now):
        oracle, bundle = self.broker.oracle, {}
        oldest = oracle.oldest()
        if oldest is not None:
            if self.clock.at_least(oldest, now) > 10:
                self.complaints.add(now, "the broker has not answered for ten seconds")
                oracle.connect()
            return

        def on(key):
            def take(when, as_of, result):
                bundle[key] = (as_of, result)
                if key == "again":
                    self.judge(when, bundle)
            return take

        story = self.book.session(self.broker.session)
        after = self.next_missing(story) - 1
        oracle.ask("events", self.on_events, after=after, limit=1000)
        oracle.ask("nodes", on("nodes"), limit=1000)
        oracle.ask("summary", on("summary"))
        oracle.ask("nodes", on("again"), limit=1000)

    def next_missing(self, story):
        broker, number = self.contiguous
        if broker != self.broker.session:
            number = 1
        while number in story:
            number += 1
        self.contiguous = (self.broker.session, number)
        return number

    def on_events(self, when, as_of, page):
        last = None
        for event in page["events"]:
            if last is not None and event["seq"] != last + 1:
                self.complaints.add(when, f"query events: {event['seq']} after {last} [P49]")
            last = event["seq"]
            self.book.write(when, as_of["broker"], event, "the query events")

    def judge(self, when, bundle):
        if set(bundle) != {"nodes", "summary", "again"}:
            return
        (as_of, nodes), (_, summary), (as_again, again) = (
            bundle[key] for key in ("nodes", "summary", "again"))
        if as_of["broker"] != self.broker.session:
            return
        self.last_summary, self.last_records, self.last_as_of = summary, again["nodes"], as_again
        records, now = nodes["nodes"], time.monotonic()
        invariants.check_heard(now, records, as_of["heard"], self.complaints)
        if not self.model.complete:
            self.model.adopt(records, as_of["event_seq"])
        else:
            self.listings.append((now, records, as_of["event_seq"]))
            invariants.check_presence(when, records, self.truth, self.model, self.complaints)
        self.growth = invariants.check_growth(now, self.growth, records, self.complaints)
        self.judged["totals"] += invariants.check_totals(now, records, summary, again["nodes"],
                                                         self.complaints)
        self.refusals.check(now, summary["refused"], self.may_replace(now))
        for item in list(self.listings):
            at, listed, event_seq = item
            if (self.model.last_event or 0) < event_seq:
                if now - at > 5 and not self.clock.paused_within(at, now):
                    self.complaints.add(now, f"the feed never told event {event_seq}")
                    self.listings.remove(item)
                continue
            self.listings.remove(item)
            invariants.check_listing(at, listed, event_seq, self.model, self.complaints)
            for record in listed:
                invariants.check_record(at, record, self.model, self.complaints)
            self.judged["listings"] += 1
            self.judged["records"] += len(listed)

    def may_replace(self, now):
        return self.last_shared > now - 20 or self.clock.paused_within(now - 15, now)

    # ---- for the injuries -----------------------------------------------------------------------

    def obstruct(self, name, key, severity, told):
        now = time.monotonic()
        self.truth.obstruct(name, key, severity, now)
        self.report.tell(name, told, now)

    def clear(self, name, key, told):
        now = time.monotonic()
        self.truth.clear(name, key, now)
        self.report.tell(name, told, now)

    def shared(self):
        self.last_shared = time.monotonic()

    def show_pictures(self):
        for player in self.players.values():
            if player.part.role == "follower":
                player.program.process.send_signal(signal.SIGUSR1)

    def data_dir(self, name):
        path = os.path.join(self.folder, name + ".data")
        os.makedirs(path, exist_ok=True)
        return path
