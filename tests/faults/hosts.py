"""Machines on a network, each in a network namespace of its own, and what befalls such networks.

    network = Network(self)
    far = network.host()
    with far:                    # what is started or opened in here is on that machine
        agent = Program("rollcall-agent", …)
    network.cut(far)             # no frame passes any more, in either direction
    network.heal()

The namespaces have no names: they are held by descriptors of this process and by the programs in
them, so that nothing is left behind however a test ends.
"""

import ctypes
import os
import shutil
import subprocess
import threading
import unittest

import zmq

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class Namespace:
    """A network namespace; `with` puts this thread into it, and what the thread starts."""

    def __init__(self, test):
        self.test = test
        failed = []

        def make():
            try:
                check(LIBC.unshare(CLONE_NEWNET))
                self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                failed.append(error)

        maker = threading.Thread(target=make)
        maker.start()
        maker.join()
        if failed:
            raise unittest.SkipTest(f"no network namespaces here: {failed[0].strerror}")
        test.addCleanup(os.close, self.fd)
        self.outside = []
        self.run("ip", "link", "set", "lo", "up")

    def __enter__(self):
        self.outside.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))
        check(LIBC.setns(self.fd, CLONE_NEWNET))
        return self

    def __exit__(self, *_):
        fd = self.outside.pop()
        check(LIBC.setns(fd, CLONE_NEWNET))
        os.close(fd)

    def run(self, *command, text=None):
        if shutil.which(command[0], path=PATH) is None:
            raise unittest.SkipTest(f"{command[0]} is not installed; run scripts/setup")
        with self:
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                                  env={**os.environ, "PATH": PATH})
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}{text or ''}")
        return done.stdout

    def set(self, key, value):
        with self, open(f"/proc/sys/net/{key}", "w", encoding="ascii") as file:
            file.write(str(value))


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Host(Namespace):
    """A machine with one interface, eth0."""

    def __init__(self, test, address, port=None):
        super().__init__(test)
        self.address = address
        self.port = port  # the name of the switch's end of its cable
        self._context = None

    def context(self):
        """A zmq.Context whose threads are on this machine."""
        if self._context is None:
            self._context = zmq.Context()
            with self:
                self._context.socket(zmq.PUB).close()  # the first socket starts the threads
            self.test.addCleanup(self._context.destroy, 0)
        return self._context

    def endpoint(self, port):
        return f"tcp://{self.address}:{port}"


class Network:
    """A switch, and hosts 10.77.0.1, 10.77.0.2 … on it."""

    def __init__(self, test):
        self.test = test
        self.hosts = 0
        self.rules = []
        self.switch = Namespace(test)
        try:
            self.switch.run("ip", "link", "add", "switch", "type", "bridge")
            self.switch.run("ip", "link", "set", "switch", "up")
            self._apply()
        except RuntimeError as error:
            raise unittest.SkipTest(f"this kernel has no switch that drops: {error}") from error

    def host(self):
        self.hosts += 1
        port = f"port{self.hosts}"
        host = Host(self.test, f"10.77.0.{self.hosts}", port)
        self.switch.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
                        f"/proc/{os.getpid()}/fd/{host.fd}")
        self.switch.run("ip", "link", "set", port, "master", "switch", "up")
        host.run("ip", "address", "add", f"{host.address}/24", "dev", "eth0")
        host.run("ip", "link", "set", "eth0", "up")
        return host

    def router(self):
        """A machine on the switch that hides 10.78.0.0/24 behind its address."""
        return Router(self)

    def _apply(self):
        self.switch.run("nft", "-f", "-", text="\n".join(
            ["table bridge faults", "delete table bridge faults",
             "table bridge faults {", "chain c {", "type filter hook forward priority 0",
             *self.rules, "}", "}", ""]))

    def drop(self, *, source=None, to=None, percent=100):
        """Loses what comes from the one and goes to the other; None: anybody."""
        rule = f'iifname "{source.port}" ' if source else ""
        rule += f'oifname "{to.port}" ' if to else ""
        if percent < 100:
            rule += f"numgen random mod 100 < {percent} "
        self.rules.append(rule + "drop")
        self._apply()

    def cut(self, *hosts):
        for host in hosts:
            self.drop(source=host)
            self.drop(to=host)

    def heal(self):
        self.rules = []
        self._apply()

    def slow(self, host, rate):
        """A thin line with a deep queue, in both directions."""
        for namespace, device in ((self.switch, host.port), (host, "eth0")):
            namespace.run("tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate,
                          "burst", "4k", "limit", "512k")

    def power_off(self, host, *programs):
        """Nobody hears of its end: no FIN, no RST."""
        self.cut(host)
        for program in programs:
            program.process.kill()
            program.process.wait()


class Router:
    def __init__(self, network):
        self.test = network.test
        self.outer = network.host()
        self.inner = Host(self.test, "10.78.0.2")
        self.outer.run("ip", "link", "add", "inside", "type", "veth", "peer", "name", "eth0",
                       "netns", f"/proc/{os.getpid()}/fd/{self.inner.fd}")
        self.outer.run("ip", "address", "add", "10.78.0.1/24", "dev", "inside")
        self.outer.run("ip", "link", "set", "inside", "up")
        self.inner.run("ip", "address", "add", "10.78.0.2/24", "dev", "eth0")
        self.inner.run("ip", "link", "set", "eth0", "up")
        self.inner.run("ip", "route", "add", "default", "via", "10.78.0.1")
        self.outer.set("ipv4/ip_forward", 1)
        self._masquerade("20000-29999")
        # What belongs to no connection that it knows is passed over in silence.
        self.outer.set("netfilter/nf_conntrack_tcp_loose", 0)

    def _masquerade(self, ports):
        self.outer.run("nft", "-f", "-", text=f"""
            table ip nat
            delete table ip nat
            table ip nat {{
              chain out {{
                type nat hook postrouting priority 100
                oifname "eth0" ip protocol tcp masquerade to :{ports}
              }}
              chain through {{
                type filter hook forward priority 0
                ct state invalid drop
              }}
            }}
            """)

    def rebind(self):
        """Forgets every connection, and gives new ones other ports."""
        self.outer.run("ip", "link", "set", "eth0", "down")
        self._masquerade("40000-49999")
        self.outer.run("ip", "link", "set", "eth0", "up")
