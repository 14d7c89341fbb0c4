"""Machines that lose their power, and a router that loses its memory: nobody says FIN.

The kernel of the broker must notice by itself; that takes a minute, so all wait for it together."""

import time
import unittest

from common import Agent, Client, FaultTest, Node, Subscriber, Watch, unpack, wait_for
from hosts import Network

# Keepalive asks after 30 s, and gives up after three times 10 s.
NOTICED_S = 60.0


class PowerOff(FaultTest):
    def setUp(self):
        self.network = Network(self)
        self.home = self.network.host()

    def test_what_vanished_is_closed_within_a_minute(self):  # [P28] [P29]
        short = self.start_broker("--evict-after", "5s", host=self.home)
        asking = self.client(short, self.home)
        watch = Watch(asking)
        self.start_agent("stays", short, "--nodes", "5", "--interval", "500ms",
                         host=self.network.host())
        self.present(asking, 5)
        without, resident = short.descriptors(), short.resident_bytes()
        moves = Behind(self)

        gone = self.network.host()
        fleet = self.start_agent("gone", short, "--nodes", "10", "--interval", "500ms", host=gone)
        agent = Agent(short.announce, gone.context())
        feed = Subscriber(short.feed, b"", gone.context())
        asks = Client(short.query, gone.context())
        Node(agent, "gone-foreign").status(interval=500)
        asks.ask("ping")
        feed.until(lambda *_: True)
        self.present(asking, 16)
        self.assertGreaterEqual(short.descriptors(), without + 5)
        off = time.monotonic()
        self.network.power_off(gone, fleet)
        for socket in (agent, feed, asks):
            socket.close()
        moves.begin()

        wait_for(lambda: len(watch.of("evicted", prefix="gone")) == 11, 12, "eviction")
        self.note(f"evicted after {time.monotonic() - off:.1f} s")
        for kind in ("late", "evicted"):
            self.assertEqual(set(watch.of(kind, prefix="gone").values()), {1})
        for event in watch.look():
            if event["kind"] == "evicted":
                self.assertGreaterEqual(event["silent_for"], 5000)
                self.assertLess(event["silent_for"], 6000)
        self.assertLessEqual(watch.kinds(prefix="stays"), {"joined", "state"})
        moves.comes_back()
        self.as_before(short, without, resident, NOTICED_S + 10 - (time.monotonic() - off))
        self.note(f"sockets closed after {time.monotonic() - off:.1f} s")
        moves.ends_well()
        self.stops_in_time(short)

    def test_the_machine_of_the_broker(self):  # [P30] [P42]
        broker = self.start_broker(host=self.home)
        elsewhere = self.network.host()
        asking = self.client(broker, self.home)
        self.start_agent("fleet", broker, "--nodes", "10", "--interval", "500ms", host=elsewhere)
        for i in range(5):
            self.start_agent(f"single-{i}", broker, "--source", "simulated", "--interval", "500ms",
                             host=elsewhere)
        self.present(asking, 15)
        self.network.power_off(self.home, broker)
        time.sleep(6)
        broker = self.start_broker(host=self.home)
        feed = Subscriber(broker.feed, b"status.", self.home.context())
        self.addCleanup(feed.close)
        probe = Agent(broker.announce, self.home.context())
        self.addCleanup(probe.close)
        wait_for(lambda: Node(probe, "probe").status() and feed.next(100))
        healed, wall = time.monotonic(), time.time() * 1000
        self.network.heal()
        asking = self.client(broker, self.home)
        self.present(asking, 16, 40)
        self.note(f"all back {time.monotonic() - healed:.1f} s after the power")
        time.sleep(1)
        stale = {}
        while (message := feed.next(0)) is not None:
            if unpack(message[1])["at"] < wall - 1000:
                stale[message[0]] = stale.get(message[0], 0) + 1
        self.note(f"stale announcements: {sum(stale.values())}")
        self.assertLessEqual(max(stale.values(), default=0), 2)
        self.assertEqual(Watch(asking).kinds() - {"joined", "state"}, set())


class Behind:
    """A node behind a router that forgets its connections and lets new ones out of other ports."""

    def __init__(self, test):
        self.test = test
        self.router = test.network.router()
        self.home = test.network.host()
        self.broker = test.start_broker(host=self.home)
        self.asking = test.client(self.broker, self.home)
        self.watch = Watch(self.asking)
        self.agent = test.start_agent("moves", self.broker, "--source", "simulated", "--interval",
                                      "1s", host=self.router.inner)
        test.present(self.asking, 1)
        time.sleep(0.5)
        self.before = self.asking.node("moves")
        self.descriptors = self.broker.descriptors()
        self.resident = self.broker.resident_bytes()

    def ports(self):
        """From which it is connected."""
        with self.home, open("/proc/thread-self/net/tcp", encoding="ascii") as file:
            rows = [line.split() for line in file]
        peers = [row[2].split(":") for row in rows if row[3] == "01"]
        router = "".join(f"{int(part):02X}" for part in
                         reversed(self.router.outer.address.split(".")))
        return sorted(int(port, 16) for address, port in peers if address == router)

    def begin(self):
        self.were = self.ports()
        self.began = time.monotonic()
        self.router.rebind()
        wait_for(lambda: self.watch.of("late"), 6)

    def comes_back(self):
        wait_for(lambda: self.watch.of("recovered"), 50, "the node behind the router")
        self.test.note(f"behind the router: back after {time.monotonic() - self.began:.1f} s")

    def ends_well(self):
        test, after = self.test, self.asking.node("moves")
        test.assertEqual(after["session"], self.before["session"])
        test.assertEqual(after["presence"], "present")
        test.assertEqual(self.before["peer"], after["peer"])
        test.note(f"{after['missed']} missed")
        test.assertEqual(self.asking.ask("summary")["nodes"]["total"], 1)
        test.assertEqual(self.watch.kinds() - {"guard"}, {"joined", "late", "recovered"} |
                         ({"state"} & self.watch.kinds()))
        # It sends nothing on its connection to the feed, and so is the last to find that one dead.
        wait_for(lambda: len(self.ports()) == len(self.were),
                 NOTICED_S + 15 - (time.monotonic() - self.began), "the feed to be heard again")
        test.note(f"connected from ports {self.were}, then {self.ports()}, all of them after "
                  f"{time.monotonic() - self.began:.1f} s")
        test.assertTrue(all(port < 30_000 for port in self.were))
        test.assertTrue(all(port >= 40_000 for port in self.ports()))
        test.as_before(self.broker, self.descriptors, self.resident)
        test.alive(self.agent)


if __name__ == "__main__":
    unittest.main()
