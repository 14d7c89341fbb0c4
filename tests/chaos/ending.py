"""The end of a run: all is healed, everything agrees, and everybody stops in order."""

import glob
import json
import os
import time

import invariants
from book import MonitorReader
from complaints import Complaints
from programs import SLACK_S, STOP_S, bad_words_in

HEAL_S = 40.0


def run_for(world, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        world.step()


def until(world, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        world.step()
        if condition():
            return True
    return False


def heal(world, base):
    """Waits until model and registry agree, node for node; says how long that took."""
    began = time.monotonic()
    seen = [world.last_as_of]

    def agrees():
        if world.last_as_of is seen[0]:
            return False
        seen[0] = world.last_as_of
        found = invariants.check_end(time.monotonic(), world.last_records, world.last_summary,
                                     world.truth.living(), world.model, Complaints())
        world.report.tell("world", f"healing: {found or 'all agrees'}")
        return not found and world.model.complete

    if not until(world, agrees, HEAL_S):
        invariants.check_end(time.monotonic(), world.last_records, world.last_summary,
                             world.truth.living(), world.model, world.complaints)
        if not world.model.complete:
            world.complaints.add(time.monotonic(), "in the end: the observer never had it all")
    took = time.monotonic() - began
    check_followers(world)
    cost = []

    def is_calm():
        now = Complaints()
        cost[:] = [world.broker.program.what_it_costs()]
        invariants.check_costs(0, base, cost[0], now)
        return not now
    until(world, is_calm, 15)
    invariants.check_costs(time.monotonic(), base, cost[0], world.complaints)
    return took, cost[0]


def check_followers(world):
    """Each has read up to the end, and its picture is the registry's."""
    followers = [p for p in world.players.values() if p.part.role in ("follower", "monitor")]

    def has_read():
        last = world.book.last(world.broker.session)
        return all(p.reader.last == last and p.reader.broker == world.broker.session
                   for p in followers)
    if not until(world, has_read, 20):
        last = world.book.last(world.broker.session)
        for player in followers:
            if (player.reader.broker, player.reader.last) != (world.broker.session, last):
                world.complaints.add(
                    time.monotonic(), f"{player.name} stands at event {player.reader.last} of "
                    f"{player.reader.broker}, the broker at {last} of {world.broker.session} "
                    "[P53]", player.name)
    world.show_pictures()
    pictured = [p for p in followers if not isinstance(p.reader, MonitorReader)]
    until(world, lambda: all(p.reader.picture for p in pictured), 5)
    for player in pictured:
        check_picture(world, player)


def check_picture(world, player):
    picture = player.reader.picture
    if picture is None:
        world.complaints.add(time.monotonic(), f"{player.name} showed no picture", player.name)
        return
    expected = world.model.presence_at(picture["last"])
    for name in sorted(set(expected) | set(picture["picture"])):
        record, node = picture["picture"].get(name), world.model.nodes.get(name)
        if record is None or name not in expected or (
                record["presence"] != expected[name] and not node.vague) or (
                record["session"] != node.session):
            world.complaints.add(
                time.monotonic(), f"{player.name} sees {record and record['presence']}, it is "
                f"{expected.get(name)} [P53]", name)


def stop_in_order(world):
    """Agents say leave, all are left in the list, and every program ends with 0 in time."""
    programs = []
    for player in world.players.values():
        if player.nodes:
            world.truth.obstruct(player.name, "down", "mute", time.monotonic())
            if player.program is not None:
                player.program.ask_to_stop()
                programs.append(player.program)
            else:
                player.agent.leave(None)
                player.agent.silent = True
    left = until(world, lambda: world.model.nodes and all(
        node.presence == "left" or node.vague for node in world.model.nodes.values()),
                 STOP_S + SLACK_S)
    if not left:
        for name, node in world.model.nodes.items():
            if node.presence != "left" and not node.vague:
                world.complaints.add(time.monotonic(), f"stopped in order, and is {node.presence}",
                                     name)
    run_for(world, 1.5)
    for player in world.players.values():
        if player.part.role in ("follower", "monitor"):
            player.program.ask_to_stop()
            programs.append(player.program)
    world.broker.program.ask_to_stop()
    programs.append(world.broker.program)
    world.broker.program = None
    for program in programs:
        code = program.wait()
        if code != 0:
            world.complaints.add(time.monotonic(), f"{program.label}: SIGTERM ended with {code}")


def nothing_runs_on(world):
    """No child of ours is left."""
    me = os.getpid()
    with open(f"/proc/{me}/task/{me}/children", encoding="ascii") as file:
        for child in file.read().split():
            with open(f"/proc/{child}/cmdline", encoding="utf-8", errors="replace") as line:
                world.complaints.add(time.monotonic(), f"still running: {child} "
                                     f"{line.read().replace(chr(0), ' ')[:100]}")


def read_logs(world):
    """No program may have written of a crash, nor told of an error of its own."""
    for path in sorted(glob.glob(os.path.join(world.folder, "*.err")) +
                       glob.glob(os.path.join(world.folder, "*.out"))):
        for line in bad_words_in(path):
            world.complaints.add(time.monotonic(), f"{os.path.basename(path)}: {line[:300]}")
        if not path.endswith(".out") or os.path.basename(path).startswith("monitor"):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    level = json.loads(line).get("level")
                except ValueError:
                    continue
                if level in ("error", "critical"):
                    world.complaints.add(time.monotonic(),
                                         f"{os.path.basename(path)}: {line.strip()[:300]}")
