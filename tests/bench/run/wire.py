"""Rollcall beside its peers: the same bodies, the same job, round by round in turn."""

import time

from figures import Series, Target
from systems import BareProxy, Keys, Mosquitto, Nats, Redis, Rollcall, load

NODES = 10_000
MANY_NODES = 1_000_000
PATIENT = ("--feed-queue", "1000000")  # deliveries that wait for 100 subscribers who share a core


def through(system, seconds, nodes=NODES):
    """Announcements per second from one publisher through to one subscriber (Redis: stored)."""
    if isinstance(system, Redis):
        with load("publish", system, nodes=nodes, for_=f"{seconds}s") as publisher:
            return publisher.result()["per_s"]
    # Joins come first and are another job; they are passed over, by all alike.
    with load("subscribe", system, for_=f"{seconds + 2}s", skip=nodes) as subscriber:
        subscriber.wait_until_ready()
        with load("publish", system, nodes=nodes, for_=f"{seconds}s") as publisher:
            publisher.result()
        return subscriber.result()["per_s"]


def throughput(run):
    """One publisher, one subscriber, as fast as it goes."""
    kinds = [BareProxy, Rollcall, Nats, Redis, Mosquitto]
    rates = {kind: Series() for kind in kinds}
    for _ in run.rounds("throughput"):
        for kind in kinds:
            with kind() as system:
                rates[kind].add(through(system, run.seconds))
    ours = rates[Rollcall]
    run.table("throughput", ["system", "announcements/s", "least … most", "Rollcall ÷ it",
                             "what it does not do"],
              [[kind.title, f"{rates[kind].median:,.0f}",
                f"{rates[kind].least:,.0f} … {rates[kind].most:,.0f}",
                f"{ours.over(rates[kind]).median:.2f}", kind.lacks] for kind in kinds])
    run.chart([(kind.title, rates[kind]) for kind in kinds])
    for kind, limit in ((BareProxy, 1.0), (Nats, 2), (Redis, 2), (Mosquitto, 10)):
        yield Target(f"through to one subscriber ÷ {kind.title}", f"≥ {limit}", ">=", limit,
                     ours.over(rates[kind]))


def encrypted(run):
    """One node of one key, one subscriber, as fast as it goes, with CURVE all the way."""
    keys = Keys("node-0000000")
    makers = {BareProxy: lambda: BareProxy(keys=keys.broker),
              Rollcall: lambda: Rollcall("--keys", keys.broker)}
    rates = {kind: Series() for kind in makers}
    for _ in run.rounds("encrypted"):
        for kind, make in makers.items():
            with make() as system:
                with load("subscribe", system, for_=f"{run.seconds + 2}s", skip=1000,
                          keys=keys.watcher) as subscriber:
                    subscriber.wait_until_ready()
                    with load("publish", system, nodes=1, for_=f"{run.seconds}s",
                              keys=keys.node) as publisher:
                        publisher.result()
                    rates[kind].add(subscriber.result()["per_s"])
    run.table("encrypted", ["system", "announcements/s", "least … most"],
              [[kind.title + ", CURVE", f"{rates[kind].median:,.0f}",
                f"{rates[kind].least:,.0f} … {rates[kind].most:,.0f}"] for kind in makers])
    yield Target("with CURVE, through to one subscriber ÷ bare zmq_proxy with CURVE", "≥ 0.95",
                 ">=", 0.95, rates[Rollcall].over(rates[BareProxy]))


def parts_in_process(run):
    """Decode, validate, apply: one step of the broker, nothing but memory around it."""
    few, many, allocations, rows = Series(), Series(), Series(), {}
    for _ in run.rounds("parts in process", most=2):
        found = run.parts()
        for name, part in found.items():
            rows.setdefault(name, (Series(), Series()))
            rows[name][0].add(part["ns"])
            rows[name][1].add(part["allocations"])
        few.add(found["step/10000/manual_time"]["ns"])
        many.add(found["step/1000000/manual_time"]["ns"])
        allocations.add(found["step/10000/manual_time"]["allocations"])
    run.table("parts", ["part", "ns", "least … most", "allocations"],
              [[name.removesuffix("/manual_time"), f"{ns.median:,.0f}",
                f"{ns.least:,.0f} … {ns.most:,.0f}", f"{memory.median:.3g}"]
               for name, (ns, memory) in rows.items()])
    yield Target("decode + validate + apply, 10 000 nodes", "≤ 150 ns", "<=", 150, few,
                 "{:.0f} ns")
    yield Target("the same, 1 000 000 nodes in random order", "≤ 500 ns", "<=", 500, many,
                 "{:.0f} ns")
    yield Target("allocations per announcement", "0", "<=", 0, allocations, "{:.3g}")


def a_million_nodes(run):
    """The throughput and the memory of a broker that knows a million nodes."""
    few, many, memory = Series(), Series(), Series()
    for _ in run.rounds("a million nodes"):
        with Rollcall() as broker:
            few.add(through(broker, run.seconds))
        with Rollcall() as broker:
            many.add(through(broker, run.seconds + 4, MANY_NODES))
            known = broker.ask("summary")["result"]["nodes"]["total"]
            if known != MANY_NODES:
                raise RuntimeError(f"{known} nodes are known instead of a million")
            memory.add(broker.memory_mb())
    yield Target("throughput at 1 000 000 nodes ÷ at 10 000", "≥ 0.7", ">=", 0.7, many.over(few))
    yield Target("resident memory, 1 000 000 nodes with labels, events", "≤ 400 MB", "<=", 400,
                 memory, "{:.0f} MB")


def delays_of(system, seconds):
    with load("subscribe", system, for_=f"{seconds + 1}s", stamped=True) as subscriber:
        subscriber.wait_until_ready()
        with load("publish", system, nodes=NODES, rate=10_000, for_=f"{seconds}s",
                  stamped=True) as publisher:
            publisher.result()
        return subscriber.result()


def latency(run):
    """From an agent to a subscriber, 10 000 announcements a second."""
    kinds = [BareProxy, Rollcall, Nats]
    middle, tail = ({kind: Series() for kind in kinds} for _ in range(2))
    for _ in run.rounds("latency"):
        for kind in kinds:
            with kind() as system:
                found = delays_of(system, run.seconds)
            middle[kind].add(found["p50_us"])
            tail[kind].add(found["p99_us"])
    run.table("latency", ["system", "p50", "p99", "least … most of p99"],
              [[kind.title, f"{middle[kind].median:.0f} µs", f"{tail[kind].median:.0f} µs",
                f"{tail[kind].least:.0f} … {tail[kind].most:.0f} µs"] for kind in kinds])
    yield Target("latency p50 at 10 000/s ÷ NATS", "≤ 1.0", "<=", 1.0,
                 middle[Rollcall].over(middle[Nats]))
    yield Target("latency p99 at 10 000/s ÷ NATS", "≤ 1.0", "<=", 1.0,
                 tail[Rollcall].over(tail[Nats]))


def deliveries_of(system, nodes=20_000, subscribers=100):
    """Deliveries per second of a burst to all subscribers; each must arrive."""
    with load("subscribe", system, for_="30s", connections=subscribers,
              skip=nodes * subscribers, most=3 * nodes * subscribers) as all_of_them:
        all_of_them.wait_until_ready()
        time.sleep(1)  # their subscriptions are under way, each on a connection of its own
        with load("publish", system, nodes=nodes, rounds=3, for_="20s") as publisher:
            publisher.result()
        found = all_of_them.result()
    if found["received"] != 3 * nodes * subscribers:
        raise RuntimeError(f"{system.title}: {found['received']} deliveries arrived instead of "
                           f"{3 * nodes * subscribers}")
    return found["per_s"]


def fan_out(run):
    """One burst to a hundred subscribers."""
    makers = {BareProxy: lambda: BareProxy(1_000_000), Rollcall: lambda: Rollcall(*PATIENT),
              Nats: Nats}
    rates = {kind: Series() for kind in makers}
    for _ in run.rounds("fan-out"):
        for kind, make in makers.items():
            with make() as system:
                rates[kind].add(deliveries_of(system))
    run.table("fan-out", ["system", "deliveries/s", "least … most", "Rollcall ÷ it"],
              [[kind.title, f"{rates[kind].median:,.0f}",
                f"{rates[kind].least:,.0f} … {rates[kind].most:,.0f}",
                f"{rates[Rollcall].over(rates[kind]).median:.2f}"] for kind in makers])
    yield Target("100 subscribers: deliveries/s ÷ NATS", "≥ 1.5", ">=", 1.5,
                 rates[Rollcall].over(rates[Nats]))
