"""Routing ids on the query socket are chosen by whoever asks. Squatting on one, or taking one from
somebody who is there, brings nobody another's answer, nor keeps an honest requester without his."""

import unittest

import msgpack
import zmq

from harness import BrokerTest, wait_for


class Thieves(BrokerTest):
    def asker(self, identity=None):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 0
        if identity is not None:
            socket.routing_id = identity
        socket.connect(self.broker.query)
        self.addCleanup(socket.close)
        return socket

    def ask(self, socket, number, milliseconds=5000):
        """The id that was answered, or None."""
        socket.send(msgpack.packb({"v": 1, "id": number, "op": "ping"}))
        return msgpack.unpackb(socket.recv())["id"] if socket.poll(milliseconds) else None

    def test_who_comes_second_with_an_id_gets_none_of_the_firsts_answers(self):
        victim = self.asker(b"ada")
        self.assertEqual(self.ask(victim, 1), 1)
        thief = self.asker(b"ada")
        self.assertIsNone(self.ask(thief, 2, 500), "an id that is taken is not served twice")
        for number in range(3, 50):
            self.assertEqual(self.ask(victim, number), number)
        self.assertFalse(thief.poll(200), "it hears nothing of what the first is answered")

    def test_an_answer_to_who_vanished_can_be_told_from_ones_own(self):
        # ZeroMQ gives the name of who vanished to the next that wants it, with what was under way
        # to him: nothing that the next could not ask for, and it bears the id of the question.
        for number in range(400):
            self.node(f"n{number:03}").status(reasons=["r" * 200] * 16)
        self.accepted(400)
        for number in range(20):
            identity = b"id-%d" % number
            victim = self.asker(identity)
            self.assertEqual(self.ask(victim, 1), 1)
            victim.send(msgpack.packb({"v": 1, "id": "his", "op": "nodes", "sort": "-cpu"}))
            victim.close()
            successor = self.asker(identity)
            successor.send(msgpack.packb({"v": 1, "id": "mine", "op": "ping"}))
            got = []
            while successor.poll(100):
                got.append(msgpack.unpackb(successor.recv()))
            for reply in got:
                self.assertIn(reply["id"], ("his", "mine"))
                self.assertEqual("nodes" in reply["result"], reply["id"] == "his")
            successor.close()
        self.assertIn("software", self.client.ask("ping"))

    def test_squatting_on_names_keeps_nobody_out_who_has_none(self):
        squatters = [self.asker(b"squatter-%d" % number) for number in range(50)]
        for number, squatter in enumerate(squatters):
            self.assertEqual(self.ask(squatter, number), number)
        self.assertIn("software", self.client.ask("ping"))
        # An honest one whose name is taken is served under another, as soon as he has one.
        honest = self.asker(b"squatter-7")
        self.assertIsNone(self.ask(honest, 1, 300))
        honest.close()
        self.assertEqual(self.ask(self.asker(), 2), 2)
        for squatter in squatters:
            squatter.close()
        wait_for(lambda: self.ask(self.asker(b"squatter-7"), 3, 200) == 3,
                 what="the name is free again")


if __name__ == "__main__":
    unittest.main()
