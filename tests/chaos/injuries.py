"""What is done to whom: carries out the injuries of a plan, and heals each in its time."""

import os
import random
import subprocess
import sys
import time

from programs import SLACK_S, STOP_S, die_with_parent
from proxies import DOWN, UP
from truth import MUTE, SHARED, SLOW

BURN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"


def carry_out(world, injury):
    """One injury; what is to end with it is put on the world's agenda."""
    if injury.target == "broker":
        hurt, target = BROKER[injury.kind], world.broker
    elif injury.target == "side":
        hurt, target = SIDE[injury.kind], None
    else:
        target = world.players[injury.target]
        table = {"foreign": FOREIGN, "follower": FOLLOWERS, "monitor": FOLLOWERS}
        hurt = table.get(target.part.role, AGENTS).get(injury.kind) or PATHS[injury.kind]
    rng = random.Random(injury.detail["dice"])
    if hurt(world, target, injury, rng) is False:
        return  # it cannot be done just now: the broker is away
    group = injury.target if target in (None, world.broker) else target.part.role
    world.report.count(f"{group}.{injury.kind}")


# ---- agents -------------------------------------------------------------------------------------

def drop_connections(player):
    """Nothing that a dead process said may come later than what the next one says."""
    def reset(proxy):
        proxy.reset = True
    player.policy(reset)


def kill(world, agent, injury, _):
    world.obstruct(agent.name, "down", MUTE, f"killed for {injury.seconds:.1f} s")
    agent.program.kill()
    drop_connections(agent)

    def back():
        agent.start()
        world.clear(agent.name, "down", "started again")
    world.later(injury.seconds, back)


def freeze(world, agent, injury, _):
    world.obstruct(agent.name, "stopped", MUTE, f"SIGSTOP for {injury.seconds:.1f} s")
    agent.program.freeze()

    def on():
        agent.program.thaw()
        world.clear(agent.name, "stopped", "SIGCONT")
    world.later(injury.seconds, on)


def hiccup(world, agent, injury, _):
    world.obstruct(agent.name, "stopped", SLOW, f"SIGSTOP for {injury.seconds:.2f} s")
    agent.program.freeze()

    def on():
        agent.program.thaw()
        world.clear(agent.name, "stopped", "SIGCONT")
    world.later(injury.seconds, on)


def goodbye(world, agent, injury, _):
    world.obstruct(agent.name, "down", MUTE, f"SIGTERM, back in {injury.seconds:.1f} s")
    began = time.monotonic()
    program = agent.program
    program.ask_to_stop()

    def back():
        now = time.monotonic()
        if program.is_running() and now - began < STOP_S + SLACK_S:
            world.later(0.1, back)
            return
        code = program.wait(0.1)
        if code != 0:
            world.complaints.add(now, f"{program.label}: SIGTERM ended with {code}",
                                 agent.nodes[0])
        agent.start()
        world.clear(agent.name, "down", "started again")
    world.later(injury.seconds, back)


def twin(world, agent, injury, rng):
    """A second process under the same id; one of the two is killed in the end."""
    world.obstruct(agent.name, "twin", SHARED, f"a twin for {injury.seconds:.1f} s")
    world.shared()
    agent.twin = agent.spawn()

    def end():
        if rng.random() < 0.5:
            agent.program, agent.twin = agent.twin, agent.program
        agent.twin.kill()
        agent.twin = None
        world.shared()
        world.report.tell(agent.name, "one of the twins killed")
        # Until the replaced session is forgotten, what is left of the two may be refused [P32].
        world.later(world.evict_after + 2,
                    lambda: world.clear(agent.name, "twin", "alone again"))
    world.later(injury.seconds, end)


# ---- paths --------------------------------------------------------------------------------------

def path(severity, told, change, only=None):
    """An injury of the proxies that is healed after its time."""
    def hurt(world, player, injury, rng):
        applied = change(rng, player)
        text = f"{told} for {injury.seconds:.1f} s"
        if player.nodes:
            world.obstruct(player.name, "path", severity, text)
        else:
            world.report.tell(player.name, text)
        player.policy(applied, only)

        def heal():
            player.heal()
            if player.nodes:
                world.clear(player.name, "path", "path healed")
        world.later(injury.seconds, heal)
    return hurt


def stall(*ways):
    def change(rng, _):
        chosen = set(ways) or {rng.choice([UP, DOWN])}
        return lambda proxy: setattr(proxy, "stalled", chosen)
    return change


def delay(rng, _):
    seconds = rng.uniform(0.02, 0.4)
    return lambda proxy: setattr(proxy, "delay", seconds)


def narrow(rng, _):
    rate = rng.uniform(3_000, 40_000)
    return lambda proxy: setattr(proxy, "rate", rate)


def once(attribute):
    """A reset, or a cut in the middle of the next frame: over as soon as it is done."""
    def hurt(world, player, injury, _):
        if player.nodes:
            world.obstruct(player.name, attribute, MUTE, attribute)
            world.later(1.5, lambda: world.clear(player.name, attribute, f"{attribute} is over"))
        else:
            world.report.tell(player.name, attribute)
        player.policy(lambda proxy: setattr(proxy, attribute, True))
        world.later(1.5, player.heal)
    return hurt


# ---- foreign agents -----------------------------------------------------------------------------

def new_session(world, player, injury, _):
    world.report.tell(player.name, "new sessions")
    for node in player.agent.nodes:
        node.begin()
        node.last = None


def silence(world, player, injury, _):
    world.obstruct(player.name, "silent", MUTE, f"says nothing for {injury.seconds:.1f} s")
    player.agent.silent = True

    def on():
        player.agent.silent = False
        world.clear(player.name, "silent", "speaks again")
    world.later(injury.seconds, on)


def foreign_goodbye(world, player, injury, rng):
    player.agent.leave(int(injury.seconds * 1000) if rng.random() < 0.5 else None)
    silence(world, player, injury, rng)


def impostor(world, player, injury, rng):
    world.obstruct(player.name, "twin", SHARED, f"an impostor for {injury.seconds:.1f} s")
    world.shared()
    player.agent.impostor(rng.choice(player.agent.nodes))

    def end():
        player.agent.end_impostors()
        world.shared()
        world.later(world.evict_after + 2,
                    lambda: world.clear(player.name, "twin", "alone again"))
    world.later(injury.seconds, end)


def lose_words(world, player, injury, rng):
    world.obstruct(player.name, "loss", SLOW, "loses some words")
    for node in player.agent.nodes:
        node.lose += rng.randint(0, 4)
    world.later(6.0, lambda: world.clear(player.name, "loss", "loses no more"))


def lose_change(world, player, injury, rng):
    rng.choice(player.agent.nodes).lose_change = True
    world.report.tell(player.name, "loses a change of blocks")


def replay(world, player, injury, rng):
    """Earlier words once more: refused as `repeated` [P33]."""
    if not world.broker.is_up():
        return False
    node = rng.choice(player.agent.nodes)
    if node.last is None:
        return False
    times = rng.randint(1, 5)
    world.refusals.thrown(times, "repeated")
    world.report.tell(player.name, f"repeats its last word {times} times")
    for _ in range(times):
        player.agent.socket.send_multipart(list(node.last))


# ---- subscribers --------------------------------------------------------------------------------

def kill_follower(world, player, injury, _):
    world.report.tell(player.name, f"killed for {injury.seconds:.1f} s")
    player.program.kill()
    player.tick(time.monotonic())
    world.later(injury.seconds, player.start)


def freeze_follower(world, player, injury, _):
    world.report.tell(player.name, f"SIGSTOP for {injury.seconds:.1f} s")
    player.program.freeze()
    world.later(injury.seconds, player.program.thaw)


def slow_reading(world, player, injury, _):
    """By short stops, one after the other: the reader is there and reads little."""
    world.report.tell(player.name, f"reads slowly for {injury.seconds:.1f} s")
    bursts(world, player.program, injury.seconds, 0.4, 0.02, lambda: None)


def bursts(world, program, seconds, stand, run, then):
    end = time.monotonic() + seconds

    def stop():
        if program.wanted_dead or time.monotonic() > end:
            then()
            return
        program.freeze()
        world.later(stand, go)

    def go():
        program.thaw()
        world.later(run, stop)
    stop()


# ---- the broker ---------------------------------------------------------------------------------

def freeze_broker(world, broker, injury, _):
    if not broker.is_up():
        return False
    world.report.tell("broker", f"SIGSTOP for {injury.seconds:.2f} s")
    world.clock.pause(time.monotonic())
    broker.program.freeze()

    def on():
        broker.program.thaw()
        world.clock.resume(time.monotonic())
        world.report.tell("broker", "SIGCONT")
    world.later(injury.seconds, on)


def kill_broker(world, broker, injury, _):
    if not broker.is_up():
        return False
    world.kill_broker()
    world.later(injury.seconds, world.start_broker)


def starve(world, broker, injury, rng):
    """Stopped most of the time, in pieces too short to be taken for a pause, or just longer."""
    stand, run = rng.uniform(0.02, 0.2), rng.uniform(0.005, 0.05)
    world.report.tell("broker", f"starved for {injury.seconds:.1f} s: {stand:.3f} of "
                                f"{stand + run:.3f} s stopped")
    world.clock.pause(time.monotonic(), sure=False)

    def over():
        world.clock.resume(time.monotonic())
        world.report.tell("broker", "starved no longer")
    bursts(world, broker.program, injury.seconds, stand, run, over)


def hog(world, broker, injury, rng):
    """Others take the processors."""
    world.report.tell("broker", f"others take all processors for {injury.seconds:.1f} s")
    world.clock.pause(time.monotonic(), sure=False)

    def take_it_all():
        die_with_parent()
        os.setpriority(os.PRIO_PROCESS, 0, -10 if os.geteuid() == 0 else 0)
    hogs = [subprocess.Popen([sys.executable, "-c", BURN.format(seconds=injury.seconds)],
                             stdin=subprocess.DEVNULL, preexec_fn=take_it_all)
            for _ in range(os.cpu_count() or 1)]

    def over():
        for one in hogs:
            one.kill()
            one.wait()
        world.clock.resume(time.monotonic())
    world.later(injury.seconds, over)


# ---- beside it all ------------------------------------------------------------------------------

def thrower(throw):
    """Something hostile, straight to the broker, if it is there."""
    def hurt(world, _, injury, rng):
        if not world.broker.is_up():
            return False
        victim = rng.choice(sorted(world.truth.of_node))
        world.report.tell("world", f"{injury.kind} ({victim})")
        throw(world, rng, victim)
        return None
    return hurt


def garbage(world, rng, victim):
    count = rng.randint(1, 30)
    world.refusals.thrown(count)
    world.hostile.throw(rng, victim, count)


def huge(world, rng, victim):
    world.refusals.thrown(1)
    world.hostile.huge(victim)
    world.later(1.0, lambda: world.broker.is_up() and world.hostile.connect())


def noise(world, rng, victim):
    world.hostile.noise(rng)
    world.later(3.0, world.hostile.quiet)


def churn(world, _, injury, rng):
    """Files come and go in the directories of the agents that have one."""
    for name, player in world.players.items():
        if player.part.role != "disk":
            continue
        for _ in range(rng.randint(1, 5)):
            file = os.path.join(world.data_dir(name), f"block-{rng.randrange(30)}")
            if os.path.exists(file) and rng.random() < 0.4:
                os.remove(file)
            else:
                with open(file, "wb") as out:
                    out.write(bytes(rng.randrange(5000)))


PATHS = {
    "partition": path(MUTE, "partition", stall(UP, DOWN)),
    "one_way": path(MUTE, "partition in one direction", stall(), only=0),
    "deaf": path(SLOW, "hears no commands", stall(DOWN), only=1),
    "delay": path(SLOW, "delay", delay),
    "narrow": path(MUTE, "narrow path", narrow),
    "reset": once("reset"),
    "cut": once("cut"),
}
AGENTS = {"kill": kill, "freeze": freeze, "hiccup": hiccup, "goodbye": goodbye, "twin": twin}
FOREIGN = {"new_session": new_session, "silence": silence, "goodbye": foreign_goodbye,
           "impostor": impostor, "lose_words": lose_words, "lose_change": lose_change,
           "replay": replay}
FOLLOWERS = {"kill": kill_follower, "freeze": freeze_follower, "slow_reading": slow_reading}
BROKER = {"freeze": freeze_broker, "hiccup": freeze_broker, "kill": kill_broker,
          "starve": starve, "hog": hog}
SIDE = {"garbage": thrower(garbage), "huge": thrower(huge), "noise": thrower(noise),
        "strangers": thrower(lambda world, rng, _: world.hostile.strangers(rng)),
        "bad_queries": thrower(lambda world, rng, _: world.hostile.bad_queries(rng)),
        "churn": churn}
