"""Programs under measurement: started on free loopback ports, watched through /proc, ended."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, patience_s=10):
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


class Program:
    """A child process. It ends with the `with` block, whatever happens."""

    def __init__(self, command, env=None):
        self.errors = tempfile.TemporaryFile()
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=self.errors, env=env)
        self.pid = self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM, patience_s=60):
        if self.child.poll() is None:
            self.child.send_signal(how)
            try:
                self.child.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.child.stdout.close()

    def read_line(self, patience_s=30):
        """One line of its output, as text."""
        line = b""
        until = time.monotonic() + patience_s
        while not line.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.child.stdout], [], [], left)[0]:
                raise RuntimeError("it said nothing: " + self.complaint())
            byte = os.read(self.child.stdout.fileno(), 1)
            if not byte:
                raise RuntimeError("it ended: " + self.complaint())
            line += byte
        return line.decode()

    def result(self, patience_s=600):
        """Its one line of JSON, once it has ended by itself."""
        out, _ = self.child.communicate(timeout=patience_s)
        if self.child.returncode != 0:
            raise RuntimeError(f"{self.child.args[0]} failed: {self.complaint()}")
        return json.loads(out.decode().strip().splitlines()[-1])

    def wait_until_ready(self, patience_s=60):
        """Until it wrote "ready" on its second output."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if b"ready" in os.pread(self.errors.fileno(), 4096, 0):
                return
            if self.child.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError("not ready: " + self.complaint())

    def complaint(self):
        return os.pread(self.errors.fileno(), 4096, 0).decode(errors="replace").strip()

    # What the kernel says of it.
    def cpu_s(self):
        # The id of another process's clock of processor time, as clock_getcpuclockid() makes it:
        # in nanoseconds, where /proc counts hundredths of a second.
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory_mb(self, key="VmRSS"):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"{key}:\s+(\d+)", file.read()).group(1)) / 1000

    def wake_ups(self):
        """How often any of its threads began to wait."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/status", encoding="ascii") as file:
                total += int(re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", file.read()).group(1))
        return total
