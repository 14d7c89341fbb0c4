"""Who takes part and what is done to them when: all from the seed, nothing from the world."""

import random
from dataclasses import dataclass, field

QUIET_START_S = 5.0
MOST_RETURNS = 4      # comings and goings of one actor in ten minutes, but for the flappers
RETURNS_WITHIN_S = 600.0
SETTLE_S = 9.0        # between two injuries of one actor that make its nodes come and go


@dataclass
class Part:
    """One process (or foreign connection) and the nodes it speaks for."""
    name: str
    role: str             # solo, disk, fleet, flapper, foreign, follower, monitor
    nodes: int = 1
    interval_ms: int = 500
    seed: int = 1


@dataclass(order=True)
class Injury:
    at: float
    number: int
    kind: str = field(compare=False)
    target: str = field(compare=False)
    seconds: float = field(compare=False, default=0.0)
    detail: dict = field(compare=False, default_factory=dict)

    def line(self):
        extra = " ".join(f"{k}={v}" for k, v in sorted(self.detail.items()))
        return f"{self.at:7.2f} #{self.number} {self.kind} {self.target} {self.seconds:.2f} {extra}"


# kind: (weight, shortest, longest in seconds, comes and goes)
ON_AGENTS = {
    "kill": (6, 0.3, 14.0, True),
    "freeze": (5, 1.0, 14.0, True),
    "hiccup": (10, 0.05, 0.4, False),
    "goodbye": (5, 0.3, 12.0, True),
    "twin": (3, 1.5, 6.0, True),
    "partition": (6, 1.0, 14.0, True),
    "one_way": (5, 1.0, 8.0, True),
    "delay": (8, 2.0, 8.0, False),
    "narrow": (4, 2.0, 6.0, False),
    "reset": (5, 0.0, 0.0, True),
    "cut": (5, 0.0, 0.0, True),
    "deaf": (4, 1.0, 8.0, False),
}
ON_FLAPPERS = {
    "kill": (6, 0.3, 3.0, True),
    "goodbye": (3, 0.3, 3.0, True),
    "freeze": (3, 1.0, 4.0, True),
    "partition": (2, 1.0, 4.0, True),
    "reset": (2, 0.0, 0.0, True),
}
ON_FOREIGN = {
    "new_session": (4, 0.0, 0.0, True),
    "silence": (5, 1.0, 12.0, True),
    "goodbye": (4, 0.5, 10.0, True),
    "impostor": (3, 1.0, 4.0, True),
    "lose_words": (10, 0.0, 0.0, False),
    "lose_change": (8, 0.0, 0.0, False),
    "replay": (8, 0.0, 0.0, False),
    "partition": (5, 1.0, 12.0, True),
    "reset": (4, 0.0, 0.0, True),
    "cut": (4, 0.0, 0.0, True),
    "delay": (6, 2.0, 8.0, False),
}
ON_FOLLOWERS = {
    "freeze": (5, 0.5, 12.0, False),
    "kill": (4, 0.2, 3.0, False),
    "reset": (6, 0.0, 0.0, False),
    "cut": (4, 0.0, 0.0, False),
    "partition": (5, 1.0, 12.0, False),
    "narrow": (5, 2.0, 8.0, False),
    "slow_reading": (4, 2.0, 8.0, False),
}
ON_BROKER = {
    "freeze": (4, 0.2, 12.0, False),
    "hiccup": (6, 0.05, 0.6, False),
    "kill": (5, 0.1, 3.0, False),
    "starve": (4, 1.0, 4.0, False),
    "hog": (3, 1.0, 3.0, False),
}
ON_SIDE = {"garbage": (6, 0.0, 0.0, False), "strangers": (3, 0.0, 0.0, False),
           "huge": (1, 0.0, 0.0, False), "noise": (3, 0.0, 0.0, False),
           "bad_queries": (3, 0.0, 0.0, False), "churn": (6, 0.0, 0.0, False)}
MENUS = {"solo": ON_AGENTS, "disk": ON_AGENTS, "fleet": ON_AGENTS, "flapper": ON_FLAPPERS,
         "foreign": ON_FOREIGN, "follower": ON_FOLLOWERS, "monitor": ON_FOLLOWERS,
         "broker": ON_BROKER, "side": ON_SIDE}
SHARES = {"agents": 10, "foreign": 6, "flapper": 4, "followers": 5, "broker": 3, "side": 6}
SHORT_S = 60.0  # a run so short leaves nothing about the broker to chance
BROKER_REST_S = 14.0  # between two injuries of the broker that last: so that someone is evicted


def cast_of(seed, nodes=48):
    """The parts: about `nodes` nodes, at least one of each role."""
    rng = random.Random(f"cast {seed}")
    solos = max(3, min(14, nodes // 4))
    parts = [Part(f"solo-{i + 1:02}", "solo", 1, rng.choice([200, 300, 500, 700, 1000]))
             for i in range(solos)]
    parts += [Part(f"disk-{i + 1}", "disk", 1, 500) for i in range(2)]
    parts += [Part(f"flap-{i + 1}", "flapper", 1, 300) for i in range(2)]
    aliens = max(2, nodes // 16)
    parts += [Part(f"alien-{i + 1}", "foreign", rng.randint(1, 4), rng.choice([300, 500, 1000]))
              for i in range(aliens)]
    rest = max(2, nodes - sum(part.nodes for part in parts))
    parts += [Part("fleet-a", "fleet", rest - rest // 3, 700),
              Part("fleet-b", "fleet", rest // 3 or 1, 500)]
    parts += [Part(f"follower-{i + 1}", "follower", 0) for i in range(3)]
    parts += [Part(f"monitor-{i + 1}", "monitor", 0) for i in range(2)]
    for part in parts:
        part.seed = rng.randrange(1, 1 << 31)
    return parts


def plan_of(seed, seconds, cast):
    """Injuries from QUIET_START_S until all of them are over at `seconds`."""
    rng = random.Random(f"plan {seed}")
    if seconds > SHORT_S:
        return sorted(injuries(rng, seconds, cast, 0.5))
    plan = [i for i in injuries(rng, seconds, cast, 0.3)
            if i.target != "broker" or i.kind == "hiccup" and not 0.3 < i.at / seconds < 0.9]
    frozen = seconds * rng.uniform(0.3, 0.4)
    plan += [Injury(frozen, 0, "freeze", "broker", seconds * 0.3, {"dice": rng.randrange(1 << 30)}),
             Injury(seconds * rng.uniform(0.75, 0.85), 0, "kill", "broker", 0.5,
                    {"dice": rng.randrange(1 << 30)})]
    return sorted(plan)


def injuries(rng, seconds, cast, pace):
    groups = {"agents": [p for p in cast if p.role in ("solo", "disk", "fleet")],
              "foreign": [p for p in cast if p.role == "foreign"],
              "flapper": [p for p in cast if p.role == "flapper"],
              "followers": [p for p in cast if p.role in ("follower", "monitor")],
              "broker": [Part("broker", "broker")], "side": [Part("side", "side")]}
    free_at, returns, plan, at = {}, {}, [], QUIET_START_S
    while True:
        at += rng.expovariate(1 / pace)
        if at >= seconds - 1.0:
            return plan
        group = rng.choices(list(SHARES), list(SHARES.values()))[0]
        part = rng.choice(groups[group])
        menu = MENUS[part.role]
        kind = rng.choices(list(menu), [entry[0] for entry in menu.values()])[0]
        _, shortest, longest, comes_and_goes = menu[kind]
        lasts = shortest + (longest - shortest) * rng.random() ** 2
        detail = {"dice": rng.randrange(1 << 30)}
        if free_at.get(part.name, 0) > at or at + lasts > seconds:
            continue
        if comes_and_goes and part.role != "flapper":
            recent = [t for t in returns.get(part.name, []) if t > at - RETURNS_WITHIN_S]
            if len(recent) >= MOST_RETURNS:
                continue
            returns[part.name] = recent + [at]
        rest = 0.3
        if part.role == "broker" and kind not in ("hiccup",):
            rest = BROKER_REST_S
        elif comes_and_goes:
            rest = 1.0 if part.role == "flapper" else SETTLE_S
        free_at[part.name] = at + lasts + rest
        plan.append(Injury(at, len(plan) + 1, kind, part.name, lasts, detail))
