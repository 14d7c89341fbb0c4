"""What people see: a line of progress, and the story of a failure."""

import collections
import os
import sys
import time

MOST_SHOWN = 20  # complaints; all are in complaints.log
AFTER_S = 2.0  # of the story is shown what came so long after the complaint


class Report:
    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed
        self.began = time.monotonic()
        self.injuries = collections.Counter()
        self.stories = collections.defaultdict(list)  # node or actor → [(when, text)]
        self.log = open(os.path.join(folder, "run.log"), "w", encoding="utf-8", buffering=1)
        self.terminal = sys.stdout.isatty()
        self.next_line = 0.0

    def tell(self, name, text, at=None):
        """Into the story of a node or an actor."""
        at = time.monotonic() if at is None else at
        self.stories[name].append((at, text))
        if not text.startswith(("status", "blocks")):
            self.log.write(f"{at - self.began:9.3f} {name}: {text}\n")

    def count(self, what):
        self.injuries[what] += 1

    def progress(self, now, text, final=False):
        if not final and now < self.next_line:
            return
        self.next_line = now + (0.5 if self.terminal else 10.0)
        line = f"{now - self.began:6.1f} s · {sum(self.injuries.values())} injuries · {text}"
        if self.terminal:
            print("\r\033[K" + line[:110], end="\n" if final else "", flush=True)
        else:
            print(line, flush=True)

    def summary(self):
        return ", ".join(f"{what} {count}" for what, count in sorted(self.injuries.items()))

    def failure(self, complaints, actor_of):
        """The complaints, and for each node the story of it and of its actor, in order of time."""
        if self.terminal:
            print()
        print(f"✗ {len(complaints)} complaints; seed {self.seed}; logs in {self.folder}")
        told = set()
        shown = complaints.found[:MOST_SHOWN]
        for at, what, node in shown:
            print(f"\n✗ at {at - self.began:.3f} s: {node or 'all'}: {what}")
            if node is None or node in told or len(told) >= 5:
                continue
            told.add(node)
            for line in self.story(node, actor_of(node), at):
                print("    " + line)
        with open(os.path.join(self.folder, "complaints.log"), "w", encoding="utf-8") as file:
            for at, what, node in complaints.found:
                file.write(f"{at - self.began:9.3f} {node}: {what}\n")
                for line in self.story(node, actor_of(node), at, 200) if node else []:
                    file.write("    " + line + "\n")

    def story(self, node, actor, until, most=40):
        parts = self.stories[node] + self.stories["broker"] + self.stories["world"]
        if actor is not None and actor != node:
            parts = parts + self.stories[actor]
        lines = [f"{at - self.began:9.3f} {text}" for at, text in sorted(parts)
                 if at < until + AFTER_S]
        return (["…"] if len(lines) > most else []) + lines[-most:]
