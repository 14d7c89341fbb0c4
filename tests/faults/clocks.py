"""Clocks that a test moves while a program runs."""

import mmap
import os
import struct
import tempfile

from preload import library


class Clocks:
    """Those of a program that is started with `environment`."""

    def __init__(self, test):
        file, path = tempfile.mkstemp()
        test.addCleanup(os.remove, path)
        test.addCleanup(os.close, file)
        os.write(file, bytes(24))
        self.memory = mmap.mmap(file, 24)
        self.environment = {"LD_PRELOAD": library("clock_shim"), "CLOCK_SHIM": path}

    def move(self, real=0, monotonic=0, boot=0):
        """Away from where they were started; the fields one by one, as each is read alone."""
        for at, value in ((8, monotonic), (16, boot), (0, real)):
            self.memory[at:at + 8] = struct.pack("<q", value)
