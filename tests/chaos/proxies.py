"""TCP in between, which can be hurt: one thread that carries the bytes of all connections.

Every program under test connects through a proxy of its own, so that its path may be delayed,
narrowed, stalled in either direction (no bytes and no FIN: a partition), cut in the middle of a
frame, reset and healed, while all others have theirs.
"""

import collections
import os
import selectors
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"     # from the client to the broker, and back
MOST_WAITING = 64 * 1024    # bytes that one direction takes in before the sender must wait
CHUNK = 16 * 1024
RESET = struct.pack("ii", 1, 0)


class Pipe:
    """One direction of one connection."""

    def __init__(self, source, sink, way):
        self.source, self.sink, self.way = source, sink, way
        self.waiting = collections.deque()  # (when it may go on, bytes)
        self.bytes = 0
        self.ended = False       # the source said FIN
        self.allowance = 0.0     # bytes that the rate lets through
        self.refilled = 0.0


class Connection:
    def __init__(self, client, server):
        self.client, self.server = client, server
        self.pipes = {UP: Pipe(client, server, UP), DOWN: Pipe(server, client, DOWN)}


class Proxy:
    """Policies are plain attributes, set by whoever hurts; the thread looks at them."""

    def __init__(self, name, listener, target):
        self.name, self.listener, self.target = name, listener, target
        self.endpoint = "tcp://127.0.0.1:%d" % listener.getsockname()[1]
        self.connections = []
        self.stalled = set()      # of UP, DOWN
        self.delay = 0.0
        self.rate = None          # bytes a second
        self.cut = False          # forward half of the next chunk, then reset
        self.reset = False        # reset all connections now
        self.forwarded = 0

    def heal(self):
        self.stalled, self.delay, self.rate, self.cut = set(), 0.0, None, False


class Proxies:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.proxies = []
        self.new = collections.deque()
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_read, False)
        self.selector.register(self.wake_read, selectors.EVENT_READ, None)
        self.busy = set()        # (proxy, connection) that have something to carry
        self.failure = None
        self.stopping = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def add(self, name, target_port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        listener.setblocking(False)
        proxy = Proxy(name, listener, target_port)
        self.new.append(proxy)
        self.kick()
        return proxy

    def kick(self):
        os.write(self.wake_write, b"x")

    def stop(self):
        self.stopping = True
        self.kick()
        self.thread.join(5)

    # ---- the thread -----------------------------------------------------------------------------

    def _run(self):
        try:
            while not self.stopping:
                self._turn()
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error
            raise
        for proxy in self.proxies:
            for connection in list(proxy.connections):
                self._close(proxy, connection)
            proxy.listener.close()

    def _turn(self):
        events = self.selector.select(0.005 if self.busy else 1.0)
        now = time.monotonic()
        for key, _ in events:
            if key.data is None:
                self._look_at_all()
            elif key.data[1] is None:
                self._accept(key.data[0])
            else:
                self._read(*key.data, now)
        for proxy, connection in list(self.busy):
            self._carry(proxy, connection, now)
            if connection not in proxy.connections or not any(
                    pipe.waiting for pipe in connection.pipes.values()):
                self.busy.discard((proxy, connection))

    def _look_at_all(self):
        """Somebody changed a policy, or added a proxy."""
        try:
            os.read(self.wake_read, 4096)
        except BlockingIOError:
            pass
        while self.new:
            proxy = self.new.popleft()
            self.proxies.append(proxy)
            self.selector.register(proxy.listener, selectors.EVENT_READ, (proxy, None, None))
        for proxy in self.proxies:
            reset, proxy.reset = proxy.reset, False
            for connection in list(proxy.connections):
                if reset:
                    self._close(proxy, connection, reset=True)
                else:
                    self.busy.add((proxy, connection))

    def _accept(self, proxy):
        try:
            client, _ = proxy.listener.accept()
        except OSError:
            return
        server = socket.socket()
        for end in (client, server):  # little may hide in the kernel
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            server.settimeout(1.0)
            server.connect(("127.0.0.1", proxy.target))
        except OSError:
            client.close()
            server.close()
            return
        client.setblocking(False)
        server.setblocking(False)
        connection = Connection(client, server)
        proxy.connections.append(connection)
        self.busy.add((proxy, connection))

    def _watch(self, proxy, connection, pipe):
        """Reads from a source only while there is room, and not across a partition."""
        wanted = not pipe.ended and pipe.bytes < MOST_WAITING and pipe.way not in proxy.stalled
        known = self._known(pipe.source)
        if wanted and not known:
            self.selector.register(pipe.source, selectors.EVENT_READ, (proxy, connection, pipe))
        elif known and not wanted:
            self.selector.unregister(pipe.source)

    def _known(self, end):
        try:
            self.selector.get_key(end)
            return True
        except KeyError:
            return False

    def _read(self, proxy, connection, pipe, now):
        if pipe.source.fileno() < 0:
            return
        self.busy.add((proxy, connection))
        try:
            data = pipe.source.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._close(proxy, connection, reset=True)
            return
        if not data:
            pipe.ended = True
            return
        pipe.waiting.append((now + proxy.delay, data))
        pipe.bytes += len(data)

    def _carry(self, proxy, connection, now):
        for pipe in connection.pipes.values():
            if pipe.sink.fileno() < 0:
                return
            if pipe.way not in proxy.stalled and not self._forward(proxy, connection, pipe, now):
                return
            self._watch(proxy, connection, pipe)
        if any(pipe.ended and not pipe.waiting and pipe.way not in proxy.stalled
               for pipe in connection.pipes.values()):
            self._close(proxy, connection)

    def _forward(self, proxy, connection, pipe, now):
        pipe.allowance = min(16_384.0, pipe.allowance + (now - pipe.refilled) * (proxy.rate or 0))
        pipe.refilled = now
        while pipe.waiting and pipe.waiting[0][0] <= now:
            when, data = pipe.waiting[0]
            piece = data
            if proxy.rate is not None:
                piece = data[:int(pipe.allowance)]
                if not piece:
                    break
            if proxy.cut and len(piece) > 8:
                piece = piece[:len(piece) // 2]
            try:
                sent = pipe.sink.send(piece)
            except BlockingIOError:
                break
            except OSError:
                self._close(proxy, connection, reset=True)
                return False
            pipe.allowance -= sent
            pipe.bytes -= sent
            proxy.forwarded += sent
            pipe.waiting.popleft()
            if sent < len(data):
                pipe.waiting.appendleft((when, data[sent:]))
            if proxy.cut and len(data) > 8:
                proxy.cut = False
                self._close(proxy, connection, reset=True)
                return False
        return True

    def _close(self, proxy, connection, reset=False):
        for end in (connection.client, connection.server):
            if end.fileno() < 0:
                continue
            if self._known(end):
                self.selector.unregister(end)
            if reset:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.close()
        if connection in proxy.connections:
            proxy.connections.remove(connection)
