"""Programs that are killed, again and again, or stand still for longer than is borne."""

import signal
import time
import unittest

from common import QUIET_KINDS, SANITIZED, FaultTest, Watch, wait_for
from hosts import Network


class Restarts(FaultTest):
    FLEET = 100
    SINGLES = 10

    def test_a_broker_killed_every_few_seconds(self):  # [P36]
        interval_s = 1.0
        broker = self.start_broker()
        self.start_agent("fleet", broker, "--nodes", str(self.FLEET), "--interval", "1s")
        for i in range(self.SINGLES):
            self.start_agent(f"single-{i}", broker, "--source", "simulated", "--interval", "1s")
        everybody = self.FLEET + self.SINGLES
        self.present(self.client(broker), everybody)
        slowest = 0
        for _ in range(3):
            broker.process.kill()
            broker.process.wait()
            time.sleep(0.5)
            broker = self.start_broker(endpoints=broker.endpoints())
            up = time.monotonic()
            asking = self.client(broker)
            watch = Watch(asking)
            self.present(asking, everybody)
            slowest = max(slowest, time.monotonic() - up)
            # Two beats, and what the agents let pass between two tries to connect.
            self.assertLess(slowest, 2 * interval_s + (10 if SANITIZED else 1.5))
            time.sleep(1.2)
            self.assertEqual(watch.kinds() - QUIET_KINDS, set())
            self.assertEqual(set(watch.of("joined").values()), {1})
            summary = asking.ask("summary")
            self.assertEqual((summary["missed"], summary["refused"]), (0, {}))
            self.assertEqual(summary["nodes"]["present"], everybody)
        self.note(f"{everybody} nodes back after at most {slowest:.2f} s")


class Standstill(FaultTest):
    def test_a_broker_that_stood_still_for_longer_than_the_eviction_time(self):  # [P30]
        broker = self.start_broker("--evict-after", "3s")
        asking = self.client(broker)
        watch = Watch(asking)
        # Several agents, each with less to say meanwhile than the kernel takes for the broker.
        fleets = [self.start_agent(f"fleet-{i}", broker, "--nodes", "5", "--interval", "500ms")
                  for i in range(4)]
        self.present(asking, 20)
        descriptors, resident = broker.descriptors(), broker.resident_bytes()
        broker.send_signal(signal.SIGSTOP)
        time.sleep(10)
        broker.send_signal(signal.SIGCONT)
        woke = time.monotonic()
        while time.monotonic() - woke < 2:
            self.assertEqual(watch.kinds() - QUIET_KINDS, set())
            time.sleep(0.1)
        self.present(asking, 20)
        self.assertEqual(asking.ask("summary")["missed"], 0)
        # Whoever falls silent now is judged again.
        for fleet in fleets:
            self.end(fleet)
        wait_for(lambda: len(watch.of("evicted")) == 20, 8, "eviction")
        self.as_before(broker, descriptors, resident)

    # Where more waits than the kernel takes, the sender's kernel finds the window shut. On loopback
    # its segments are larger than the window that opens when the broker reads again, and so it does
    # not send before its persist timer fires: seconds later, and all are late, or even evicted.
    def test_a_backlog_larger_than_the_window_of_tcp(self):  # [P30]
        host = Network(self).host()
        host.set("ipv4/tcp_rmem", "4096 65536 65536")
        broker = self.start_broker("--evict-after", "30s", host=host)
        asking = self.client(broker, host)
        for i in range(8):
            self.start_agent(f"fleet-{i}", broker, "--nodes", "60", "--interval", "200ms",
                             host=host)
        self.present(asking, 480)
        broker.send_signal(signal.SIGSTOP)
        time.sleep(6)
        broker.send_signal(signal.SIGCONT)
        time.sleep(3)
        late = Watch(asking).of("late")
        self.note(f"{len(late)} of 480 nodes late")
        self.assertEqual(late, {})

    def test_an_agent_that_stood_still(self):  # [P28] [P29]
        broker = self.start_broker("--evict-after", "2s")
        asking = self.client(broker)
        watch = Watch(asking)
        agent = self.start_agent("node-1", broker, "--source", "simulated", "--interval", "300ms")
        self.start_agent("other", broker, "--source", "simulated", "--interval", "300ms")
        self.present(asking, 2)
        session = asking.node("node-1")["session"]
        agent.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        wait_for(lambda: watch.of("evicted"), 6, "eviction")
        self.assertGreater(time.monotonic() - stopped, 2.0 - 0.35)
        agent.send_signal(signal.SIGCONT)
        self.present(asking, 2)
        self.assertEqual(asking.node("node-1")["session"], session)
        time.sleep(1)
        kinds = [event["kind"] for event in watch.look()
                 if event["node"] == "node-1" and event["kind"] != "state"]
        self.assertEqual(kinds, ["joined", "late", "evicted", "joined"])
        self.assertEqual(watch.kinds(prefix="other") - QUIET_KINDS, set())
        self.assertEqual(asking.ask("summary")["refused"], {})


if __name__ == "__main__":
    unittest.main()
