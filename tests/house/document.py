"""docs/protocol.md keeps its word: its numbers are cited by tests, its bytes are the real ones."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "interop"))
from xxh64 import digest_of, xxh64  # noqa: E402

DOCUMENT = "docs/protocol.md"


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def block(name):
    return re.search(rf"```{name}\n(.*?)```", read(DOCUMENT), re.DOTALL).group(1)


class Document(unittest.TestCase):
    def test_sentences_are_numbered_once_and_without_holes(self):
        numbers = sorted(int(n) for n in re.findall(r"\*\*\[P(\d+)\]\*\*", read(DOCUMENT)))
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_every_sentence_is_cited_by_a_test(self):
        numbers = set(re.findall(r"\*\*\[(P\d+)\]\*\*", read(DOCUMENT)))
        cited = set()
        for folder, _, names in os.walk("tests"):
            for name in names:
                if name.endswith((".py", ".cpp", ".hpp")) and folder != "tests/house":
                    cited |= set(re.findall(r"\[(P\d+)\]", read(os.path.join(folder, name))))
        self.assertEqual(numbers - cited, set(), "sentences that no test cites")
        self.assertEqual(cited - numbers, set(), "tests cite sentences that are not there")

    def test_the_bytes_shown_are_the_golden_ones(self):
        golden = "".join(line for line in read("tests/protocol/golden/status_minimal.hex")
                         .splitlines(True) if not line.startswith("#"))
        self.assertEqual(bytes.fromhex(block("hex")), bytes.fromhex(golden))

    def test_the_digest_shown_is_right(self):
        text = block("digest")
        for name, value in re.findall(r'XXH64\("(\w+)"\) = (0x[0-9a-f]+)', text):
            self.assertEqual(xxh64(name), int(value, 16), name)
        total = re.search(r"= (0x[0-9a-f]+) = (\d+)", text)
        self.assertEqual(digest_of("abc"), int(total.group(1), 16))
        self.assertEqual(digest_of("abc"), int(total.group(2)))

    def test_the_words_of_the_code_are_all_in_the_document(self):
        words = read("shared/protocol/words.hpp")
        document = read(DOCUMENT)
        for name in ("State", "Presence", "Duty", "AnnouncementKind", "EventKind", "Refusal",
                     "QueryError"):
            listed = re.search(rf"k{name}Names\{{(.*?)\}}", words, re.DOTALL).group(1)
            for word in re.findall(r'"(\w+)"', listed):
                if word != "none":
                    self.assertIn(f"`{word}", document, f"{name}: {word}")


if __name__ == "__main__":
    unittest.main()
