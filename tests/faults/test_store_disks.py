"""Disks that are full, read-only, slow, stuck or damaged: the broker serves on, says what it cannot
store, and catches up by itself."""

import errno
import os
import shutil
import tempfile
import time
import unittest

from common import Agent, FaultTest, Node, Subscriber, Watch, unpack, wait_for
from disks import SickDisk, SmallDisk


class StoreDisks(FaultTest):
    def setUp(self):
        self.joins = 0
        self.told = []

    def folder(self):
        path = tempfile.mkdtemp(prefix="rollcall-store-")
        self.addCleanup(shutil.rmtree, path)
        return path

    def begin(self, folder, environment=None):
        self.store = os.path.join(folder, "store.db")
        self.broker = self.start_broker("--store", self.store, environment=environment)
        self.asking = self.client(self.broker)
        self.agent = Agent(self.broker.announce)
        self.addCleanup(self.agent.close)
        self.feed = Subscriber(self.broker.feed)
        self.addCleanup(self.feed.close)
        self.join(is_first=True)

    def join(self, seconds=5.0, is_first=False):
        """A node that was never there; how long its event takes to a subscriber."""
        for _ in range(20 if is_first else 1):  # the first subscription may come too late
            self.joins += 1
            began = time.monotonic()
            node = Node(self.agent, f"node-{self.joins}")
            node.status()
            try:
                event = self.feed.event("joined", node.name, 0.2 if is_first else seconds)
            except TimeoutError:
                continue
            self.told.append((event["seq"], node.name))
            return time.monotonic() - began
        raise TimeoutError("no event came")

    def holds(self):
        return "not_persisting" in self.asking.reply("summary")["as_of"]["holding"]

    def goes_on_unstored(self):
        """Queries, the feed and the registry; orders are refused."""  # [P68]
        self.assertLess(self.join(), 1.0)
        began = time.monotonic()
        self.assertEqual(self.asking.node(f"node-{self.joins}")["presence"], "present")
        self.assertLess(time.monotonic() - began, 0.5)
        reply = self.asking.reply("drain", node="node-1")
        self.assertEqual(reply["error"]["code"], "unavailable", reply)
        guards = self.asking.ask("guards")["guards"]
        why = [guard["why"] for guard in guards if guard["guard"] == "not_persisting"]
        self.assertTrue(why and why[0], guards)
        return why[0]

    def catches_up(self):
        """And then everything that was told can be found after any end. Until then it waits."""
        before_s = self.broker.processor_seconds()
        time.sleep(1)
        self.assertLess(self.broker.processor_seconds() - before_s, 0.5)
        self.mend()
        began = time.monotonic()
        wait_for(lambda: not self.holds(), 25, "the end of not_persisting")
        self.note(f"it caught up after {time.monotonic() - began:.1f} s")
        self.assertTrue(self.asking.reply("drain", node=f"node-{self.joins}")["ok"])
        self.join()
        phases = [event["phase"] for event in Watch(self.asking).look()
                  if event["kind"] == "guard" and event["guard"] == "not_persisting"]
        self.assertEqual(phases[:2], ["raised", "ended"], "as events, too")
        self.assertEqual(self.broker.events("own_pause"), [])
        self.assertEqual(len(phases) % 2, 0)
        self.broker.process.kill()
        self.broker.process.wait()
        after = self.client(self.start_broker("--store", self.store))
        events = {event["seq"]: event["node"] for event in Watch(after).look()}
        for seq, node in self.told:
            self.assertEqual(events[seq], node)
        known = {node["node"] for node in after.pages("known", "nodes")}
        self.assertLessEqual({node for _, node in self.told}, known)

    def test_a_disk_that_is_full(self):
        disk = SmallDisk(self, 24 << 20)
        self.begin(disk.path)
        self.assertTrue(os.path.exists(self.store + ".ballast"))

        def is_full():
            disk.fill()
            self.join()
            return self.holds()
        wait_for(is_full, 20, "not_persisting")
        self.assertFalse(os.path.exists(self.store + ".ballast"))
        self.assertIn("is full", self.goes_on_unstored())
        self.mend = disk.free
        self.catches_up()

    def test_a_disk_that_fails_and_turns_read_only(self):
        disk, shim = SmallDisk(self, 64 << 20), SickDisk(self)
        self.begin(disk.path, shim.environment)
        shim.fail(errno.EIO)
        self.join()
        wait_for(self.holds, 5, "not_persisting")
        self.goes_on_unstored()
        # It closes the file, and from then on nothing on that disk is open.
        wait_for(lambda: disk.remount("ro"), 5, "remount")
        shim.fail(0)
        time.sleep(1)
        self.assertTrue(self.holds())
        self.note(self.goes_on_unstored())
        self.mend = lambda: self.assertTrue(disk.remount("rw"))
        self.catches_up()

    def test_a_disk_that_is_read_only_at_the_start(self):
        disk = SmallDisk(self, 64 << 20)
        self.begin(disk.path)
        self.broker.process.kill()
        self.broker.process.wait()
        wait_for(lambda: disk.remount("ro"), 5, "remount")
        self.begin(disk.path)
        wait_for(self.holds, 5, "not_persisting")
        self.goes_on_unstored()
        self.mend = lambda: self.assertTrue(disk.remount("rw"))
        self.catches_up()

    def test_a_disk_that_is_slow_and_one_that_stands_still(self):
        shim = SickDisk(self)
        self.begin(self.folder(), shim.environment)
        shim.delay(500)
        took_s = self.join()
        self.assertGreater(took_s, 0.4, "an event is stored before it is told")
        time.sleep(0.6)
        node = Node(self.agent, "slow")
        for count in range(2):  # that it joined waits; what it announces does not, for long
            began = time.monotonic()
            node.status()
            self.feed.until(lambda topic, _: topic == "status.slow", 0.4)
            took_s = time.monotonic() - began
            self.assertLess(took_s, 0.35)
        self.assertFalse(self.holds())
        shim.delay(3_600_000)
        began = time.monotonic()
        self.join(seconds=6)
        took_s = time.monotonic() - began
        self.note(f"on a disk that stands still it was told unstored after {took_s:.1f} s")
        self.assertGreater(took_s, 2)
        self.assertTrue(self.holds())
        self.note(self.goes_on_unstored())
        self.mend = lambda: shim.delay(0)
        self.catches_up()

    def test_an_order_to_stop_waits_for_no_disk(self):
        shim = SickDisk(self)
        self.begin(self.folder(), shim.environment)
        self.join()
        shim.delay(3_600_000)
        self.broker.process.terminate()
        self.assertEqual(self.broker.process.wait(timeout=4), 1, "something may be lost")

    def damaged(self, damage):
        folder = self.folder()
        self.begin(folder)
        self.broker.stop()
        with open(self.store, "r+b") as file:
            damage(file)
        self.begin(folder)
        aside = [name for name in os.listdir(folder) if ".damaged-" in name]
        self.assertEqual(len(aside), 1, aside)
        events = Watch(self.asking).look()
        told = [event for event in events if event["kind"] == "store"]
        self.assertEqual([(it["phase"], it["file"]) for it in told], [("set_aside", aside[0])])
        self.assertTrue(told[0]["why"])
        self.assertFalse(self.holds())

    def test_a_file_that_is_no_database_any_more(self):  # [P70]
        self.damaged(lambda file: file.write(os.urandom(4096)))

    def test_a_file_with_garbage_in_the_middle(self):
        def damage(file):
            size = file.seek(0, os.SEEK_END)
            for at in range(8192, size, 8192):
                file.seek(at)
                file.write(os.urandom(64))
        self.damaged(damage)

    def test_a_file_that_was_cut(self):
        self.damaged(lambda file: file.truncate(file.seek(0, os.SEEK_END) // 2))


if __name__ == "__main__":
    unittest.main()
