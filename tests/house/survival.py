"""docs/survival.md keeps its word: every case is there, and every test that it names exists."""

import glob
import os
import re
import unittest

DOCUMENT = "docs/survival.md"
CASES = 62
MARKS = ("(cannot)", "(script)")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def cases(document):
    """(number, what stands behind its colon) of each."""
    return [(int(number), proof) for number, proof in
            re.findall(r"^\*\*S(\d+)\*\* .+\n: (.+)$", document, re.MULTILINE)]


def tests_named(text):
    """(name, path) of tests in files; the path of a fuzzer is None."""
    found = re.findall(r"`(\w+\.\w+)` in (tests/[\w/.]+\w)", text)
    return found + [(name, None) for name in re.findall(r"`(fuzz\.\w+)`", text)]


def in_python(source, group, name):
    inside = re.search(rf"^class {group}\b.*?(?=^\S|\Z)", source, re.MULTILINE | re.DOTALL)
    return bool(inside and re.search(rf"^    def {name}\(", inside.group(), re.MULTILINE))


def exists(name, path):
    group, test = name.split(".")
    if path is None:
        return (bool(re.search(rf"rollcall_fuzzer\({test}\b", read("tests/fuzz/CMakeLists.txt")))
                and bool(os.listdir(f"tests/fuzz/corpus/{test}")))
    if not os.path.isfile(path):
        return False
    if path.endswith(".py"):
        return in_python(read(path), group, test)
    return bool(re.search(rf"\bTEST(_F|_P)?\(\s*{group},\s*{test}\)", read(path)))


def product_files():
    for folder in ("shared", "broker", "agent", "monitor"):
        for ending in ("cpp", "hpp"):
            yield from glob.glob(f"{folder}/**/*.{ending}", recursive=True)


class Survival(unittest.TestCase):
    def test_every_case_stands_there_once(self):
        self.assertEqual([number for number, _ in cases(read(DOCUMENT))],
                         list(range(1, CASES + 1)))

    def test_every_case_is_proven_or_says_why_not(self):
        for number, proof in cases(read(DOCUMENT)):
            self.assertTrue(tests_named(proof) or any(mark in proof for mark in MARKS), number)

    def test_every_test_that_is_named_exists(self):
        named = tests_named(read(DOCUMENT))
        self.assertGreater(len(named), 100)
        self.assertEqual([f"{name} in {path}" for name, path in named if not exists(name, path)],
                         [])

    def test_every_script_that_is_named_exists(self):
        for path in re.findall(r"\(script\) ([\w/.-]+)", read(DOCUMENT)):
            self.assertTrue(os.access(path, os.X_OK), path)

    def test_nothing_is_named_that_is_not_looked_at(self):
        for name in re.findall(r"`([A-Z]\w+\.\w+)`(?! in tests/)", read(DOCUMENT)):
            self.fail(f"{name} is named without its file")

    def test_every_fuzzer_is_listed(self):
        listed = {name for name, path in tests_named(read(DOCUMENT)) if path is None}
        there = set(re.findall(r"^rollcall_fuzzer\((\w+)", read("tests/fuzz/CMakeLists.txt"),
                               re.MULTILINE))
        self.assertEqual({f"fuzz.{name}" for name in there}, listed)

    def test_it_would_notice(self):
        self.assertFalse(exists("Hostile.NoSuchTest", "tests/protocol/hostile_test.cpp"))
        self.assertFalse(exists("Load.test_no_such", "tests/interop/test_load.py"))
        self.assertFalse(exists("Reconnect.test_one_that_floods_delays_no_other_beat",
                                "tests/interop/test_load.py"), "of another class")
        self.assertFalse(exists("Any.test", "tests/no/such/file.py"))
        self.assertFalse(exists("fuzz.nothing", None))


class Never(unittest.TestCase):
    """What libzmq 4.3.4 offers and no program of ours may use."""

    def assert_nowhere(self, pattern):
        for path in product_files():
            self.assertIsNone(re.search(pattern, read(path)), path)

    def test_no_program_asks_for_events_of_connections(self):
        # They are sent while a lock is held: a reader that stands still stops all I/O.
        self.assert_nowhere(r"zmq_socket_monitor|monitor_t\b")

    def test_no_program_turns_on_heartbeats_of_libzmq(self):
        # With a full queue they abort the process, at either end.
        self.assert_nowhere(r"ZMQ_HEARTBEAT|heartbeat_(ttl|timeout)|heartbeat_ivl(?!, 0\))")


if __name__ == "__main__":
    unittest.main()
