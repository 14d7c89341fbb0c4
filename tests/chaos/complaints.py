"""What was found to be wrong."""


class Complaints:
    def __init__(self):
        self.found = []  # (when, what, node)

    def add(self, at, what, node=None):
        self.found.append((at, what, node))

    def __len__(self):
        return len(self.found)
