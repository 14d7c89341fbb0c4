"""The Python of docs/protocol.md, run as it stands there. [P18] [P26] [P41]"""

import re
import threading
import unittest

import zmq

from harness import BrokerTest, wait_for


def snippet(name):
    with open("docs/protocol.md", encoding="utf-8") as file:
        found = re.search(rf"```python {name}\n(.*?)```", file.read(), re.DOTALL)
    return compile(found.group(1), f"docs/protocol.md: {name}", "exec")


class Document(BrokerTest):
    def run_snippet(self, name, **names):
        exec(snippet(name), names)  # the snippet is our own document's
        for value in names.values():
            if isinstance(value, zmq.Socket):
                value.close()
        return names

    def test_agent_subscriber_and_query(self):
        got = {}

        def listen():
            got.update(self.run_snippet("subscriber", FEED=self.broker.feed, EVENTS=2))

        listener = threading.Thread(target=listen)
        listener.start()
        self.run_snippet("agent", ANNOUNCE=self.broker.announce, NODE="from-the-page", BEATS=3)
        wait_for(lambda: self.client.node("from-the-page")["presence"] == "left")
        # Should the listener have come after the join, another node lets it end.
        other = self.node("other")
        wait_for(lambda: (other.status(state="idle"), other.status(), not listener.is_alive())[-1])
        listener.join()
        seqs = [seq for seq, _, _ in got["seen"]]
        self.assertEqual(seqs, list(range(seqs[0], seqs[0] + 2)))
        nodes = self.run_snippet("query", QUERY=self.broker.query)["nodes"]
        self.assertEqual({node["node"] for node in nodes}, {"from-the-page", "other"})


if __name__ == "__main__":
    unittest.main()
