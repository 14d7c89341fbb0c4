#!/usr/bin/env python3
"""The paths in between do what they are told, and nothing else."""

import socket
import threading
import time
import unittest

from proxies import DOWN, UP, Proxies


class Echo(threading.Thread):
    """Says back whatever it hears."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    @staticmethod
    def serve(peer):
        try:
            while data := peer.recv(65_536):
                peer.sendall(data)
        except OSError:
            pass
        peer.close()


class Paths(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()
        self.addCleanup(self.echo.listener.close)
        self.proxies = Proxies()
        self.addCleanup(self.proxies.stop)
        self.proxy = self.proxies.add("path", self.echo.port)
        self.client = self.connect()

    def connect(self):
        made = socket.create_connection(("127.0.0.1", int(self.proxy.endpoint.split(":")[-1])), 5)
        self.addCleanup(made.close)
        made.settimeout(5)
        return made

    def policy(self, **changes):
        for name, value in changes.items():
            setattr(self.proxy, name, value)
        self.proxies.kick()
        time.sleep(0.05)

    def receive(self, size):
        data = b""
        while len(data) < size:
            piece = self.client.recv(size - len(data))
            if not piece:
                break
            data += piece
        return data

    def silent_for(self, seconds):
        self.client.settimeout(seconds)
        try:
            self.client.recv(1)
            return False
        except TimeoutError:
            self.client.settimeout(5)
            return True

    def test_it_carries_all_bytes(self):
        data = bytes(range(256)) * 4000
        writer = threading.Thread(target=self.client.sendall, args=(data,))
        writer.start()
        self.assertEqual(self.receive(len(data)), data)
        writer.join()

    def test_a_stall_loses_nothing_and_says_nothing(self):
        for way in ({UP}, {DOWN}, {UP, DOWN}):
            self.policy(stalled=way)
            self.client.sendall(b"hello")
            self.assertTrue(self.silent_for(0.2), way)
            self.proxy.heal()
            self.proxies.kick()
            self.assertEqual(self.receive(5), b"hello")

    def test_a_connection_made_across_a_partition_waits_for_its_end(self):
        self.policy(stalled={UP, DOWN})
        self.client = self.connect()
        self.client.sendall(b"hello")
        self.assertTrue(self.silent_for(0.2))
        self.proxy.heal()
        self.proxies.kick()
        self.assertEqual(self.receive(5), b"hello")

    def test_delay(self):
        self.policy(delay=0.1)
        began = time.monotonic()
        self.client.sendall(b"hello")
        self.assertEqual(self.receive(5), b"hello")
        self.assertGreaterEqual(time.monotonic() - began, 0.2)  # there and back

    def test_a_narrow_path(self):
        self.policy(rate=20_000.0)
        began = time.monotonic()
        self.client.sendall(bytes(26_384))
        self.assertEqual(len(self.receive(26_384)), 26_384)
        self.assertGreater(time.monotonic() - began, 0.4)

    def test_a_reset_is_one(self):
        self.client.sendall(b"x")
        self.receive(1)
        self.policy(reset=True)
        with self.assertRaises(ConnectionResetError):
            self.client.recv(1)

    def test_a_cut_is_in_the_middle(self):
        """Half of what was said arrives at the other end, which then is told of a reset."""
        heard = []

        def serve(peer):
            try:
                while data := peer.recv(65_536):
                    heard.append(data)
            except ConnectionResetError:
                heard.append(None)
            peer.close()
        self.echo.serve = serve
        self.client = self.connect()
        self.policy(cut=True)
        self.client.sendall(b"0123456789")
        deadline = time.monotonic() + 5
        while None not in heard and b"" not in heard and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIn(heard, ([b"01234", None], [None]))

    def test_a_server_that_is_gone(self):
        self.echo.listener.close()
        self.client = self.connect()
        try:
            self.assertEqual(self.client.recv(1), b"")
        except ConnectionResetError:
            pass


if __name__ == "__main__":
    unittest.main()
