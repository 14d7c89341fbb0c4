"""Rollcall alone, where it hurts: all silent, all back, one who floods, nobody at all."""

import json
import signal
import time

from figures import Series, Target
from systems import Rollcall, load

MANY_NODES = 1_000_000
CONNECTIONS = 10_000
PROCESSES = 4  # each connection takes two descriptors of the load program


def agents_of_their_own(system, seconds, prefix="node", connections=CONNECTIONS):
    """Load programs that are so many connections, every one an agent at the usual interval."""
    each = connections // PROCESSES
    return [load("publish", system, connections=each, interval="10s", for_=f"{seconds}s",
                 prefix=f"{prefix}-{number}") for number in range(PROCESSES)]


def wait_for_nodes(broker, wanted, patience_s=120):
    """Seconds until so many nodes are present."""
    begin = time.monotonic()
    while time.monotonic() < begin + patience_s:
        if broker.ask("summary")["result"]["nodes"]["present"] >= wanted:
            return time.monotonic() - begin
        time.sleep(0.05)
    raise RuntimeError(f"not all {wanted} nodes came within {patience_s} s")


def everybody_silent(run):
    """A million nodes stop at once: two events each, and queries meanwhile."""
    slowest, missing, memory = Series(), Series(), Series()
    for _ in run.rounds("a million fall silent", most=2):
        with Rollcall("--evict-after", "25s") as broker:
            events = 3 * MANY_NODES  # joined, late, evicted
            with load("subscribe", broker, topic="event.", for_="75s", most=events) as story:
                story.wait_until_ready()
                with load("publish", broker, nodes=MANY_NODES, interval="5s", rounds=1,
                          for_="60s") as publisher:
                    publisher.result()
                with load("ask", broker, op="summary", rate=200, for_="45s") as asker:
                    found = asker.result()
                told = story.result()
            slowest.add(found["p99_us"] / 1000)
            missing.add(events - told["received"])
            memory.add(broker.memory_mb("VmHWM"))
    yield Target("a million silent at once: queries meanwhile, p99", "≤ 10 ms", "<=", 10, slowest,
                 "{:.1f} ms")
    yield Target("… events that a subscriber missed, of 3 000 000", "0", "<=", 0, missing, "{:.0f}")
    yield Target("… resident memory at its highest", "≤ 800 MB (bounded)", "<=", 800, memory,
                 "{:.0f} MB")


def queries_under_load(run):
    """Asked while 300 000 announcements a second come in."""
    delays = {"summary": Series(), "node": Series()}
    rate = Series()
    for _ in run.rounds("queries under load"):
        with Rollcall() as broker:
            seconds = run.seconds
            with load("publish", broker, nodes=10_000, rate=300_000, burst=100,
                      for_=f"{2 * seconds + 3}s") as publisher:
                wait_for_nodes(broker, 10_000)
                for op, series in delays.items():
                    with load("ask", broker, op=op, nodes=10_000, rate=200,
                              for_=f"{seconds}s") as asker:
                        series.add(asker.result()["p99_us"] / 1000)
                rate.add(publisher.result()["per_s"])
    for op, series in delays.items():
        yield Target(f"query `{op}`, p99, under {rate.median:,.0f} announcements/s", "≤ 2 ms", "<=",
                     2, series, "{:.2f} ms")


def busiest_moment(broker):
    """The share of all joins, in percent, that came in the tenth of a second in which most did."""
    at, after = [], 0
    while after is not None:
        page = broker.ask("events", kinds=["joined"], after=after, limit=1000)["result"]
        at += [event["at"] // 100 for event in page["events"]]
        after = page["next"]
    return 100 * max(at.count(moment) for moment in set(at)) / len(at)


def budget_mb(broker):
    """The memory that the broker promised at its start to stay within, with so many nodes and
    connections, and no blocks."""
    line = broker.read_line()
    while '"event":"budget"' not in line:
        line = broker.read_line()
    return json.loads(line)["memory"] / 1e6


def many_connections(run):
    """Ten thousand agents of their own; then the broker is killed under them."""
    share, memory, back, spread = Series(), Series(), Series(), Series()
    for _ in run.rounds("ten thousand connections", most=2):
        with Rollcall("--max-nodes", str(CONNECTIONS), "--max-blocks", "0") as broker:
            budget = budget_mb(broker)
            agents = agents_of_their_own(broker, 110)
            try:
                wait_for_nodes(broker, CONNECTIONS)
                time.sleep(12)
                before, begin = broker.cpu_s(), time.monotonic()
                time.sleep(20)
                share.add(100 * (broker.cpu_s() - before) / (time.monotonic() - begin))
                memory.add(broker.memory_mb() / budget)
                broker.stop(signal.SIGKILL)
                time.sleep(3)
                with Rollcall(ports=broker.ports) as successor:
                    back.add(wait_for_nodes(successor, CONNECTIONS))
                    spread.add(busiest_moment(successor))
            finally:
                for agent in agents:
                    agent.stop()
    yield Target("10 000 connections at 10 s: of a core", "≤ 3 %", "<=", 3, share, "{:.2f} %")
    yield Target("… resident memory ÷ the budget printed at start", "≤ 1", "<=", 1, memory)
    yield Target("10 000 connections after a restart: all present", "≤ 15 s", "<=", 15, back,
                 "{:.1f} s")
    yield Target("… of them in the busiest tenth of a second", "≤ 20 %", "<=", 20, spread,
                 "{:.0f} %")


def one_floods(run):
    """One connection sends all it can; a hundred others announce once a second."""
    lost, flood = Series(), Series()
    others = 100
    for _ in run.rounds("one floods"):
        with Rollcall() as broker:
            seconds = run.seconds + 2
            with load("publish", broker, connections=others, interval="1s", prefix="other",
                      for_=f"{seconds}s") as rest:
                wait_for_nodes(broker, others)
                with load("publish", broker, nodes=10, prefix="flood",
                          for_=f"{seconds - 2}s") as flooder:
                    flood.add(flooder.result()["per_s"])
                sent = rest.result()
            time.sleep(0.5)
            records = broker.ask("nodes", prefix="other")["result"]["nodes"]
            lost.add(sent["not_taken"] + sum(it["missed"] for it in records)
                     + others - len(records))
    yield Target(f"one connection floods with {flood.median:,.0f}/s: others' announcements lost",
                 "0", "<=", 0, lost, "{:.0f}")


def nobody(run):
    """A broker that knows nobody."""
    share, wakes = Series(), Series()
    for _ in run.rounds("nobody", most=2):
        with Rollcall() as broker:
            time.sleep(2)
            cpu, turns, begin = broker.cpu_s(), broker.wake_ups(), time.monotonic()
            time.sleep(30)
            seconds = time.monotonic() - begin
            share.add(100 * (broker.cpu_s() - cpu) / seconds)
            wakes.add((broker.wake_ups() - turns) / seconds)
    yield Target("idle broker: of a core", "≤ 0.05 %", "<=", 0.05, share, "{:.4f} %")
    yield Target("… wake-ups per second of all its threads", "≤ 1", "<=", 1, wakes)
