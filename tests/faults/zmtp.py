"""ZMTP by the byte, for peers that do not keep to it."""

import select
import socket
import struct
import time

import zmq

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"


def greeting(mechanism=b"NULL", as_server=False, version=(3, 1)):
    return (SIGNATURE + bytes(version) + mechanism.ljust(20, b"\0") + bytes([as_server])
            + bytes(31))


def command(name, data=b""):
    body = bytes([len(name)]) + name + data
    assert len(body) < 256
    return bytes([4, len(body)]) + body


def ready(socket_type):
    """The handshake of a peer without keys, in one go."""
    value = socket_type.encode()
    name = b"Socket-Type"
    return greeting() + command(b"READY", bytes([len(name)]) + name
                                + struct.pack(">I", len(value)) + value)


def message(*frames):
    packed = b""
    for left, frame in zip(range(len(frames) - 1, -1, -1), frames):
        more = 1 if left else 0
        if len(frame) < 256:
            packed += bytes([more, len(frame)]) + frame
        else:
            packed += bytes([more | 2]) + struct.pack(">Q", len(frame)) + frame
    return packed


def connect(endpoint):
    host, port = endpoint[len("tcp://"):].rsplit(":", 1)
    return socket.create_connection((host, int(port)), 10)


def handshaken(endpoint, socket_type):
    """A connection that is through the handshake without keys."""
    peer = connect(endpoint)
    peer.sendall(ready(socket_type))
    expect(peer, 64)
    expect(peer, expect(peer, 2)[1])
    return peer


def expect(peer, count):
    got = b""
    while len(got) < count:
        part = peer.recv(count - len(got))
        if not part:
            raise ConnectionError(f"closed after {len(got)} of {count} bytes")
        got += part
    return got


def recorded_hello(public, secret, server):
    """What a client of CURVE says up to its HELLO: it proves nothing yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = zmq.Context.instance().socket(zmq.DEALER)
        client.linger = 0
        client.curve_publickey, client.curve_secretkey, client.curve_serverkey = (
            public, secret, server)
        client.connect(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        peer, _ = listener.accept()
        with peer:
            peer.sendall(greeting(b"CURVE", True))
            recorded = expect(peer, 64 + 2 + 200)
        client.close()
    return recorded


class Crowd:
    """Many connections, watched for the moment when the other side closes them."""

    def __init__(self):
        self.opened = {}
        self.sockets = {}
        self.closed = []  # after how many seconds
        self.poll = select.epoll()

    def join(self, endpoint, says):
        peer = connect(endpoint)
        try:
            peer.sendall(says)
        except OSError:
            pass  # closed before it was said
        peer.setblocking(False)
        self.sockets[peer.fileno()] = peer
        self.opened[peer.fileno()] = time.monotonic()
        self.poll.register(peer.fileno(), select.EPOLLIN)

    def watch(self, seconds):
        """Until all are closed, or the time is over; how many are not."""
        deadline = time.monotonic() + seconds
        while self.sockets and (left := deadline - time.monotonic()) > 0:
            for fd, _ in self.poll.poll(min(left, 0.5)):
                self._read(fd)
        return len(self.sockets)

    def _read(self, fd):
        try:
            while data := self.sockets[fd].recv(65536):
                del data
        except BlockingIOError:
            return
        except ConnectionError:
            pass
        self.closed.append(time.monotonic() - self.opened.pop(fd))
        self.poll.unregister(fd)
        self.sockets.pop(fd).close()

    def close(self):
        for peer in self.sockets.values():
            peer.close()
        self.sockets = {}
        self.poll.close()
