"""Who takes part, as something that can be hurt: agents, foreign agents, subscribers."""

import json
import os
import sys
import time

from book import MonitorReader, Reader
from foreign import ForeignAgent
from programs import Lines, Program


class Player:
    """Connects through proxies of its own."""

    def __init__(self, world, part, *targets):
        self.world, self.part, self.name = world, part, part.name
        self.nodes = []
        self.program = None
        self.proxies = [world.proxies.add(f"{part.name} {i}", target)
                        for i, target in enumerate(targets)]

    def policy(self, change, only=None):
        """Applies `change` to the proxies (or to one of them), and has the thread look."""
        for i, proxy in enumerate(self.proxies):
            if only is None or i == only:
                change(proxy)
        self.world.proxies.kick()

    def heal(self):
        self.policy(lambda proxy: proxy.heal())

    def tick(self, now):
        pass

    def close(self):
        if self.program is not None and self.program.is_running():
            self.program.kill()


class AgentHandle(Player):
    """A rollcall-agent, for one node or for many."""

    def __init__(self, world, part):
        announce, _, feed = world.broker.ports
        super().__init__(world, part, announce, feed)
        self.starts = 0
        self.twin = None
        self.nodes = [part.name] if part.nodes == 1 and part.role != "fleet" else \
            [f"{part.name}-{i + 1:06}" for i in range(part.nodes)]

    def command(self):
        part = self.part
        line = ["rollcall-agent", part.name, "--announce", self.proxies[0].endpoint,
                "--feed", self.proxies[1].endpoint, "--interval", f"{part.interval_ms}ms",
                "--log-format", "json"]
        if part.role == "disk":
            return line + ["--source", "system", "--data-dir", self.world.data_dir(part.name)]
        line += ["--source", "simulated", "--seed", str(part.seed + self.starts),
                 "--time-scale", "10"]
        return line + (["--nodes", str(part.nodes)] if part.role == "fleet" else [])

    def start(self):
        self.program = self.spawn()
        now = time.monotonic()
        for node in self.nodes:  # whatever the one before it simulated
            self.world.truth.rise(node, now)

    def spawn(self):
        self.starts += 1
        return Program(self.world.folder, f"{self.name}.{self.starts}", self.command())

    def tick(self, now):
        for line in self.program.new_lines() if self.program else []:
            self.read(now, line)
        for program in (self.program, self.twin):
            if program is None or program.wanted_dead or program.is_running():
                continue
            program.wanted_dead = True
            self.world.complaints.add(
                now, f"{program.label} ended by itself with {program.process.returncode}",
                self.nodes[0])

    def read(self, now, line):
        """A simulated machine restarts now and then, and its agent says so."""
        try:
            told = json.loads(line)
        except ValueError:
            return
        if told.get("event") == "down":
            self.world.truth.rest(told["node"])
            self.world.report.tell(told["node"], "down (simulated)", now)
        elif told.get("event") == "up":
            self.world.truth.rise(told["node"], now)
            self.world.report.tell(told["node"], "up again (simulated)", now)

    def close(self):
        for program in (self.program, self.twin):
            if program is not None and program.is_running():
                program.kill()


class ForeignHandle(Player):
    """A ForeignAgent in this process."""

    def __init__(self, world, part):
        announce, _, feed = world.broker.ports
        super().__init__(world, part, announce, feed)
        self.agent = ForeignAgent(part, self.proxies[0].endpoint, self.proxies[1].endpoint,
                                  world.sent)
        self.nodes = [node.name for node in self.agent.nodes]

    def start(self):
        pass

    def tick(self, now):
        self.agent.tick(now)

    def close(self):
        self.agent.close()


class FollowerHandle(Player):
    """A subscriber as a process, whose lines are read as they come."""

    def __init__(self, world, part):
        _, query, feed = world.broker.ports
        super().__init__(world, part, feed, query)
        kind = MonitorReader if part.role == "monitor" else Reader
        self.reader = kind(part.name, world.book)
        self.starts = 0
        self.lines = None

    def start(self):
        self.starts += 1
        label = f"{self.name}.{self.starts}"
        feed, query = (proxy.endpoint for proxy in self.proxies)
        if self.part.role == "monitor":
            self.program = Program(self.world.folder, label, [
                "rollcall-monitor", "--feed", feed, "--query", query, "-o", "json",
                "events", "--follow"])
            path = self.program.out
            self.reader.started_again()
        else:
            path = os.path.join(self.world.folder, label + ".lines")
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "follower.py")
            self.program = Program(self.world.folder, label,
                                   [sys.executable, script, feed, query, path], ours=False)
        self.lines = Lines(path)

    def tick(self, now):
        if self.lines is None:
            return
        for line in self.lines.new():
            self.reader.line(now, line)
        if self.part.role == "monitor":
            self.reader.settle(now)
        if not self.program.wanted_dead and not self.program.is_running():
            self.program.wanted_dead = True
            if self.part.role == "monitor" and self.program.process.returncode == 3 and \
                    self.world.report.injuries:
                self.world.report.tell(self.name, "no broker within its patience: exit 3")
                self.start()
                return
            self.world.complaints.add(
                now, f"{self.program.label} ended by itself with "
                     f"{self.program.process.returncode}", self.name)
