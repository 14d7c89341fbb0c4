"""Queries: sockets, envelopes, pages, filters, order, errors."""

import unittest

import msgpack
import zmq

from harness import BrokerTest
from rollcall import Refused


class Queries(BrokerTest):
    def dealer(self):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(self.broker.query)
        self.addCleanup(socket.close)
        return socket

    def answer(self, socket):
        self.assertTrue(socket.poll(10_000), "no answer")
        return socket.recv_multipart()

    def error(self, op, **arguments):
        with self.assertRaises(Refused) as caught:
            self.client.ask(op, **arguments)
        return caught.exception.code

    def fleet(self):
        states = ["healthy", "idle", "warning", "critical", "error"]
        for i in range(25):
            self.node(f"{'even' if i % 2 == 0 else 'odd'}-{i:02}").status(
                state=states[i % 5], cpu=(i * 7) % 25, storage={"used": i, "total": 100},
                labels={"zone": "ab"[i % 2], "rack": f"r{i % 3}"}, uptime=1000 - i)
        self.accepted(25)

    def test_all_three_kinds_of_socket_are_answered_in_kind(self):  # [P41] [P45]
        request = msgpack.packb({"v": 1, "id": "x", "op": "ping"})
        socket = self.dealer()
        socket.send(request)
        frames = self.answer(socket)
        self.assertEqual(len(frames), 1)
        bare = msgpack.unpackb(frames[0])
        socket.send_multipart([b"", request])
        frames = self.answer(socket)
        self.assertEqual((len(frames), frames[0]), (2, b""))
        self.assertEqual(msgpack.unpackb(frames[1])["result"].keys(), bare["result"].keys())
        self.assertIn("software", self.client.ask("ping"))
        self.assertGreaterEqual(bare["result"]["uptime"], 0)

    def test_the_id_comes_back_as_it_was(self):  # [P41] [P42]
        socket = self.dealer()
        for identity in [None, 0, -5, 2**64 - 1, "", "täxt", b"\0\xff", 1.5, True, [1, [2]],
                         {"a": None}]:
            socket.send(msgpack.packb({"v": 1, "id": identity, "op": "ping"}))
            reply = msgpack.unpackb(self.answer(socket)[0])
            self.assertEqual((reply["v"], reply["ok"], reply["id"]), (1, True, identity))

    def test_as_of(self):  # [P42]
        self.node().status()
        self.accepted(1)
        as_of = self.client.reply("ping")["as_of"]
        self.assertEqual(set(as_of), {"at", "broker", "uptime", "event_seq", "heard",
                                      "warming_up", "holding", "story", "resumed_at"})
        self.assertEqual((as_of["event_seq"], as_of["heard"]), (1, 1))
        self.assertGreater(as_of["broker"], 0)
        self.assertIsInstance(as_of["warming_up"], bool)
        self.assertIsInstance(as_of["holding"], list)

    def test_errors(self):  # [P43] [P48]
        self.assertEqual(self.error("dance"), "unknown_op")
        self.assertEqual(self.error("node", node="nobody"), "not_found")
        self.assertEqual(self.error("node"), "bad_request")
        self.assertEqual(self.error("node", node=5), "bad_request")
        self.assertEqual(self.error("nodes", sort="colour"), "bad_request")
        self.assertEqual(self.error("nodes", state="fine"), "bad_request")
        self.assertEqual(self.error("nodes", limit="many"), "bad_request")
        self.assertEqual(self.error("nodes", sort="cpu", after="rubbish"), "bad_request")
        self.assertEqual(self.error("nodes", after=5), "bad_request")
        self.assertEqual(self.error("events", after="x"), "bad_request")

    def test_rubbish_is_answered_or_dropped_but_never_hurts(self):  # [P43]
        socket = self.dealer()
        for rubbish in [b"", b"\xc1", b"\x90", b"\x81\xa2op", b"\xdf\xff\xff\xff\xff",
                        b"\x91" * 60_000, msgpack.packb({"v": 2, "id": 7, "op": "ping"}),
                        msgpack.packb({"id": 7, "op": "ping"}), msgpack.packb({"v": 1, "id": 7}),
                        msgpack.packb({"v": 1, "id": 7, "op": 5}),
                        msgpack.packb({"v": 1, "id": 7, "op": "ping"}) + b"\0"]:
            socket.send_multipart([b"", rubbish])
            reply = msgpack.unpackb(self.answer(socket)[-1])
            self.assertFalse(reply["ok"], rubbish[:20])
            self.assertEqual(reply["error"]["code"], "bad_request", rubbish[:20])
            self.assertTrue(reply["error"]["message"])
        socket.send_multipart([b""])
        socket.send_multipart([b"x"] * 50)
        self.assertIn("software", self.client.ask("ping"))

    def test_pages_hold_everything_once(self):  # [P44] [P47]
        self.fleet()
        for sort in ["node", "-node", "cpu", "-cpu", "state", "-state", "used", "-uptime",
                     "storage", "memory", "total", "network", "joined_at", "missed", "presence",
                     "silent_for"]:
            for limit in [1, 7, 25, 1000, 1_000_000]:
                names = [n["node"] for n in self.client.nodes(sort=sort, limit=limit)]
                self.assertEqual(len(names), 25, (sort, limit))
                self.assertEqual(len(set(names)), 25, (sort, limit))
        page = self.client.ask("nodes", limit=10)
        self.assertLessEqual(len(page["nodes"]), 10)
        self.assertIsNotNone(page["next"])

    def test_order(self):  # [P47]
        self.fleet()
        names = [n["node"] for n in self.client.nodes()]
        self.assertEqual(names, sorted(names))
        for key, value in [("cpu", lambda n: n["cpu"]), ("used", lambda n: n["storage"]["used"]),
                           ("uptime", lambda n: n["uptime"])]:
            up = [value(n) for n in self.client.nodes(sort=key, limit=4)]
            self.assertEqual(up, sorted(up), key)
            down = [value(n) for n in self.client.nodes(sort="-" + key, limit=4)]
            self.assertEqual(down, sorted(down, reverse=True), key)
        rank = ["healthy", "idle", "warning", "critical", "error"]
        worst = [rank.index(n["state"]) for n in self.client.nodes(sort="-state")]
        self.assertEqual(worst, sorted(worst, reverse=True))

    def test_filters(self):  # [P47]
        self.fleet()

        def names(**arguments):
            return {n["node"] for n in self.client.nodes(limit=3, **arguments)}

        self.assertEqual(len(names(state="error")), 5)
        self.assertEqual(len(names(state=["error", "idle"])), 10)
        self.assertEqual(len(names(prefix="even-")), 13)
        self.assertEqual(len(names(labels={"zone": "a"})), 13)
        self.assertEqual(names(labels={"zone": "a", "rack": "r0"}),
                         {f"even-{i:02}" for i in range(0, 25, 6)})
        self.assertEqual(names(labels={"zone": "nowhere"}), set())
        self.assertEqual(len(names(presence="present")), 25)
        self.assertEqual(names(presence=["late", "left"]), set())
        self.assertEqual(len(names(duty="active")), 25)
        self.assertEqual(names(duty="drained"), set())
        self.assertEqual(names(prefix="even-", state="error"), {"even-04", "even-14", "even-24"})

    def test_events_page_and_filter(self):  # [P49]
        self.fleet()
        first = self.client.ask("events", after=0, limit=10)
        self.assertEqual([e["seq"] for e in first["events"]], list(range(1, 11)))
        self.assertEqual((first["oldest"], first["newest"]), (1, 25))
        rest = self.client.ask("events", after=first["next"])
        self.assertEqual([e["seq"] for e in rest["events"]], list(range(11, 26)))
        self.assertIsNone(rest["next"])
        mine = self.client.ask("events", node="odd-03")
        self.assertEqual([e["kind"] for e in mine["events"]], ["joined"])
        self.assertEqual(self.client.ask("events", kinds=["evicted"])["events"], [])

    def test_a_reply_is_never_over_a_megabyte(self):  # [P44]
        for i in range(400):
            self.node(f"fat-{i:03}").status(reasons=["r" * 200] * 16)
        self.accepted(400)
        socket = self.dealer()
        names, after = [], None
        while True:
            socket.send(msgpack.packb({"v": 1, "id": 1, "op": "nodes", "limit": 1000,
                                       "after": after}))
            frame = self.answer(socket)[0]
            self.assertLessEqual(len(frame), 1024 * 1024)
            result = msgpack.unpackb(frame)["result"]
            names += [n["node"] for n in result["nodes"]]
            after = result["next"]
            if after is None:
                break
        self.assertEqual(names, [f"fat-{i:03}" for i in range(400)])

    def test_subscribe_page_merge(self):  # [P53]
        feed = self.subscribe(b"status.")
        self.fleet()
        known = {n["node"]: n for n in self.client.nodes(limit=5, prefix="")}
        self.node("late-comer").status()
        feed.until(lambda topic, _: topic == "status.late-comer")
        for topic, body, _ in feed.seen:
            status = msgpack.unpackb(body)
            name = topic.split(".", 1)[1]
            held = known.get(name)
            if held is None or held["session"] != status["session"] or held["seq"] < status["seq"]:
                known[name] = {"node": name, **status}
        truth = {n["node"]: n for n in self.client.nodes()}
        self.assertEqual(set(known), set(truth))
        for name, record in known.items():
            self.assertEqual((record["session"], record["seq"]),
                             (truth[name]["session"], truth[name]["seq"]))


if __name__ == "__main__":
    unittest.main()
