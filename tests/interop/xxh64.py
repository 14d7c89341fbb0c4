"""XXH64 with seed 0, in plain Python: the summand of an inventory digest.

Written from the algorithm's published description (xxhash_spec.md); checked in test_digest.py.
"""

MASK = (1 << 64) - 1
P1 = 0x9E3779B185EBCA87
P2 = 0xC2B2AE3D27D4EB4F
P3 = 0x165667B19E3779F9
P4 = 0x85EBCA77C2B2AE63
P5 = 0x27D4EB2F165667C5


def _rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & MASK


def _round(lane, word):
    return _rotate((lane + word * P2) & MASK, 31) * P1 & MASK


def _word(data, at, size):
    return int.from_bytes(data[at:at + size], "little")


def _long_start(data):
    """The state after all whole stripes of 32 bytes, and how many bytes those were."""
    lanes = [(P1 + P2) & MASK, P2, 0, -P1 & MASK]
    at = 0
    while at + 32 <= len(data):
        for i in range(4):
            lanes[i] = _round(lanes[i], _word(data, at + 8 * i, 8))
        at += 32
    state = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
    for lane in lanes:
        state = ((state ^ _round(0, lane)) * P1 + P4) & MASK
    return state, at


def xxh64(data):
    """The hash of bytes (or of text, as UTF-8)."""
    if isinstance(data, str):
        data = data.encode()
    state, at = _long_start(data) if len(data) >= 32 else (P5, 0)
    state = (state + len(data)) & MASK
    while at + 8 <= len(data):
        state = (_rotate(state ^ _round(0, _word(data, at, 8)), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        state = (_rotate(state ^ (_word(data, at, 4) * P1 & MASK), 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        state = _rotate(state ^ (byte * P5 & MASK), 11) * P1 & MASK
    state = (state ^ (state >> 33)) * P2 & MASK
    state = (state ^ (state >> 29)) * P3 & MASK
    return state ^ (state >> 32)


def digest_of(ids):
    """The digest of a set of block ids."""
    return sum(xxh64(block) for block in set(ids)) & MASK
