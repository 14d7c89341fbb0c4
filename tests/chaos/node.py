"""What the model knows of one node."""

import collections

from blocks import Holding


class Node:
    def __init__(self, session):
        self.session = session
        self.seq = 0
        self.missed = 0
        self.interval = 10_000
        self.state = None
        self.presence = "present"
        self.heard = 0.0      # monotonic, by the observer
        self.status = None    # its last one, as a map
        self.statuses = collections.OrderedDict()  # (session, seq) → status
        self.replaced = {}    # session → when it was last heard
        self.holding = Holding(known=False)
        self.exact = False    # its present session was followed word by word
        self.whole = False    # and so was all of it since it joined
        self.vague = False    # a guard holds it, or did: its presence is the broker's affair

    def from_record(self, record):
        self.seq = record["seq"]
        self.interval = record["interval"]
        self.state = record["state"]
        self.presence = record["presence"]
        self.status = record
