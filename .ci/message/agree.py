#!/usr/bin/env python3
"""Compares what eml2json reads with what Python's email package reads: agree.py EML2JSON DIR...

Subject, addresses, date, part types and decoded bodies of every message. Each kind of difference
that is meant has a name and a reason (REASONS); how often it occurs is printed. A difference
without one fails.
"""
import collections
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import re
import subprocess
import sys

REASONS = {}


def main():
    program, directories = sys.argv[1], sys.argv[2:]
    tally = collections.Counter()
    messages = 0
    with subprocess.Popen([program, *directories], stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            ours = json.loads(line)
            with open(ours["file"], "rb") as file:
                raw = file.read()
            messages += 1
            for what, mine, theirs in differences(ours, raw):
                reason = explain(what, mine, theirs, ours, raw)
                tally[reason or "unexplained"] += 1
                if not reason:
                    print(f"FAIL {ours['file']}: {what}\n  ours   {mine!r}\n  Python {theirs!r}")
        if process.wait():
            sys.exit(f"{program} failed")
    for reason, count in sorted(tally.items()):
        print(f"{count:6} {reason}: {REASONS.get(reason, '')}")
    print(f"{messages} messages compared, {tally['unexplained']} differences unexplained")
    sys.exit(bool(tally["unexplained"]) or not messages)


def differences(ours, raw):
    theirs = email.message_from_bytes(raw, policy=email.policy.compat32)
    yield from headers(ours, theirs)
    yield from structure(ours, theirs)


def headers(ours, theirs):
    yield from unless_equal("subject", ours["subject"], subject(theirs))
    for key in ("from", "sender", "reply_to", "to", "cc", "bcc"):
        mine = [[entry["name"] or "", entry["address"] or ""] for entry in ours[key]]
        yield from unless_equal(key, mine, addresses(theirs, key.replace("_", "-")))
    mine = ours["date"] and ours["date"]["valid"] and [ours["date"]["unix"], ours["date"]["offset_minutes"]]
    yield from unless_equal("date", mine or None, date(theirs))


def structure(ours, theirs):
    mine = [part for part in ours["parts"]]
    parts = list(walk(theirs))
    yield from unless_equal("types", [p["type"] for p in mine], [p.get_content_type() for p in parts])
    if len(mine) != len(parts):
        return
    for mine, part in zip(mine, parts):
        if part.is_multipart() or mine["kind"] != "leaf":
            continue
        octets = part.get_payload(decode=True)
        yield from unless_equal(
            f"body {mine['id']}",
            [mine["decoded_len"], mine["decoded_sha256"]],
            [len(octets), hashlib.sha256(octets).hexdigest()],
        )


def walk(message):
    """All parts in the order of their beginnings."""
    stack = [message]
    while stack:
        part = stack.pop()
        yield part
        if part.is_multipart():
            stack.extend(reversed(part.get_payload()))


def unless_equal(what, mine, theirs):
    if mine != theirs:
        yield what, mine, theirs


def text(value):
    """A header value as text: folds undone, encoded words decoded, octets above ASCII read."""
    return email.header.make_header(email.header.decode_header(value))


def subject(message):
    value = message["subject"]
    return None if value is None else str(text(re.sub(r"[\r\n]", "", str(value)))).strip()


def addresses(message, name):
    value = message[name]
    if value is None:
        return []
    return [[str(text(a)), b] for a, b in email.utils.getaddresses([re.sub(r"[\r\n]", "", str(value))])]


def date(message):
    value = message["date"]
    parsed = value and email.utils.parsedate_tz(value)
    if not parsed:
        return None
    try:
        return [email.utils.mktime_tz(parsed), parsed[9] and parsed[9] // 60]
    except (OverflowError, ValueError):
        return None


def explain(what, mine, theirs, ours, raw):
    return None


if __name__ == "__main__":
    main()
