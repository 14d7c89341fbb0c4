"""Who could be heard, by what was really done to the world."""

MUTE = "mute"    # nothing of it can reach the broker
SLOW = "slow"    # what it says may come late, but comes within the eviction time
SHARED = "shared"  # somebody else speaks under its name, or did a moment ago

RETURN_S = 7.0   # to connect again: agents knock every 0.7 to 3.5 s, then greet and announce


class Actor:
    """One process or connection that speaks for some nodes."""

    def __init__(self, name, nodes, since):
        self.name = name
        self.nodes = list(nodes)
        self.obstacles = {}  # key → (severity, since)
        self.free_since = {MUTE: since, SLOW: since, SHARED: 0.0}


class Truth:
    def __init__(self, clock):
        self.clock = clock
        self.actors = {}
        self.of_node = {}
        self.resting = set()    # nodes whose agent says that it simulates them to be down
        self.rested_until = {}  # node → when it was up again

    def add(self, name, nodes, at):
        actor = self.actors[name] = Actor(name, nodes, at)
        for node in nodes:
            self.of_node[node] = actor
        return actor

    def obstruct(self, name, key, severity, at):
        self.actors[name].obstacles[key] = (severity, at)

    def clear(self, name, key, at):
        actor = self.actors[name]
        severity, _ = actor.obstacles.pop(key, (None, None))
        if severity is not None:
            actor.free_since[severity] = at

    def rest(self, node):
        self.resting.add(node)

    def rise(self, node, at):
        if node in self.resting:
            self.resting.discard(node)
            self.rested_until[node] = at

    def has(self, actor, severities):
        return any(severity in severities for severity, _ in actor.obstacles.values())

    def free_for(self, node, at, severities=(MUTE, SHARED)):
        """For how long of the broker's running time nothing kept this node from being heard."""
        actor = self.of_node.get(node)
        if actor is None or node in self.resting or self.has(actor, severities):
            return 0.0
        since = max(actor.free_since[severity] for severity in severities)
        since = max(since, self.rested_until.get(node, 0.0))
        return self.clock.at_least(since, at)

    def may_be_late(self, node, at):
        """Whether anything explains that it is late."""
        return self.free_for(node, at, (MUTE, SLOW, SHARED)) < RETURN_S

    def may_be_evicted(self, node, at, limit):
        return self.free_for(node, at) < max(limit, RETURN_S)

    def may_be_shared(self, node, at, memory):
        """Two processes spoke as this node within the last `memory` seconds of running time."""
        actor = self.of_node.get(node)
        if actor is None or self.has(actor, (SHARED,)):
            return actor is not None
        return self.clock.at_least(actor.free_since[SHARED], at) < memory and \
            actor.free_since[SHARED] > 0

    def must_be_present(self, at):
        """The nodes that cannot be but present."""
        return {node for node in self.of_node
                if self.free_for(node, at, (MUTE, SLOW, SHARED)) > RETURN_S}

    def living(self):
        return set(self.of_node) - self.resting
