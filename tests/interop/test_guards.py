"""Guards from outside: seen, told, explained and released, by queries and by the monitor."""

import json
import time
import unittest

from harness import BrokerTest, wait_for
from rollcall import Refused
from test_keys import KeyedBroker
from test_programs import run


class Guards(BrokerTest):
    OPTIONS = ("--evict-after", "8s")

    def monitor(self, *arguments):
        return run("rollcall-monitor", "--query", self.broker.query, "-o", "json", *arguments)

    def guards(self):
        return {guard["guard"]: guard for guard in self.client.ask("guards")["guards"]}

    def test_a_node_that_comes_and_goes_is_held_until_it_is_released(self):  # [P62] [P63] [P65]
        for _ in range(8):
            self.node("shaky").status()
        self.accepted(8)
        self.assertEqual(len(self.events(node="shaky", kinds=["restarted"])), 5)
        self.assertEqual(self.client.ask("node", node="shaky")["node"]["presence"], "late")
        self.assertIn("flapping", self.client.reply("ping")["as_of"]["holding"])
        self.assertEqual(self.guards()["flapping"]["node"], "shaky")
        done = self.monitor("explain", "shaky")
        rules = [finding["rule"] for finding in json.loads(done.stdout)["findings"]]
        self.assertEqual(rules[:2], ["held", "flapping"])
        self.assertEqual(self.monitor("release", "flapping", "shaky").returncode, 0)
        self.node("shaky").status()
        wait_for(lambda: self.client.ask("node", node="shaky")["node"]["presence"] == "present")
        phases = [event["phase"] for event in self.events(node="shaky", kinds=["guard"])]
        self.assertEqual(phases, ["raised", "ended"])

    def test_a_zone_that_is_gone_is_one_incident(self):  # [P64]
        nodes = {name: self.node(name) for name in
                 [f"{zone}-{i}" for zone in "ab" for i in range(6)]}

        def beat(zones):
            for name, node in nodes.items():
                if name[0] in zones:
                    node.status(interval=200, labels={"zone": name[0]})

        beat("ab")
        deadline = time.monotonic() + 20
        while "mass_loss" not in self.guards():
            self.assertLess(time.monotonic(), deadline)
            beat("b")
            time.sleep(0.1)
        guard = self.guards()["mass_loss"]
        self.assertEqual((guard["domain"], guard["lost"], guard["of"]), ("zone=a", 6, 6))
        record = self.client.ask("node", node="a-0")["node"]
        self.assertEqual(record["silence"]["incident"], "zone=a")
        listed = json.loads(self.monitor("guards").stdout)["guards"]
        self.assertIn("zone=a", [it.get("domain") for it in listed])
        beat("ab")
        wait_for(lambda: "mass_loss" not in self.guards())

    def test_what_is_not_in_force_is_not_released(self):  # [P62]
        self.assertEqual(self.monitor("release", "flapping", "nobody").returncode, 1)
        self.assertEqual(self.monitor("release", "nonsense").returncode, 2)
        with self.assertRaises(Refused) as refused:
            self.client.ask("release", guard="mass_loss", domain="zone=nowhere")
        self.assertEqual(refused.exception.code, "not_found")


class WithKeys(KeyedBroker):
    def test_only_an_admin_releases(self):  # [P56] [P62]
        self.keys.own("root")
        self.keys.let_in("root", "admins")

        def release(name):
            return run("rollcall-monitor", "--query", self.broker.query, "--keys",
                       f"{self.keys.root}/of-{name}", "release", "warm_up")

        refused = release("eye")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("forbidden", refused.stderr)
        wait_for(lambda: release("root").returncode == 0, 5, "an admin's word")

    def test_only_an_admin_orders(self):  # [P56] [P71] [P72] [P80]
        self.keys.own("root")
        self.keys.let_in("root", "admins")

        def monitor(name, *arguments):
            return run("rollcall-monitor", "--query", self.broker.query, "-o", "json", "--keys",
                       f"{self.keys.root}/of-{name}", *arguments)

        wait_for(lambda: monitor("root", "note", "-", "so it begins").returncode == 0, 5, "a note")
        for order in (("maintain", "ada", "--for", "1h"), ("drain", "ada"), ("activate", "ada"),
                      ("forget", "ada"), ("note", "-", "hello"),
                      ("backup", f"{self.keys.root}/copy")):
            refused = monitor("eye", *order)
            self.assertEqual(refused.returncode, 1, order)
            self.assertIn("forbidden", refused.stderr + refused.stdout, order)
        told = monitor("eye", "events")
        self.assertIn("so it begins", told.stdout)
        self.assertIn('"by":"root"', told.stdout.replace(" ", ""))
        self.assertNotIn("hello", told.stdout)


if __name__ == "__main__":
    unittest.main()
