"""What was measured, and what was asked for."""

import dataclasses
import statistics


@dataclasses.dataclass
class Series:
    """One figure over the rounds."""

    values: list = dataclasses.field(default_factory=list)

    def add(self, value):
        self.values.append(value)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def least(self):
        return min(self.values)

    @property
    def most(self):
        return max(self.values)

    def over(self, other):
        """The ratios round by round: what slows both in a round cancels out."""
        return Series([mine / theirs for mine, theirs in zip(self.values, other.values)])


@dataclasses.dataclass
class Target:
    """What is asked of a figure, and what it came to."""

    title: str
    asked: str       # in words, for the table
    sense: str       # ">=" or "<="
    limit: float
    figure: Series
    shape: str = "{:.2f}"
    note: str = ""

    @property
    def met(self):
        got = self.figure.median
        return got >= self.limit if self.sense == ">=" else got <= self.limit

    def text(self):
        middle = self.shape.format(self.figure.median)
        if len(self.figure.values) == 1:
            return middle
        return (f"{middle} ({self.shape.format(self.figure.least)} to "
                f"{self.shape.format(self.figure.most)})")
