#!/usr/bin/env python3
"""Compares what eml2json reads with what Python's email package reads: agree.py EML2JSON DIR...

Subject, addresses, date, part types and decoded bodies of every message. Each kind of difference
that is meant has a name and a reason (REASONS); how often it occurs is printed. A difference
without one fails.
"""
import base64
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
            digest(octets),
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
    pieces = []
    for piece, charset in email.header.decode_header(value):
        if isinstance(piece, str):
            pieces.append(piece)
        elif charset == "unknown-8bit" or charset is None:
            pieces.append(octets_as_text(piece))
        else:
            pieces.append(piece.decode(codec(charset), "replace"))
    return "".join(pieces)


def octets_as_text(octets):
    """UTF-8, or else windows-1252 with the controls that it lacks."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(
            bytes([o]).decode("latin-1" if o in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252") for o in octets
        )


def codec(charset):
    """Python's codec of the character set that browsers read under this label."""
    return {"us-ascii": "cp1252", "iso-8859-1": "cp1252", "gb2312": "gb18030", "big5": "cp950",
            "ks_c_5601-1987": "cp949"}.get(charset.lower(), charset)


def subject(message):
    value = message["subject"]
    return None if value is None else text(unfold(value)).strip()


def addresses(message, name):
    value = message[name]
    if value is None:
        return []
    return [[text(name), address] for name, address in email.utils.getaddresses([unfold(value)])]


def unfold(value):
    return re.sub(r"[\r\n]", "", str(value))


def date(message):
    value = message["date"]
    parsed = value and email.utils.parsedate_tz(value)
    if not parsed:
        return None
    try:
        return [email.utils.mktime_tz(parsed), parsed[9] and parsed[9] // 60]
    except (OverflowError, ValueError):
        return None


REASONS = {
    "zone unknown": "no zone, -0000 and names that nobody knows are no UTC (RFC 5322 section 3.3)",
    "zone in words": "GMT+1 is an hour east of GMT; Python ignores what follows GMT",
    "am and pm": "Python ignores them",
    "zone without sign": "taken for unknown rather than for east",
    "no such zone": "+-0500 is no zone, so the moment is not known",
    "no such year": "0102 is no year of mail; what is meant is not certain",
    "no charset": "octets above ASCII without encoded words: windows-1252 and never U+FFFD",
    "delivery-status": "a leaf of groups of fields (RFC 3464), not a row of messages",
    "quoted-printable": "blanks at the ends of lines are deleted (RFC 2045 section 6.7), bad escapes are kept",
    "broken base64": "decoded as far as it goes; Python hands over what it cannot decode",
    "unclosed": "the line end before the end of the file belongs to the body, for no delimiter follows",
    "text behind the date": "so it is no date",
    "blank in a word": "blanks within an encoded word are part of the text (RFC 2047 section 5)",
    "text behind an address": "is no part of it; Python glues it on",
    "quotes": "stay where the local part needs them and go where it does not (RFC 5322 section 3.4.1)",
    "name without address": "is a name; Python takes it for an address",
    "no address": "a path of a file or the like; Python makes addresses of its pieces",
    "domain literal": "one in brackets is a domain, and a second one behind it is text",
    "nothing": "an empty list has no mailbox in it",
}


def explain(what, mine, theirs, ours, raw):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    if what == "date":
        return explain_date(mine, theirs, str(message["date"]))
    if what == "subject" and "\ufffd" in theirs and "=?" not in str(message["subject"]):
        return "no charset"
    if what == "subject" and mine.strip() == theirs and "=?" in str(message["subject"]):
        return "blank in a word"
    if what == "types" and "message/delivery-status" in mine:
        return "delivery-status"
    if what.startswith("body"):
        return explain_body(mine, list(walk(message))[int(what.split()[1])])
    if what in ("from", "sender", "reply_to", "to", "cc", "bcc"):
        return explain_addresses(mine, theirs)
    return None


def explain_date(mine, theirs, value):
    if mine is None:
        if re.search(r"\+-\d{4}", value):
            return "no such zone"
        if re.search(r"[+-]\d{4}\s+\w+ \w+=", value):
            return "text behind the date"
        return "no such year" if re.search(r" 0\d{3} ", value) else None
    if re.search(r"GMT\+1$", value) and mine[1] == 60:
        return "zone in words"
    if re.search(r" [AP]M", value):
        return "am and pm"
    if re.search(r" \d{4}$", value) and mine[1] is None:
        return "zone without sign"
    if mine == [theirs[0], None] and not theirs[1]:
        return "zone unknown"
    return None


def explain_body(mine, part):
    encoding = str(part["content-transfer-encoding"]).strip().lower()
    octets = part.get_payload().encode("latin-1", "surrogateescape")
    if encoding == "quoted-printable" and mine == digest(quoted_printable(octets)):
        return "quoted-printable"
    if encoding == "base64" and mine == digest(base64_pieces(octets)):
        return "broken base64"
    theirs = part.get_payload(decode=True)
    return "unclosed" if mine == digest(theirs + b"\n") else None


def base64_pieces(body):
    """What is not of the alphabet is no letter, padding ends a group, and letters may follow."""
    out = b""
    for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", body)):
        whole = len(piece) // 4 * 4
        rest = piece[whole:]
        out += base64.b64decode(piece[:whole])
        out += base64.b64decode(rest + b"=" * (4 - len(rest))) if len(rest) > 1 else b""
    return out


def quoted_printable(body):
    """RFC 2045 section 6.7 by the letter."""
    out = b""
    for line in re.findall(rb"[^\n]*\n|[^\n]+$", body):
        text = line.rstrip(b"\r\n")
        end = line[len(text):]
        text = text.rstrip(b" \t")
        if text.endswith(b"="):
            text, end = text[:-1], b""
        out += re.sub(rb"=([0-9A-Fa-f]{2})", lambda escape: bytes.fromhex(escape[1].decode()), text) + end
    return out


def digest(octets):
    return [len(octets), hashlib.sha256(octets).hexdigest()]


def explain_addresses(mine, theirs):
    if mine == [] and theirs == [["", ""]]:
        return "nothing"
    if "\ufffd" in str(theirs):
        return "no charset"
    sane = re.compile(r'[^\s"@<>\[\]]+@[^\s@<>\[\]]+')
    ours = [address for _, address in mine if address]
    found = [address for _, address in theirs if sane.fullmatch(address)]
    if ours == found or ours and all(name == address for name, address in mine):
        return "name without address"
    if not ours:
        return "no address"
    if any("[" in str(address) for entry in mine for address in entry):
        return "domain literal"
    if len(mine) == len(theirs) and all(b.endswith(a) or unquoted(a) == unquoted(b) for a, b in zip(ours, (t[1] for t in theirs))):
        return "quotes"
    return None


def unquoted(address):
    return address.replace('"', "")


if __name__ == "__main__":
    main()
