"""From figures to docs/performance.md and its chart."""

import html
import os
import platform
import subprocess

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
BAR_HEIGHT, GAP, LEFT, WIDTH = 26, 14, 210, 470


def machine():
    """What this ran on, as a reader needs to judge the figures."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="ascii") as file:
        memory_gib = int(file.readline().split()[1]) / 1024 ** 2
    load = os.getloadavg()[0]
    return (f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), "
            f"{memory_gib:.0f} GiB, Linux {platform.release().split('-')[0]}, "
            f"load {load:.1f} before the run")


def versions():
    """Of the systems, as their packages say."""
    names = ["libzmq5", "nats-server", "redis-server", "mosquitto", "libnats3.4", "libhiredis0.14",
             "libmosquitto1", "g++"]
    found = subprocess.run(["dpkg-query", "--show", "--showformat", "${Package} ${Version}, ",
                            *names], capture_output=True, text=True, check=False).stdout
    return found.rstrip(", ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def targets_table(targets):
    return table(["", "asked", "measured: median (least to most)", ""],
                 [[it.title, it.asked, it.text(), "✅" if it.met else "❌ " + it.note]
                  for it in targets])


def chart(bars):
    """Horizontal bars with their spread, in colours that both light and dark pages carry."""
    most = max(series.most for _, series in bars)
    height = len(bars) * (BAR_HEIGHT + GAP) + GAP
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 130}" '
             f'height="{height}" font-family="sans-serif" font-size="14" role="img">',
             "<title>Announcements per second from one publisher through to one subscriber</title>"]
    for number, (title, series) in enumerate(bars):
        y = GAP + number * (BAR_HEIGHT + GAP)
        middle = y + BAR_HEIGHT / 2
        width = WIDTH * series.median / most
        least, upper = (LEFT + WIDTH * value / most for value in (series.least, series.most))
        colour = "#2f81f7" if title == "Rollcall" else "#8b949e"
        parts += [
            f'<text x="{LEFT - 10}" y="{middle + 5}" text-anchor="end" fill="#6e7781">'
            f"{html.escape(title)}</text>",
            f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="3" '
            f'fill="{colour}"/>',
            f'<line x1="{least:.1f}" x2="{upper:.1f}" y1="{middle}" y2="{middle}" '
            f'stroke="#57606a" stroke-width="2"/>',
            f'<text x="{max(LEFT + width, upper) + 8:.1f}" y="{middle + 5}" fill="#6e7781">'
            f"{series.median / 1e6:.2f} M/s</text>"]
    return "\n".join(parts + ["</svg>", ""])


def replace_measured(path, text):
    """What stands between the two marks; the words around them are people's."""
    with open(path, encoding="utf-8") as file:
        document = file.read()
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")
