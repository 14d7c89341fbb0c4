"""The loop of scripts/store-soak, and of a test that lasts some seconds."""

import argparse
import os
import random
import signal
import sys
import tempfile
import time

from store_world import World


def soak(world, seconds, tell=lambda text: None):
    """Kills and checks for so long; now and then it ends in order instead."""
    until = time.monotonic() + seconds
    tell_at = 0
    while time.monotonic() < until:
        assert world.start(), "it does not start again"
        world.check()
        world.live(world.dice.uniform(0, 0.8))
        world.die(signal.SIGTERM if world.dice.random() < 0.1 else None)
        if time.monotonic() > tell_at:
            tell(figures(world))
            tell_at = time.monotonic() + 30
    assert world.start(), "it does not start again"
    world.checked = 0
    world.check()
    world.die()
    tell(figures(world))


def figures(world):
    return (f"{world.deaths} deaths, {world.checked} events stored, {len(world.told)} of them seen "
            f"on the feed, {world.acknowledged} orders acknowledged, the slowest start "
            f"{world.slowest_s:.2f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.getrandbits(32))
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-store-") as folder:
        world = World(os.path.join(folder, "store.db"), chosen.seed)
        soak(world, 60 * chosen.minutes, lambda text: print(text, flush=True))
    print("nothing that was told is lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
