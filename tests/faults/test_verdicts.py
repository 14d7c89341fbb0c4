"""Why is it silent? What the broker reads from a connection, when the process died, when it hangs,
when the machine is gone, and when it said goodbye."""

import signal
import unittest

from common import FaultTest, Watch, wait_for
from hosts import Network

# Late after 24 s: by then the kernel has asked a silent peer twice whether it is there.
INTERVAL = "8s"
LATE_S = 24.0


class Verdicts(FaultTest):
    def test_each_silence_has_the_one_that_is_true(self):  # [P60] [P61]
        network = Network(self)
        home, near, far = (network.host() for _ in range(3))
        broker = self.start_broker("--evict-after", "60s", host=home)
        asking = self.client(broker, home)
        agents = {name: self.start_agent(name, broker, "--interval", INTERVAL, "--source",
                                         "simulated", host=host)
                  for name, host in (("killed", near), ("stopped", near), ("polite", near),
                                     ("cut", far))}
        self.present(asking, len(agents))
        agents["killed"].process.kill()
        agents["stopped"].process.send_signal(signal.SIGSTOP)
        agents["polite"].process.send_signal(signal.SIGTERM)
        network.cut(far)
        watch = Watch(asking)
        wait_for(lambda: len(watch.of("late")) == 3, LATE_S + 20, "three late nodes")
        told = {event["node"]: event["verdict"] for event in watch.look()
                if event["kind"] == "late"}
        self.assertEqual(told, {"killed": "process_died", "stopped": "agent_hung",
                                "cut": "host_or_link"})
        for node, verdict in {**told, "polite": "goodbye"}.items():
            record = asking.ask("node", node=node)["node"]
            self.assertEqual(record["silence"]["verdict"], verdict, node)
        rules = {finding["rule"]: finding for finding in
                 asking.ask("explain", node="cut")["findings"]}
        self.assertEqual(rules["verdict"]["value"], "host_or_link")
        self.assertIn("probes", rules["verdict"]["text"])
        agents["stopped"].process.send_signal(signal.SIGCONT)
        wait_for(lambda: "silence" not in asking.ask("node", node="stopped")["node"],
                 what="a word of the stopped agent")


if __name__ == "__main__":
    unittest.main()
