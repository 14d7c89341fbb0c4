"""All events that anybody was told, by broker session and number, and how followers read them."""

import json


class Book:
    def __init__(self, complaints):
        self.complaints = complaints
        self.events = {}    # broker → {seq: event}
        self.sessions = []  # brokers in order
        self.healed = 0

    def session(self, broker):
        if broker not in self.events:
            self.events[broker] = {}
            self.sessions.append(broker)
        return self.events[broker]

    def write(self, at, broker, event, who):
        """One number, one content: whoever tells it [P36]."""
        known = self.session(broker).setdefault(event["seq"], event)
        if known != event:
            self.complaints.add(at, f"{who}: event {event['seq']} is {event}, "
                                    f"and to another it was {known} [P36]", event.get("node"))

    def last(self, broker):
        return max(self.session(broker), default=0)


class Reader:
    """The lines of one follower that names its broker, checked as they come."""

    def __init__(self, name, book):
        self.name, self.book = name, book
        self.broker = None
        self.last = None
        self.read = self.begins = 0
        self.picture = None

    def line(self, at, text):
        try:
            line = json.loads(text)
        except ValueError:
            self.book.complaints.add(at, f"{self.name} wrote what is no JSON: {text[:80]!r}")
            return
        if "begin" in line:
            self.broker, self.last = line["begin"], line["after"]
            self.begins += 1
        elif "picture" in line:
            self.picture = line
        else:
            self.event(at, line["broker"], line["event"])

    def event(self, at, broker, event):
        self.read += 1
        if broker != self.broker or event["seq"] != self.last + 1:
            self.book.complaints.add(
                at, f"{self.name} told event {event['seq']} after {self.last}: a gap that was not "
                    "healed [P53]", event.get("node"))
        self.broker, self.last = broker, event["seq"]
        self.book.write(at, broker, event, self.name)


class MonitorReader(Reader):
    """`rollcall-monitor events --follow -o json`: its lines do not say whose events they are.

    So each line is found in the book: in the session that it was in, or in a later one. A program
    that was started anew begins wherever it likes.
    """

    def __init__(self, name, book):
        super().__init__(name, book)
        self.fresh = True
        self.waiting = []
        self.first_of = {}   # broker → the first number that was told of it

    def line(self, at, text):
        try:
            event = json.loads(text)
        except ValueError:
            self.book.complaints.add(at, f"{self.name} wrote what is no JSON: {text[:80]!r}")
            return
        self.waiting.append((at, event))

    def started_again(self):
        self.waiting.append((0.0, None))

    def settle(self, now, patience=6.0):
        """Places the lines that wait, as far as the book has them by now."""
        while self.waiting:
            at, event = self.waiting[0]
            if event is None:
                self.fresh, self.broker, self.last = True, None, None
                self.begins += 1
            elif not self._place(event):
                if now - at < patience:
                    return
                self.book.complaints.add(at, f"{self.name} told {event} after number {self.last}"
                                             f": {self._what_is_wrong(event)}", event.get("node"))
                self.last, self.fresh = event["seq"], True
            self.waiting.pop(0)

    def _what_is_wrong(self, event):
        where = [i for i, broker in enumerate(self.book.sessions)
                 if self.book.events[broker].get(event["seq"]) == event]
        if not where:
            return "nobody else was told that [P36]"
        if self.broker in self.book.sessions[where[-1] + 1:]:
            return "words of an older broker in the midst of a newer one's [P53]"
        return "a gap that was not healed [P53]"

    def _place(self, event):
        self.read += 1
        sessions = self.book.sessions
        begin = sessions.index(self.broker) if self.broker in sessions else 0
        for broker in sessions[begin:]:
            if self.book.events[broker].get(event["seq"]) != event:
                continue
            if broker == self.broker and not self.fresh and event["seq"] != self.last + 1:
                continue
            if broker != self.broker:
                self.first_of[broker] = event["seq"]
            self.broker, self.last, self.fresh = broker, event["seq"], False
            return True
        self.read -= 1
        return False
