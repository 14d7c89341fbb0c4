"""The systems that are compared, each in its fastest sensible setting."""

import json
import os
import shutil
import subprocess
import tempfile

from processes import Program, free_port, wait_for_port

BIN = os.environ["ROLLCALL_BIN"]


def tcp(port):
    return f"tcp://127.0.0.1:{port}"


class System(Program):
    """A running system: where to publish, subscribe and ask, and what the load calls it."""

    load_name = "zmq"

    def __init__(self, command):
        self.folder = tempfile.TemporaryDirectory()
        super().__init__(command)
        self.publish_at = self.subscribe_at = self.query_at = None

    def stop(self, *arguments, **options):
        super().stop(*arguments, **options)
        self.folder.cleanup()


class Rollcall(System):
    title = "Rollcall"
    lacks = "—"

    def __init__(self, *options, ports=None):
        if ports is None:
            ports = [free_port() for _ in range(3)]
        self.ports = ports
        announce, query, feed = (tcp(port) for port in ports)
        super().__init__([f"{BIN}/rollcall-broker", "--announce", announce, "--query", query,
                          "--feed", feed, "--log-format", "json", *options])
        self.publish_at, self.query_at, self.subscribe_at = announce, query, feed
        self.started = self.read_line()

    def ask(self, op, **options):
        """The body of a reply, through pyzmq: a foreign client."""
        import msgpack
        import zmq
        with zmq.Context() as context, context.socket(zmq.REQ) as requester:
            requester.linger = 0
            requester.rcvtimeo = 30_000
            requester.connect(self.query_at)
            requester.send(msgpack.packb({"v": 1, "id": 1, "op": op, **options}))
            return msgpack.unpackb(requester.recv())


class BareProxy(System):
    title = "bare zmq_proxy"
    lacks = "decoding, registry, expiry, events, queries: it only forwards"

    def __init__(self, queue=10_000, keys=None):
        super().__init__([f"{BIN}/rollcall-bare-proxy", str(queue), *([keys] if keys else [])])
        self.publish_at, self.subscribe_at = self.read_line().split()


class Nats(System):
    title = "NATS core"
    load_name = "nats"
    lacks = "latest value, expiry, validation, typed queries"

    def __init__(self):
        port = free_port()
        super().__init__(["nats-server", "-a", "127.0.0.1", "-p", str(port)])
        self.publish_at = self.subscribe_at = tcp(port)
        wait_for_port(port)


class Redis(System):
    title = "Redis SET … EX 120"
    load_name = "redis"
    lacks = "subscribers (the value reaches none here), validation, events, typed queries"

    def __init__(self):
        port = free_port()
        super().__init__(["redis-server", "--bind", "127.0.0.1", "--port", str(port),
                          "--save", "", "--appendonly", "no", "--dir", "/tmp"])
        self.publish_at = tcp(port)
        wait_for_port(port)


class Mosquitto(System):
    title = "Mosquitto, retained, QoS 0"
    load_name = "mosquitto"
    lacks = "expiry, validation, events, typed queries"

    def __init__(self):
        port = free_port()
        folder = tempfile.mkdtemp()
        config = os.path.join(folder, "mosquitto.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                       "max_queued_messages 0\nset_tcp_nodelay true\nlog_type none\n")
        super().__init__(["mosquitto", "-c", config])
        wait_for_port(port)
        os.remove(config)
        os.rmdir(folder)
        self.publish_at = self.subscribe_at = tcp(port)


class Keys:
    """Keys of a broker, of one node and of one who watches, as users make them."""

    def __init__(self, node):
        self.root = tempfile.TemporaryDirectory()
        self.broker, self.node, self.watcher = (
            os.path.join(self.root.name, name) for name in ("broker", "node", "watcher"))
        for folder, name in ((self.broker, "broker"), (self.node, node), (self.watcher, "eye")):
            subprocess.run([f"{BIN}/rollcall-monitor", "keygen", name, "--out", folder],
                           check=True, stdout=subprocess.DEVNULL)
        for folder, name, role in ((self.node, node, "agents"), (self.watcher, "eye", "monitors")):
            os.makedirs(os.path.join(self.broker, role))
            shutil.copy(os.path.join(folder, name + ".key"), os.path.join(self.broker, role))
            shutil.copy(os.path.join(self.broker, "broker.key"), folder)
            os.remove(os.path.join(folder, name + ".key"))


def load(command, system, **options):
    """A load program at work on `system`."""
    at = {"publish": system.publish_at, "subscribe": system.subscribe_at,
          "ask": system.query_at}[command]
    words = [f"{BIN}/rollcall-load", command, "--system", system.load_name, "--endpoint", at]
    for name, value in options.items():
        if value is True:
            words.append("--" + name.replace("_", "-"))
        elif value is not None:
            words += ["--" + name.rstrip("_").replace("_", "-"), str(value)]
    return Program(words)


def parts(seconds):
    """What the benchmarks in process say, by name: nanoseconds and allocations an operation."""
    program = Program([f"{BIN}/rollcall-bench", "--benchmark_format=json",
                       f"--benchmark_min_time={seconds}"])
    out, _ = program.child.communicate()
    return {it["name"]: {"ns": it["ns/op"], "allocations": it["allocations/op"]}
            for it in json.loads(out)["benchmarks"]}
