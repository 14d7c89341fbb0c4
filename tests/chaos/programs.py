"""The programs under test as processes, each with its output in files of its own."""

import ctypes
import os
import signal
import subprocess
import time

BIN = os.environ.get("ROLLCALL_BIN", "build/release/bin")
SANITIZED = bool(os.environ.get("ROLLCALL_SANITIZE"))
STOP_S = 10.0 if SANITIZED else 2.0    # what is promised of an orderly stop
SLACK_S = 3.0                          # what a machine with much else to do may add
BAD_WORDS = ("Assertion", "assertion failed", "terminate called", "AddressSanitizer",
             "ThreadSanitizer", "UndefinedBehavior", "runtime error:", "Traceback", "what():")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Lines:
    """A file that grows, read by whole lines."""

    def __init__(self, path, begins_at=0):
        self.path, self.at = path, begins_at
        self.rest = b""

    def new(self):
        try:
            if os.stat(self.path).st_size <= self.at:
                return []
            with open(self.path, "rb") as file:
                file.seek(self.at)
                text = file.read()
        except FileNotFoundError:
            return []
        self.at += len(text)
        *lines, self.rest = (self.rest + text).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]


class Program:
    """One process. `ours` is a C++ program by name; otherwise the whole command line."""

    def __init__(self, folder, label, command, ours=True):
        self.label = label
        self.out = os.path.join(folder, label + ".out")
        self.err = os.path.join(folder, label + ".err")
        if ours:
            command = [os.path.join(BIN, command[0]), *command[1:]]
        with open(self.out, "ab") as out, open(self.err, "ab") as err:
            self.begins_at = out.tell()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=err, preexec_fn=die_with_parent)
        self.lines = Lines(self.out, self.begins_at)
        self.wanted_dead = False
        self.stopped = False

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def freeze(self):
        self.stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.stopped = False
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.wanted_dead = True
        self.process.kill()
        return self.process.wait()

    def ask_to_stop(self):
        self.wanted_dead = True
        if self.stopped:
            self.thaw()
        self.process.terminate()

    def wait(self, seconds=STOP_S + SLACK_S):
        """Its exit code; None if it did not end in time (it is killed then)."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def new_lines(self):
        return self.lines.new()

    def first_line(self, seconds=20.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with open(self.out, encoding="utf-8", errors="replace") as file:
                file.seek(self.begins_at)
                line = file.readline()
            if line.endswith("\n"):
                return line
            if not self.is_running():
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.label} said nothing; see {self.err}")

    def what_it_costs(self):
        """(descriptors, threads, resident bytes)"""
        fds = len(os.listdir(f"/proc/{self.pid}/fd"))
        threads = len(os.listdir(f"/proc/{self.pid}/task"))
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return fds, threads, resident


def bad_words_in(path):
    """Lines that no program of ours may write."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return [line.strip() for line in file if any(word in line for word in BAD_WORDS)]
