"""Signals that mean nothing to us, in storms; and one that means the end, among the dead."""

import signal
import threading
import time
import unittest

from common import QUIET_KINDS, Agent, FaultTest, Node, Subscriber, Watch, wait_for
from hosts import Network

# Their default is to be ignored; each still interrupts a system call where a handler is set.
IDLE = (signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT)


class Storms(FaultTest):
    def test_signals_that_mean_nothing(self):
        broker = self.start_broker()
        asking = self.client(broker)
        feed = Subscriber(broker.feed, b"status.")
        self.addCleanup(feed.close)
        agents = [self.start_agent("fleet", broker, "--nodes", "100", "--interval", "50ms"),
                  self.start_agent("other", broker, "--source", "simulated", "--interval", "50ms")]
        monitor = self.start_program("rollcall-monitor", "--query", broker.query, "--feed",
                                     broker.feed, "events", "--follow", "-o", "json")
        self.present(asking, 101)
        targets = [broker, monitor, *agents]
        running, sent = True, 0

        def storm():
            nonlocal sent
            while running:
                for target in targets:
                    target.send_signal(IDLE[sent % len(IDLE)])
                    sent += 1
                time.sleep(0.0002)

        thread = threading.Thread(target=storm)
        thread.start()
        began = time.monotonic()
        while time.monotonic() - began < 3:
            asking.ask("summary")
            feed.next(0)
        running = False
        thread.join()
        self.note(f"{sent} signals in 3 s")
        for target in targets:
            self.alive(target)
        summary = asking.ask("summary")
        self.assertEqual((summary["nodes"]["present"], summary["missed"], summary["refused"]),
                         (101, 0, {}))
        self.assertGreater(summary["accepted"], 101 * 30)
        self.assertEqual(Watch(asking).kinds() - QUIET_KINDS, set())
        for target in agents + [broker]:
            self.stops_in_time(target)


class Dead(FaultTest):
    def test_an_end_among_dead_peers(self):
        network = Network(self)
        home, far = network.host(), network.host()
        broker = self.start_broker(host=home)
        asking = self.client(broker, home)
        agent = Agent(broker.announce, home.context())
        self.addCleanup(agent.close)
        fleet = self.start_agent("fleet", broker, "--nodes", "20", "--interval", "100ms", host=far)
        feed = Subscriber(broker.feed, b"", far.context())
        self.addCleanup(feed.close)
        self.assertIsNotNone(feed.next())
        self.present(asking, 20)
        network.cut(far)
        # Into the queue of a subscriber that is gone, beyond what the kernel takes.
        node = Node(agent, "near")
        for _ in range(3000):
            node.status(reasons=["x" * 200] * 16)
        wait_for(lambda: asking.ask("summary")["accepted"] >= 3000)
        self.stops_in_time(broker)
        self.stops_in_time(fleet)

    def test_an_agent_whose_broker_is_dead(self):
        network = Network(self)
        home, far = network.host(), network.host()
        broker = self.start_broker(host=home)
        agents = [self.start_agent("fleet", broker, "--nodes", "500", "--interval", "50ms",
                                   host=far),
                  self.start_agent("one", broker, "--source", "simulated", host=far)]
        self.present(self.client(broker, home), 501)
        network.power_off(home, broker)
        time.sleep(1)
        for agent in agents:
            self.stops_in_time(agent)


if __name__ == "__main__":
    unittest.main()
