"""Runs the measurements in turn and writes what they gave; scripts/bench starts it."""

import argparse
import datetime
import json
import os
import sys
import time

import report
import strain
import wire
from systems import parts

SCENES = {
    "throughput": wire.throughput,
    "encrypted": wire.encrypted,
    "parts": wire.parts_in_process,
    "million": wire.a_million_nodes,
    "latency": wire.latency,
    "fan-out": wire.fan_out,
    "queries": strain.queries_under_load,
    "flood": strain.one_floods,
    "silence": strain.everybody_silent,
    "connections": strain.many_connections,
    "idle": strain.nobody,
}


class Run:
    """What the scenes share: how long, how often, and what they had to show beside targets."""

    def __init__(self, rounds, seconds):
        self.how_often = rounds
        self.seconds = seconds
        self.tables = {}
        self.bars = []

    def rounds(self, title, most=None):
        count = min(self.how_often, most or self.how_often)
        for number in range(1, count + 1):
            print(f"🔧 {title}, round {number} of {count}", file=sys.stderr, flush=True)
            yield number

    def parts(self):
        return parts(0.1 * self.seconds)

    def table(self, name, head, rows):
        self.tables[name] = report.table(head, rows)
        print(f"\n{self.tables[name]}\n", flush=True)

    def chart(self, bars):
        self.bars = bars


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement (5)")
    parser.add_argument("--seconds", type=int, default=5, help="of load in each round (5)")
    parser.add_argument("--only", nargs="+", choices=SCENES, default=list(SCENES),
                        help="these measurements alone; nothing is written to docs/ then")
    parser.add_argument("--write", action="store_true",
                        help="put the figures into docs/performance.md")
    parser.add_argument("--json", metavar="FILE", help="write the targets there too")
    options = parser.parse_args()
    if options.write and options.only != list(SCENES):
        parser.error("--write wants all measurements: leave out --only")
    return options


def write(run, targets, options, machine):
    when = datetime.date.today().isoformat()
    titles = {"throughput": "Through to one subscriber", "parts": "The parts, in process",
              "encrypted": "With CURVE, one node to one subscriber",
              "latency": "From agent to subscriber, 10 000 announcements a second",
              "fan-out": "A burst to 100 subscribers"}
    text = [f"Measured on {when}: {machine}; {options.rounds} rounds of {options.seconds} s each, "
            f"systems in turn. {report.versions()}.", "", report.targets_table(targets)]
    for name, title in titles.items():
        text += ["", f"### {title}", ""]
        if name == "throughput":
            text += ["![Announcements per second](performance.svg)", ""]
        text.append(run.tables[name])
    report.replace_measured("docs/performance.md", "\n".join(text))
    with open("docs/performance.svg", "w", encoding="utf-8") as file:
        file.write(report.chart(run.bars))


def main():
    options = arguments()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
    machine = report.machine()
    run = Run(options.rounds, options.seconds)
    targets, begin = [], time.monotonic()
    for name in options.only:
        for target in SCENES[name](run):
            targets.append(target)
            print(f"{'✅' if target.met else '❌'} {target.title}: {target.text()} "
                  f"(asked: {target.asked})", flush=True)
    if options.write:
        write(run, targets, options, machine)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([{"title": it.title, "asked": it.asked, "values": it.figure.values,
                        "met": it.met} for it in targets], file, indent=1)
    met = sum(it.met for it in targets)
    print(f"{met} of {len(targets)} targets met, in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
