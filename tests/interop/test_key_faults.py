"""Reading the folder of keys fails: whoever was let in stays, and nobody else comes in."""

import os
import resource
import time
import unittest

import zmq

from harness import wait_for
from rollcall import Node
from test_keys import SILENCE_MS, KeyedBroker


class KeyFaults(KeyedBroker):
    def limit_descriptors(self, most):
        pid = self.broker.process.pid
        hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, hard))

    def test_without_descriptors_the_old_rules_stand(self):  # [P58]
        eye = self.socket(zmq.DEALER, self.broker.query, "eye")
        ada = self.agent("ada")
        node = Node(ada, "ada")
        node.status()
        wait_for(lambda: "ada" in self.nodes())
        self.keys.own("late")
        before = resource.prlimit(self.broker.process.pid, resource.RLIMIT_NOFILE)[0]
        self.limit_descriptors(3)  # from now on none can be opened
        self.keys.let_in("late", "agents")
        self.keys.take_away("bob", "agents")
        self.keys.let_in("late", "monitors")
        time.sleep(2)
        for _ in range(5):
            node.status()
        stranger = self.socket(zmq.XPUB, self.broker.announce, "late")
        self.assertFalse(stranger.poll(SILENCE_MS), "nobody new comes in")
        stranger.close()
        self.assertIsNone(self.broker.process.poll())
        self.limit_descriptors(before)
        # Now it can read again, and has missed nothing: neither who came nor who went.
        wait_for(lambda: self.summary()["accepted"] == 6)
        late = wait_for(lambda: self.agent("late"))
        Node(late, "late").status()
        wait_for(lambda: "late" in self.nodes())
        bob = self.socket(zmq.XPUB, self.broker.announce, "bob")
        self.assertFalse(bob.poll(SILENCE_MS), "who was taken away meanwhile is not let in")
        eye.close()

    def test_a_folder_that_is_gone_or_no_folder_lets_nobody_in(self):
        node = Node(self.agent("ada"), "ada")
        node.status()
        wait_for(lambda: "ada" in self.nodes())
        agents = os.path.join(self.keys.broker, "agents")
        os.rename(agents, agents + "-away")
        with open(agents, "w", encoding="ascii") as file:
            file.write("no folder")
        time.sleep(2)
        node.status()
        self.keys.own("late")
        stranger = self.socket(zmq.XPUB, self.broker.announce, "late")
        self.assertFalse(stranger.poll(SILENCE_MS))
        self.assertEqual(self.summary()["accepted"], 2, "what cannot be read changes nothing")
        os.remove(agents)
        self.broker.line(lambda line: '"keys_removed"' in line)
        node.status()
        wait_for(lambda: self.summary()["refused"].get("forbidden") == 1)
        os.rename(agents + "-away", agents)
        wait_for(lambda: self.agent("ada"))


if __name__ == "__main__":
    unittest.main()
