#!/usr/bin/env python3
"""Hurts a live cluster at random, by a seed, and holds it against a model. See scripts/chaos."""

import argparse
import os
import random
import shutil
import sys
import time

import ending
from injuries import carry_out
from plan import QUIET_START_S, cast_of, plan_of
from programs import BIN
from report import Report
from world import World

QUICK_S = 26.0


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None, help="replays the plan of that seed")
    parser.add_argument("--nodes", type=int, default=48)
    parser.add_argument("--quick", action="store_true", help="half a minute, and fewer nodes")
    parser.add_argument("--keep", action="store_true", help="keep the logs of a good run, too")
    parser.add_argument("--plan", action="store_true", help="print the plan and do nothing")
    parser.add_argument("--folder", default="build/chaos", help="where logs go, by seed")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 1_000_000)
    options.seconds = QUICK_S if options.quick else options.minutes * 60
    if options.quick:
        options.nodes = min(options.nodes, 28)
    return options


def status_line(world):
    nodes = world.model.nodes.values()
    count = {word: sum(node.presence == word for node in nodes)
             for word in ("present", "late", "left")}
    return (f"{world.broker.starts} brokers · {world.judged['events']} events · "
            f"{count['present']} present {count['late']} late {count['left']} left · "
            f"{len(world.complaints)} complaints")


def run(world, plan, report, seconds):
    """Quiet at first, then the plan, then healing and an orderly end."""
    world.start()
    began = time.monotonic()
    ending.until(world, lambda: world.model.complete, QUIET_START_S)
    ending.run_for(world, QUIET_START_S - (time.monotonic() - began))
    base = world.broker.program.what_it_costs()
    began = time.monotonic() - QUIET_START_S
    todo = list(plan)
    while todo or time.monotonic() - began < seconds:
        while todo and todo[0].at <= time.monotonic() - began:
            carry_out(world, todo.pop(0))
        world.step()
        report.progress(time.monotonic(), status_line(world))
    ending.until(world, lambda: not world.agenda, 30)
    took, cost = ending.heal(world, base)
    report.progress(time.monotonic(), f"healed after {took:.1f} s · " + status_line(world), True)
    ending.stop_in_order(world)
    return base, cost


def main():
    options = options_of(sys.argv[1:])
    cast = cast_of(options.seed, options.nodes)
    plan = plan_of(options.seed, options.seconds, cast)
    if options.plan:
        print("\n".join(injury.line() for injury in plan))
        return 0
    if not os.path.exists(os.path.join(BIN, "rollcall-broker")):
        print(f"chaos: no rollcall-broker in {BIN}: build it, or set ROLLCALL_BIN", file=sys.stderr)
        return 2
    folder = os.path.join(options.folder, str(options.seed))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "plan.txt"), "w", encoding="utf-8") as file:
        file.writelines(injury.line() + "\n" for injury in plan)
    nodes = sum(part.nodes for part in cast)
    print(f"chaos: seed {options.seed}, {options.seconds:.0f} s, {nodes} nodes in {len(cast)} "
          f"parts, {len(plan)} injuries planned; logs in {folder}", flush=True)
    report = Report(folder, options.seed)
    world = World(folder, cast, report)
    base = cost = None
    failed = True
    try:
        base, cost = run(world, plan, report, options.seconds)
        failed = False
    except (RuntimeError, TimeoutError) as error:  # the broker is gone: nothing to go on with
        print(f"✗ {error}")
    finally:
        world.close()
    ending.nothing_runs_on(world)
    ending.read_logs(world)
    if len(world.complaints) or failed:
        report.failure(world.complaints,
                       lambda node: getattr(world.truth.of_node.get(node), "name", None))
        length = "--quick" if options.quick else f"--minutes {options.minutes!r}"
        print(f"\nchaos: failed; replay with: scripts/chaos --seed {options.seed} "
              f"--nodes {options.nodes} {length}")
        return 1
    judged, counts = world.judged, world.model.counts
    print(f"chaos: passed. seed {options.seed} · {world.broker.starts} brokers · "
          f"{judged['events']} events · {judged['listings']} lists and {judged['records']} records "
          f"judged · {judged['totals']} totals · {counts['summaries judged']} summaries of the "
          f"last broker · longest own lag {judged['lag']:.2f} s")
    print(f"chaos: {sum(report.injuries.values())} injuries: {report.summary()}")
    for player in world.players.values():
        began = getattr(player.reader, "first_of", None) if hasattr(player, "reader") else None
        if began:
            print(f"chaos: {player.name} read {player.reader.read} events; of each broker from "
                  f"number {', '.join(str(number) for number in began.values())} on")
    print(f"chaos: the broker had {base[0]} descriptors, {base[1]} threads, {base[2] >> 20} MiB "
          f"at first; {cost[0]}, {cost[1]}, {cost[2] >> 20} MiB in the end")
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
