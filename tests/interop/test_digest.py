"""The digest of block sets, by our own XXH64. [P23]"""

import unittest

from xxh64 import digest_of, xxh64


class Digest(unittest.TestCase):
    def test_published_values(self):
        self.assertEqual(xxh64(b""), 0xEF46DB3751D8E999)
        self.assertEqual(xxh64(b"a"), 0xD24EC4F1A98C6E5B)
        self.assertEqual(xxh64(b"abc"), 0x44BC2CF5AD770999)
        self.assertEqual(xxh64(b"Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1)

    def test_order_does_not_matter(self):
        self.assertEqual(digest_of(["a", "b", "c"]), digest_of(["c", "a", "b"]))
        self.assertEqual(digest_of([]), 0)


if __name__ == "__main__":
    unittest.main()
