"""Where lines for people cannot be written, the broker goes on, and counts what it dropped."""

import fcntl
import os
import signal
import subprocess
import tempfile
import time
import unittest

from clocks import Clocks
from common import BIN, Client, FaultTest, Program, free_endpoints, wait_for

# A file system of two pages for the program's output, which nobody else sees; then the program.
SMALL_DISK = 'mount -t tmpfs -o size=8k none "$0" && exec "$@" > "$0/log" 2>&1'


class Consoles(FaultTest):
    def start(self, *within, output=subprocess.DEVNULL, environment=None):
        """A broker whose output is not ours to read, under a load that has it write much."""
        self.endpoints = free_endpoints()
        announce, query, feed = self.endpoints
        self.process = subprocess.Popen(
            [*Program.WITHIN, *within, os.path.join(BIN, "rollcall-broker"), "--announce",
             announce, "--query", query, "--feed", feed, "--log-format", "json",
             "--verbose", "--summary-every", "100ms"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, **(environment or {})})
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.asking = Client(query)
        self.addCleanup(self.asking.close)
        wait_for(lambda: self.answers() or self.process.poll() is not None)
        self.assertIsNone(self.process.poll())
        self.start_program("rollcall-agent", "fleet", "--announce", announce, "--feed", feed,
                           "--nodes", "100", "--interval", "50ms")

    def answers(self):
        try:
            return self.asking.reply("ping", 500)
        except TimeoutError:
            return None

    def serves_on(self, seconds=1.2):
        """No node is late, no number missed, no answer slow."""
        self.present(self.asking, 100)
        slowest, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            asked = time.monotonic()
            summary = self.asking.ask("summary")
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.02)
        self.assertEqual((summary["nodes"]["present"], summary["missed"]), (100, 0))
        self.assertLess(slowest, 1.0)
        self.note(f"{summary['accepted']} accepted, {summary['dropped']['lines']} lines dropped, "
                  f"slowest answer {slowest * 1000:.0f} ms")
        return summary

    def ends(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(10), 0)
        self.assertLess(time.monotonic() - began, 2)

    def unread_pipe(self):
        """The end to write to; it is full after a page."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        return writer

    def test_a_pipe_that_nobody_reads(self):
        writer = self.unread_pipe()
        self.start(output=writer)
        os.close(writer)
        self.serves_on()
        self.ends()

    def test_lines_that_nobody_reads_are_counted(self):  # [P46]
        clocks = Clocks(self)
        writer = self.unread_pipe()
        self.start(output=writer, environment=clocks.environment)
        os.close(writer)
        # Of a kind no more than ten lines a second are told, so that seconds must pass quickly; and
        # each jump is told of as a pause.
        for second in range(1, 601):
            clocks.move(monotonic=second * 1_500_000_000)
            time.sleep(0.005)
        dropped = self.serves_on(1)["dropped"]["lines"]
        self.assertGreater(dropped, 100)

    def test_a_pipe_whose_reader_is_gone(self):
        reader, writer = os.pipe()
        self.start(output=writer)
        os.close(writer)
        os.close(reader)
        self.serves_on()
        self.ends()

    def test_a_device_that_is_always_full(self):
        with open("/dev/full", "wb") as full:
            self.start(output=full)
        self.serves_on()
        self.ends()

    # What could not be written is known to the log's thread alone.
    def test_lines_that_a_full_device_refused_are_counted(self):  # [P46]
        with open("/dev/full", "wb") as full:
            self.start(output=full)
        self.assertGreater(self.serves_on(1)["dropped"]["lines"], 0)

    def test_a_full_disk_that_has_room_again(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, folder)
        if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
            raise unittest.SkipTest("no mount namespaces here")
        self.start("unshare", "-m", "sh", "-c", SMALL_DISK, folder)
        path = f"/proc/{self.process.pid}/root{folder}/log"
        wait_for(lambda: os.path.getsize(path) > 7000, what="a full disk")
        self.serves_on()
        os.truncate(path, 0)
        wait_for(lambda: os.path.getsize(path) > 0, what="lines after there was room")
        self.serves_on(0.5)
        self.ends()


if __name__ == "__main__":
    unittest.main()
