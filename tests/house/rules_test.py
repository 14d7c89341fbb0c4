"""Each rule of the house sees the tree that breaks it, and none complains of a good one."""

import unittest

import rules
from rules import Tree

GOOD = {
    "CMakeLists.txt": "",
    "shared/CMakeLists.txt": "core/time.cpp io/clock.cpp protocol/reader.cpp",
    "shared/core/time.cpp": "// sleeps never; std::chrono is for io\nint x;\n",
    "shared/core/limits.hpp": "// As many as fit.\ninline constexpr int kNodes = 1;\n",
    "shared/protocol/reader.cpp": '#include "shared/core/limits.hpp"\nint n = limits::kNodes;\n',
    "shared/io/clock.cpp": "#include <chrono>\nstd::chrono::steady_clock::now();\n",
    "broker/CMakeLists.txt": "main.cpp",
    "broker/main.cpp": '#include "shared/io/clock.hpp"\n#include <zmq.hpp>\n',
}

# A change to the good tree, and the rule that must see it.
BAD = [
    (rules.outside_only_in_io, "shared/core/a.hpp", "#include <zmq.hpp>\n"),
    (rules.outside_only_in_io, "broker/registry/a.hpp", "#include <chrono>\n"),
    (rules.outside_only_in_io, "broker/registry/a.hpp", "#include <sys/socket.h>\n"),
    (rules.outside_only_in_io, "broker/registry/a.hpp", "auto n = read_clock();\n"),
    (rules.outside_only_in_io, "broker/registry/a.hpp", '#include "shared/io/clock.hpp"\n'),
    (rules.dependencies_point_one_way, "shared/core/a.hpp", '#include "shared/protocol/b.hpp"\n'),
    (rules.dependencies_point_one_way, "shared/io/a.hpp", '#include "broker/b.hpp"\n'),
    (rules.dependencies_point_one_way, "broker/a.hpp", '#include "agent/b.hpp"\n'),
    (rules.dependencies_point_one_way, "broker/a.hpp", '#include "b.hpp"\n'),
    (rules.files_are_small, "broker/a.hpp", "\n" * 401),
    (rules.lines_are_short, "broker/a.hpp", "x" * 101),
    (rules.unit_tests_do_not_sleep, "tests/core/a.cpp", "std::this_thread::sleep_for(1s);\n"),
    (rules.every_source_is_built, "broker/forgotten.cpp", "\n"),
    (rules.limits_are_explained_and_used, "shared/core/limits.hpp",
     "// Why.\ninline constexpr int kNodes = 1;\n\n// Why.\ninline constexpr int kIdle = 1;\n"),
    (rules.limits_are_explained_and_used, "shared/core/limits.hpp",
     "\ninline constexpr int kNodes = 1;\n"),
    (rules.nothing_is_unfinished, "docs/a.md", "TODO: write\n"),
    (rules.nothing_is_unfinished, "scripts/a", "cd /home/me\n"),
]


class Rules(unittest.TestCase):
    def test_a_good_tree_is_left_alone(self):
        for rule in rules.RULES:
            if rule is not rules.required_files_exist:
                self.assertEqual(list(rule(Tree(GOOD))), [], rule.__name__)

    def test_each_rule_sees_what_breaks_it(self):
        for rule, path, text in BAD:
            with self.subTest(rule=rule.__name__, text=text[:60]):
                self.assertTrue(list(rule(Tree({**GOOD, path: text}))))

    def test_circles_are_seen(self):
        tree = Tree({"broker/a/x.hpp": '#include "broker/b/y.hpp"\n',
                     "broker/b/y.hpp": '#include "broker/c/z.hpp"\n',
                     "broker/c/z.hpp": '#include "broker/a/x.hpp"\n'})
        self.assertEqual(len(list(rules.folders_form_no_circles(tree))), 3)

    def test_missing_files_are_seen(self):
        self.assertTrue(list(rules.required_files_exist(Tree({}))))


if __name__ == "__main__":
    unittest.main()
