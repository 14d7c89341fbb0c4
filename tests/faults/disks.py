"""Disks that fill up, turn read-only or slow while a program writes to them."""

import mmap
import os
import struct
import subprocess
import tempfile

from preload import library


class SickDisk:
    """That of a program that is started with `environment`."""

    def __init__(self, test):
        file, path = tempfile.mkstemp()
        test.addCleanup(os.remove, path)
        test.addCleanup(os.close, file)
        os.write(file, bytes(16))
        self.memory = mmap.mmap(file, 16)
        self.environment = {"LD_PRELOAD": library("disk_shim"), "DISK_SHIM": path}

    def delay(self, milliseconds):
        self.memory[0:8] = struct.pack("<q", milliseconds)

    def fail(self, error):
        self.memory[8:16] = struct.pack("<q", error)


class SmallDisk:
    """A file system of its own, of `size` bytes in memory. Skips the test where that may not be."""

    def __init__(self, test, size):
        self.path = tempfile.mkdtemp(prefix="rollcall-disk-")
        test.addCleanup(os.rmdir, self.path)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", self.path],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            test.skipTest("file systems may not be mounted here")
        test.addCleanup(subprocess.run, ["umount", "-l", self.path], check=False)
        self.ballast = os.path.join(self.path, "somebody-elses")

    def fill(self):
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def free(self):
        os.remove(self.ballast)

    def remount(self, how):
        """`ro` or `rw`; False where something on it is open for writing."""
        done = subprocess.run(["mount", "-o", f"remount,{how}", self.path], capture_output=True,
                              check=False)
        return done.returncode == 0
