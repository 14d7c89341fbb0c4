"""How long the broker ran between two moments: never exactly known, so both bounds of it.

Silence counts only while the broker runs [P30]. A stop of its process is known to the millisecond;
what its own clock makes of it is known only roughly, and under starvation hardly at all.
"""

LOOK_S = 0.15    # a pause of the broker's own may hide so much of itself
SETTLE_S = 1.5   # after a pause judgement may be held back for so long


class BrokerClock:
    """Fed with the moments at which the broker was stopped, starved or not observed at all."""

    def __init__(self):
        self.started = 0.0
        self.pauses = []  # [from, to or None, whether it surely stood still]

    def restart(self, at):
        self.started = at
        self.pauses = []

    def pause(self, at, sure=True):
        self.pauses.append([at, None, sure])

    def resume(self, at):
        for pause in self.pauses:
            if pause[1] is None:
                pause[1] = at

    def unclear(self, begin, end):
        """Nobody looked: neither as running nor as standing still."""
        self.pauses.append([begin, end, False])

    def is_paused(self):
        return any(end is None for _, end, _ in self.pauses)

    def paused_within(self, begin, end):
        return any(p[0] < end and (p[1] is None or p[1] + SETTLE_S > begin) for p in self.pauses)

    def at_most(self, begin, end):
        """The longest time for which it can have run."""
        ran = end - begin
        for start, stop, sure in self.pauses:
            stood = min(end, end if stop is None else stop) - max(begin, start)
            if sure and stood > LOOK_S:
                ran -= stood - LOOK_S
        return max(0.0, ran)

    def at_least(self, begin, end):
        """The time for which it surely ran, and judged."""
        blank = sorted((start, end if stop is None else stop + SETTLE_S)
                       for start, stop, _ in self.pauses)
        ran, upto = 0.0, max(begin, self.started)
        for start, stop in blank:
            if start > upto:
                ran += max(0.0, min(start, end) - upto)
            upto = max(upto, stop)
        return ran + max(0.0, end - upto)
