#!/usr/bin/env python3
"""The rules of the house: what the source tree itself must keep. Run at the root of the tree.

Each rule is a function that yields complaints as (path, line number, text). rules_test.py feeds
each rule a tree that breaks it, so that none of them is blind.
"""

import os
import re
import shutil
import subprocess
import sys

MOST_LINES = 400
MOST_COLUMNS = 100

# Who may include whom: a folder may use itself and those named here (and what those may use).
SHARED_ORDER = ["core", "protocol", "keys", "config", "io", "client"]
PROGRAMS = ["broker", "agent", "monitor"]

# What touches the outside: for io/ folders and main.cpp alone.
OUTSIDE_HEADERS = re.compile(
    r'#include\s*[<"](zmq(\.hpp|\.h|_addon\.hpp)|thread|mutex|shared_mutex|condition_variable|'
    r'future|semaphore|latch|barrier|stop_token|chrono|csignal|signal\.h|time\.h|fstream|'
    r'filesystem|fcntl\.h|unistd\.h|poll\.h|pthread\.h|netdb\.h|ifaddrs\.h|dirent\.h|'
    r'sqlite3\.h|'
    r'sys/(socket|time|timerfd|eventfd|signalfd|epoll|inotify|stat|statvfs|ioctl|mman|wait)'
    r'\.h|netinet/[\w/]+\.h|arpa/inet\.h|net/if\.h|termios\.h|spdlog/[\w./]+)[>"]')
OUTSIDE_CALLS = re.compile(
    r'\b(sleep_for|sleep_until|usleep|nanosleep|clock_gettime|gettimeofday|'
    r'(steady|system|high_resolution)_clock|std::time\(|time\(nullptr|read_clock|'
    r'fopen|std::(i|o)?fstream|'
    r'std::thread|std::jthread|std::async|pthread_create)(?!\w)')
SLEEPS = re.compile(r'\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.])sleep\(')
UNFINISHED = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b')
MACHINE_PATHS = re.compile(r'(?<![\w.])/(home|root|Users|work)/\w')

CPP = (".cpp", ".hpp")


class Tree:
    """The files of a source tree, by path."""

    def __init__(self, files):
        self.files = files

    @classmethod
    def of_git(cls, root):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=root, check=True,
                                capture_output=True).stdout.decode().split("\0")
        files = {}
        for path in filter(None, listed):
            full = os.path.join(root, path)
            if os.path.isfile(full):
                with open(full, "rb") as file:
                    files[path] = file.read().decode("utf-8", "surrogateescape")
        return cls(files)

    def paths(self, *endings):
        return sorted(path for path in self.files if path.endswith(endings or ("",)))

    def lines(self, *endings):
        for path in self.paths(*endings):
            for number, line in enumerate(self.files[path].split("\n"), 1):
                yield path, number, line


def code(line):
    """The line without its comment and without what stands in quotes."""
    if line.lstrip().startswith("#include"):
        return line
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def is_product(path):
    return path.split("/")[0] in PROGRAMS + ["shared"]


def may_touch_outside(path):
    return "/io/" in path or path.endswith("main.cpp") or path.startswith("tests/")


def outside_only_in_io(tree):
    """Only io/ folders and main.cpp touch sockets, clocks, threads, signals and files."""
    for path, number, line in tree.lines(*CPP):
        if may_touch_outside(path):
            continue
        if OUTSIDE_HEADERS.search(line) or OUTSIDE_CALLS.search(code(line)):
            yield path, number, f"only io/ and main.cpp touch the outside: {line.strip()}"
        include = re.match(r'#include\s*"((?:\w+/)+io/[^"]+)"', line)
        if include:
            yield path, number, f"only io/ and main.cpp use io/: {include.group(1)}"


def includes(tree):
    for path, number, line in tree.lines(*CPP):
        found = re.match(r'#include\s*"([^"]+)"', line)
        if found:
            yield path, number, found.group(1)


def dependencies_point_one_way(tree):
    """shared: core ← protocol ← config ← io ← client; programs use shared, never each other."""
    for path, number, target in includes(tree):
        where, to = path.split("/"), target.split("/")
        if not is_product(path):
            continue
        if not is_product(target):
            yield path, number, f"includes are written from the root of the tree: {target}"
        elif where[0] == "shared":
            if to[0] != "shared":
                yield path, number, f"shared/ must not know {to[0]}/"
            elif SHARED_ORDER.index(to[1]) > SHARED_ORDER.index(where[1]):
                yield path, number, f"shared/{where[1]} comes before shared/{to[1]}"
        elif to[0] in PROGRAMS and to[0] != where[0]:
            yield path, number, f"{where[0]}/ must not know {to[0]}/"


def folders_form_no_circles(tree):
    """Within a program, folders depend on each other in one direction only."""
    edges = {}
    for path, number, target in includes(tree):
        if is_product(path) and is_product(target):
            here, there = os.path.dirname(path), os.path.dirname(target)
            if here != there:
                edges.setdefault(here, {}).setdefault(there, (path, number))

    def reaches(start, goal, seen):
        if start == goal:
            return True
        seen.add(start)
        return any(reaches(n, goal, seen) for n in edges.get(start, ()) if n not in seen)

    for here, targets in sorted(edges.items()):
        for there, (path, number) in sorted(targets.items()):
            if reaches(there, here, set()):
                yield path, number, f"{here} and {there} depend on each other"


def files_are_small(tree):
    """At most 400 lines."""
    for path in tree.paths(".cpp", ".hpp", ".py"):
        count = tree.files[path].count("\n")
        if count > MOST_LINES:
            yield path, count, f"{count} lines; a concept is missing that would divide it"


def lines_are_short(tree):
    """At most 100 columns; text recorded in raw strings is as it was."""
    raw, last = False, None
    for path, number, line in tree.lines(*CPP, ".py"):
        if path != last:
            raw, last = False, path
        if len(line) > MOST_COLUMNS and not raw and 'R"(' not in line:
            yield path, number, f"{len(line)} columns"
        if path.endswith(CPP):
            opened, closed = line.rfind('R"('), line.rfind(')"')
            raw = opened > closed if opened >= 0 else raw and closed < 0


def unit_tests_do_not_sleep(tree):
    """Tests move time, they don't wait for it; those with processes may."""
    for path, number, line in tree.lines(*CPP):
        real = re.match(r"tests/(process|io|interop)/", path) or "process" in path
        if path.startswith("tests/") and not real and SLEEPS.search(code(line)):
            yield path, number, f"a test that sleeps: {line.strip()}"


def every_source_is_built(tree):
    """Each .cpp is named in the CMakeLists.txt of its folder or of one above."""
    for path in tree.paths(".cpp"):
        folder, name = os.path.dirname(path), path
        while True:
            build = os.path.join(folder, "CMakeLists.txt") if folder else "CMakeLists.txt"
            relative = os.path.relpath(name, folder or ".")
            text = tree.files.get(build, "")
            stem = re.escape(relative[:-len(".cpp")])
            if re.search(rf"(?<![\w/.-]){re.escape(relative)}(?![\w.])", text) or re.search(
                    rf"rollcall_fuzzer\({stem}\b", text):
                break
            if not folder:
                yield path, 1, "in no CMakeLists.txt"
                break
            folder = os.path.dirname(folder)


def limits_are_explained_and_used(tree):
    """Every limit has a reason beside it, and something keeps it."""
    path = "shared/core/limits.hpp"
    lines = tree.files.get(path, "").split("\n")
    everything = "\n".join(text for name, text in tree.files.items()
                           if name != path and name.endswith(CPP) and is_product(name))
    explained = False
    for number, line in enumerate(lines, 1):
        limit = re.match(r"inline constexpr \S+ (k\w+)", line)
        if not limit:
            # A reason holds for the lines under it, up to the next empty one.
            explained = (line.startswith("//") and "----" not in line) or (explained and line != "")
            continue
        if not explained and "//" not in line:
            yield path, number, f"{limit.group(1)} does not say why"
        if not re.search(rf"\b{limit.group(1)}\b", everything):
            yield path, number, f"{limit.group(1)} limits nothing"


def nothing_is_unfinished(tree):
    """No notes to self, and no paths of somebody's machine."""
    for path, number, line in tree.lines():
        if path == "tests/house/rules.py" or path == "tests/house/rules_test.py":
            continue
        if UNFINISHED.search(line):
            yield path, number, f"unfinished: {line.strip()[:80]}"
        if MACHINE_PATHS.search(line):
            yield path, number, f"a path of some machine: {line.strip()[:80]}"


def required_files_exist(tree):
    """What everybody looks for at the root."""
    for path in ["README.md", "CHANGELOG.md", "LICENSE", "docs/architecture.md",
                 "docs/protocol.md", "docs/performance.md", "docs/security.md", ".clang-format",
                 ".clang-tidy", ".ci/run", "scripts/setup", "scripts/build", "scripts/test",
                 "scripts/demo", "scripts/fuzz", "scripts/bench"]:
        if path not in tree.files:
            yield path, 0, "is missing"


RULES = [outside_only_in_io, dependencies_point_one_way, folders_form_no_circles, files_are_small,
         lines_are_short, unit_tests_do_not_sleep, every_source_is_built,
         limits_are_explained_and_used, nothing_is_unfinished, required_files_exist]


def formatting(tree):
    """clang-format has nothing to change; only looked at where it is installed."""
    if shutil.which("clang-format") is None:
        return
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *tree.paths(*CPP)],
                          capture_output=True, text=True, check=False)
    for path in sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.MULTILINE))):
        yield path, 1, "run clang-format -i on it"


def main():
    tree = Tree.of_git(".")
    complaints = 0
    for rule in [*RULES, formatting]:
        found = list(rule(tree))
        complaints += len(found)
        if found:
            print(f"✗ {rule.__doc__.splitlines()[0]}")
        for path, number, text in found:
            print(f"  {path}:{number}: {text}")
    print(f"{len(RULES) + 1} rules, {len(tree.files)} files, {complaints} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
