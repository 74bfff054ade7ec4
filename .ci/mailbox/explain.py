"""Differences between our answers and Dovecot's that are meant."""

import re

REASONS = {
    "date-pad": "INTERNALDATE has a day of two characters; Dovecot fills up with 0, we with a blank as the RFC",
    "nil-part": "of a part that is not there we answer NIL, Dovecot an empty string",
    "unfold": "a fold is the line end alone (RFC 5322 2.2.3); Dovecot makes one blank of a fold and its blanks",
}


def lower_structure(value):
    """A structure in which types, names of parameters and encodings are in lower case."""
    if isinstance(value, bytes):
        return value.lower()
    if isinstance(value, list):
        return [lower_structure(it) for it in value]
    return value


def one_blank(value):
    if isinstance(value, bytes):
        return re.sub(rb"[ \t]+", b" ", value)
    if isinstance(value, list):
        return [one_blank(it) for it in value]
    return value


def reason(what, mine, theirs, raw):
    if what == "INTERNALDATE" and mine.replace(b" ", b"0", 1) == theirs:
        return "date-pad"
    if re.match(r"(BODY|BINARY.*)\[", what) and mine in (None, [None]) and theirs in (b"", [b""]):
        return "nil-part"
    if what in ("ENVELOPE", "BODY", "BODYSTRUCTURE") and one_blank(mine) == one_blank(theirs):
        return "unfold"
    return None
