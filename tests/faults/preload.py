"""Shims in C that a program is started with."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile


@functools.cache
def library(name):
    """NAME.c of this folder as a library, built once; for LD_PRELOAD."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    path = os.path.join(folder, f"{name}.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.c")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-Werror",
                    "-o", path, source], check=True)
    return path
