"""The totals of a summary [P46], summed again over the nodes."""

STATES = ("healthy", "idle", "warning", "critical", "error")
CPU_STEP = 1e-5  # the broker counts CPU in small steps


def sums_of(rows):
    """Of (presence, status or record) for each node that is listed."""
    live = [status for presence, status in rows if presence in ("present", "late")]
    held = [status["inventory"] for status in live if "inventory" in status]
    count = {word: sum(presence == word for presence, _ in rows)
             for word in ("present", "late", "left")}

    def add(key, part):
        return sum(status.get(key, {}).get(part, 0) for status in live)

    return {
        "nodes": {"total": len(rows), **count,
                  "by_state": {word: sum(s["state"] == word for s in live) for word in STATES}},
        "storage": {part: add("storage", part) for part in ("used", "total")},
        "memory": {part: add("memory", part) for part in ("used", "total")},
        "network": {part: add("network", part) for part in ("rx", "tx", "capacity")},
        "cpu": sum(status["cpu"] for status in live) / len(live) if live else 0.0,
        "blocks": {"nodes": len(held), "count": sum(i["count"] for i in held),
                   "bytes": sum(i["bytes"] for i in held)},
    }


def difference(ours, summary, split=True):
    """What differs, in words. `split`: also how many are present and how many are late."""
    found = []
    for key, value in ours.items():
        if key == "cpu":
            if abs(value - summary["cpu"]) > CPU_STEP:
                found.append(f"cpu {summary['cpu']}, the nodes' mean is {value}")
            continue
        for part, number in value.items():
            if key == "nodes" and part in ("present", "late") and not split:
                continue
            told = summary[key].get(part, 0)
            if told != number:
                found.append(f"{key}.{part} {told}, over the nodes it is {number}")
    return found
