"""Clocks that a test moves while a program runs."""

import atexit
import functools
import mmap
import os
import shutil
import struct
import subprocess
import tempfile


@functools.cache
def library():
    """clock_shim.c, built once."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    path = os.path.join(folder, "clock_shim.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clock_shim.c")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-Werror",
                    "-o", path, source], check=True)
    return path


class Clocks:
    """Those of a program that is started with `environment`."""

    def __init__(self, test):
        file, path = tempfile.mkstemp()
        test.addCleanup(os.remove, path)
        test.addCleanup(os.close, file)
        os.write(file, bytes(24))
        self.memory = mmap.mmap(file, 24)
        self.environment = {"LD_PRELOAD": library(), "CLOCK_SHIM": path}

    def move(self, real=0, monotonic=0, boot=0):
        """Away from where they were started; the fields one by one, as each is read alone."""
        for at, value in ((8, monotonic), (16, boot), (0, real)):
            self.memory[at:at + 8] = struct.pack("<q", value)
