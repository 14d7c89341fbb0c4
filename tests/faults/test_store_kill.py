"""A broker that dies at any step of writing its store, and one that is killed at any moment."""

import concurrent.futures
import os
import random
import shutil
import signal
import tempfile
import time
import unittest

from common import SANITIZED, FaultTest
from store_soak import figures, soak
from store_world import World, failpoints

TIMES = (1, 2, 5)
# How long a failpoint is waited for; samples are written once a second.
LIFE_S = 6.0 if SANITIZED else 2.5


class StoreKill(FaultTest):
    def world(self, seed, *options):
        folder = tempfile.mkdtemp(prefix="rollcall-store-")
        self.addCleanup(shutil.rmtree, folder)
        world = World(os.path.join(folder, "store.db"), seed, options)
        self.addCleanup(world.end)
        return world

    def die_at(self, name, number):
        """How many events it had told when it died there; None where it never came there."""
        world = self.world(f"{name}:{number}")
        began = time.monotonic()
        if world.start(ROLLCALL_FAILPOINT=f"{name}:{number}"):
            world.live(LIFE_S)
            reached = not world.is_alive()
            world.die()
        else:
            reached = True
        told = len(world.told)
        died_s = time.monotonic() - began
        assert world.start(), f"it does not start again: {name}:{number}"
        world.check()
        world.live(0.2)
        world.die(signal.SIGTERM)
        assert world.start()
        world.check()
        world.die()
        return (told, died_s) if reached else None

    def test_at_every_failpoint_nothing_that_was_told_is_lost(self):  # [P67]
        # Those of a restore: tests/interop/test_backup.py.
        names = [name for name in failpoints() if not name.startswith("restore_")]
        self.assertGreaterEqual(len(names), 10, names)
        cases = [(name, number) for name in names for number in TIMES]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            results = dict(zip(cases, pool.map(lambda case: self.die_at(*case), cases)))
        for name in names:
            reached = {number: results[name, number] for number in TIMES}
            self.note(f"{name}: " + ", ".join(
                f"{number}: not reached" if it is None else f"{number}: after {it[0]} events"
                for number, it in reached.items()))
            self.assertIsNotNone(reached[1], f"{name} was never reached")

    def test_killed_at_any_moment(self):  # [P67] [P69] [P71]
        seed = random.getrandbits(32)
        self.note(f"seed {seed}")
        world = self.world(seed)
        soak(world, 15)
        self.note(figures(world))
        self.assertGreater(len(world.told), 100)


if __name__ == "__main__":
    unittest.main()
