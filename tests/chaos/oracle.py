"""Asks the broker without ever waiting for it: it may be stopped or gone at any moment."""

import time

import msgpack
import zmq

GIVE_UP_S = 20.0


class Oracle:
    def __init__(self, query):
        self.query = query
        self.socket = None
        self.asked = {}   # id → (op, when, what to do with the answer)
        self.number = 0
        self.connect()

    def connect(self):
        self.close()
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.reconnect_ivl, self.socket.reconnect_ivl_max = 50, 200
        self.socket.connect(self.query)
        self.asked = {}

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def ask(self, op, then, **arguments):
        self.number += 1
        self.asked[self.number] = (op, time.monotonic(), then)
        self.socket.send(msgpack.packb({"v": 1, "id": self.number, "op": op, **arguments}))

    def turn(self):
        """Hands out the answers that are there."""
        while self.socket.poll(0):
            reply = msgpack.unpackb(self.socket.recv())
            op, when, then = self.asked.pop(reply.get("id"), (None, None, None))
            if then is not None and reply["ok"]:
                then(when, reply["as_of"], reply["result"])

    def oldest(self):
        return min((when for _, when, _ in self.asked.values()), default=None)

    def ask_and_wait(self, op, seconds=10.0, **arguments):
        got = []
        self.ask(op, lambda when, as_of, result: got.append((as_of, result)), **arguments)
        deadline = time.monotonic() + seconds
        while not got and time.monotonic() < deadline:
            self.socket.poll(50)
            self.turn()
        if not got:
            raise TimeoutError(f"the broker does not answer {op}")
        return got[0]
