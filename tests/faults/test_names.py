"""Host names that do not resolve, ports that are taken, transports that are none of ours."""

import os
import socket
import subprocess
import tempfile
import time
import unittest

from common import FaultTest, Keys, Watch, run
from hosts import Network

# The files of a resolver of its own; then the program.
OWN_NAMES = ('mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv.conf" /etc/resolv.conf '
             '&& exec "$@"')


class Names(FaultTest):
    def setUp(self):
        if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
            raise unittest.SkipTest("no mount namespaces here")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.network = Network(self)
        self.home, self.far = self.network.host(), self.network.host()
        # A server that takes questions and never answers.
        with self.home:
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(server.close)
        server.bind((self.home.address, 53))
        self.resolver("timeout:1 attempts:1")
        self.write("hosts", "127.0.0.1 localhost\n")

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="ascii") as file:
            file.write(text)

    def resolver(self, options):
        self.write("resolv.conf", f"nameserver {self.home.address}\noptions {options}\n")

    def start_named(self, name, *arguments):
        with self.far:
            return self.start_program(
                "rollcall-agent", name, "--source", "simulated", "--interval", "300ms",
                "--log-format", "json", *arguments, "--announce", "tcp://rollcall.test:8888",
                "--feed", "tcp://rollcall.test:8890",
                within=("unshare", "-m", "sh", "-c", OWN_NAMES, self.folder.name))

    def test_a_name_that_resolves_later(self):
        broker = self.start_broker(host=self.home)
        asking = self.client(broker, self.home)
        self.start_agent("numbers", broker, "--source", "simulated", "--interval", "300ms",
                         host=self.far)
        agent = self.start_named("names")
        agent.line(lambda line: '"started"' in line)
        self.present(asking, 1)
        time.sleep(3)
        self.alive(agent)
        self.assertEqual([node["node"] for node in asking.nodes()], ["numbers"])
        self.write("hosts", f"127.0.0.1 localhost\n{self.home.address} rollcall.test\n")
        resolved = time.monotonic()
        self.present(asking, 2, 40)
        self.note(f"joined {time.monotonic() - resolved:.1f} s after its broker's name resolved")
        # Names are gone again: who is connected does not notice.
        self.write("hosts", "127.0.0.1 localhost\n")
        time.sleep(1.5)
        self.assertEqual(Watch(asking).kinds() - {"joined", "state"}, set())
        self.assertEqual(asking.ask("summary")["missed"], 0)
        self.stops_in_time(agent)


    # libzmq looks names up in the thread that moves the bytes, of which an agent has one.
    def test_a_name_that_never_resolves_beside_a_broker_that_is_there(self):
        self.resolver("timeout:5 attempts:2")  # what there is where nothing else is said
        broker = self.start_broker(host=self.home)
        asking = self.client(broker, self.home)
        agent = self.start_named("both", "--announce", broker.announce, "--feed", broker.feed)
        agent.line(lambda line: '"started"' in line)
        self.present(asking, 1, 5)
        time.sleep(3)
        self.assertEqual(Watch(asking).kinds() - {"joined", "state"}, set())


class Refusals(FaultTest):
    def test_a_second_broker_on_any_of_the_ports(self):
        first = self.start_broker()
        for taken, option in enumerate(("--announce", "--query", "--feed")):
            endpoints = {name: "tcp://127.0.0.1:*" for name in ("--announce", "--query", "--feed")}
            endpoints[option] = first.endpoints()[taken]
            done = run("rollcall-broker", *(word for pair in endpoints.items() for word in pair))
            self.assertEqual(done.returncode, 1, done.stderr)
            for part in (option, endpoints[option], "another program listens there"):
                self.assertIn(part, done.stderr)
        self.alive(first)
        self.assertTrue(self.client(first).reply("ping")["ok"])

    def test_beyond_this_machine_without_keys_on_any_of_the_ports(self):
        for option in ("--announce", "--query", "--feed"):
            for address in ("0.0.0.0", "*", "[::]", "10.77.0.1"):
                done = run("rollcall-broker", option, f"tcp://{address}:18888")
                self.assertEqual(done.returncode, 2, (option, address, done.stderr))
                self.assertIn("--keys", done.stderr)

    def test_transports_that_are_none_of_ours(self):
        keys = Keys(self)
        for option in ("--announce", "--query", "--feed"):
            for endpoint in ("udp://127.0.0.1:18888", "pgm://127.0.0.1;239.1.1.1:18888",
                             "epgm://127.0.0.1;239.1.1.1:18888", "norm://127.0.0.1:18888",
                             "inproc://here", "tipc://{1,2,3}", "vmci://1:1", "tcp:127.0.0.1:1"):
                for more in ((), ("--insecure",), ("--keys", keys.broker)):
                    done = run("rollcall-broker", option, endpoint, *more)
                    self.assertEqual(done.returncode, 2, (option, endpoint, more, done.stderr))
                    self.assertIn(option, done.stderr)


if __name__ == "__main__":
    unittest.main()
