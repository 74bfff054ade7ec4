#!/usr/bin/env python3
"""Compares what imap_answers answers with what Dovecot does: agree.py IMAP_ANSWERS PORT DIR...

The same messages, the same commands: ENVELOPE, BODY, BODYSTRUCTURE, sections, BINARY, SEARCH, SORT and
THREAD. Each kind of difference that is meant has a name and a reason (REASONS in explain.py); how often
it occurs is printed. A difference without one fails.
"""
import calendar
import collections
import os
import re
import socket
import subprocess
import sys
import time

import explain

SECTIONS = [
    "HEADER", "TEXT", "1", "1.MIME", "2", "2.MIME", "1.1", "1.2", "1.1.MIME", "2.1", "3", "1.HEADER",
    "1.TEXT", "2.HEADER", "2.TEXT", "2.1.MIME", "2.2", "3.HEADER", "4.1", "1.1.1", "2.1.1",
    "HEADER.FIELDS (Subject From)", "HEADER.FIELDS (received X-None)", "HEADER.FIELDS.NOT (To Received)",
    "2.HEADER.FIELDS (Subject)",
]
PARTIALS = ["<0.1>", "<0.100000000>", "<1.7>", "<500.500>", "<100000.10>"]
SEARCHES = [
    "ALL", "1:5,7,*", "NOT 3:*", "UID 10:20", "OR 1 NOT 2:*", "LARGER 10000", "SMALLER 1500",
    "BEFORE 5-Jan-2001", "ON 5-Jan-2001", "SINCE 20-Jan-2001",
    "SENTBEFORE 1-Aug-2002", "SENTON 22-Aug-2002", "SENTSINCE 1-Oct-2002", "NOT SENTSINCE 1-Jan-1980",
    "FROM linux", "FROM @ie", 'FROM "a@"', "TO ilug", "CC spamassassin", "BCC x", "SUBJECT re",
    'SUBJECT "[ILUG]"', "SUBJECT free", 'SUBJECT ""', "HEADER Message-ID exmh", 'HEADER X-Mailer ""',
    'HEADER List-Id "<ilug"', "HEADER Subject [ILUG]", 'HEADER Content-Type "boundary"',
    "BODY viagra", "BODY unsubscribe", 'BODY "click here"', "BODY text/html", 'BODY "content-type"',
    "TEXT sourceforge", 'TEXT "multipart/alternative"', "TEXT quoted-printable", 'TEXT ""', 'BODY ""',
    "CHARSET UTF-8 SUBJECT {5+}\r\nB\xc3\xbcch", "CHARSET UTF-8 BODY {2+}\r\n\xc3\xa9",
    "CHARSET UTF-8 TEXT {2+}\r\n\xc3\x89", "CHARSET ISO-8859-1 BODY {1+}\r\n\xe9",
    "CHARSET UTF-8 FROM {2+}\r\n\xc3\xa9", "UNSEEN", "SEEN", "FLAGGED", "DELETED", "UNDELETED",
    "KEYWORD none", "UNKEYWORD none", "(OR FROM linux SUBJECT linux) NOT TO ilug",
    "RETURN (MIN MAX COUNT) SUBJECT re", "RETURN () SUBJECT linux", "RETURN (COUNT) SUBJECT nowhere-to-be",
    "RETURN (ALL) 2,4,1,10:12", "RETURN (PARTIAL 3:5) SUBJECT re", "RETURN (PARTIAL 90000:90001) ALL",
]
SORTS = [
    "(ARRIVAL)", "(REVERSE ARRIVAL)", "(SIZE)", "(REVERSE SIZE)", "(DATE)", "(REVERSE DATE)", "(SUBJECT)",
    "(REVERSE SUBJECT)", "(FROM)", "(TO)", "(CC)", "(DISPLAYFROM)", "(DISPLAYTO)", "(SUBJECT DATE)",
    "(SUBJECT REVERSE DATE)", "(FROM SUBJECT SIZE)",
]
THREADS = ["ORDEREDSUBJECT", "REFERENCES"]


def main():
    program, port, directories = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    files = [path for directory in directories for path in messages(directory)]
    raws = [open(path, "rb").read() for path in files]
    theirs = Dovecot(port)
    theirs.fill(raws)
    ours = Ours(program, files)
    tally = collections.Counter()
    structures = {}
    shown = collections.Counter()

    def differ(what, number, mine, other):
        raw = raws[number - 1] if number else b""
        reason = explain.reason(what, mine, other, raw, structures.get(number))
        tally[reason or f"unexplained {what}"] += 1
        if not reason and shown[what] < int(os.environ.get("SHOW", "3")):
            shown[what] += 1
            print(f"FAIL {what} of {files[number - 1] if number else 'all'}")
            width = int(os.environ.get("WIDTH", "1500"))
            print(f"  ours    {str(mine)[:width]}\n  Dovecot {str(other)[:width]}")

    compared = 0
    items = "RFC822.SIZE INTERNALDATE ENVELOPE BODY BODYSTRUCTURE"
    sections = [f"BODY.PEEK[{section}]" for section in SECTIONS]
    sections += [f"BODY.PEEK[]{partial}" for partial in PARTIALS]
    sections += [f"BODY.PEEK[TEXT]{partial}" for partial in PARTIALS]
    for asked in [items, *sections]:
        command = f"FETCH 1:* ({asked})"
        (mine, _), (other, _) = ours.ask(command), theirs.ask(command)
        mine, other = by_message(mine), by_message(other)
        structures = {number: it["BODYSTRUCTURE"] for number, it in mine.items() if "BODYSTRUCTURE" in it} or structures
        for number in range(1, len(files) + 1):
            for name in sorted(mine[number].keys() | (other[number].keys() - {"UID", "FLAGS"})):
                compared += 1
                one, two = mine[number].get(name, "missing"), other[number].get(name, "missing")
                if normal(name, one) != normal(name, two):
                    differ(name, number, normal(name, one), normal(name, two))
    for number in range(1, len(files) + 1):
        for asked in ["BINARY.SIZE[1]", "BINARY.PEEK[1]", "BINARY.PEEK[1]<10.20>", "BINARY.PEEK[2]"]:
            compared += 1
            (mine, one), (other, two) = (side.ask(f"FETCH {number} ({asked})") for side in (ours, theirs))
            if one != two:
                differ(f"{asked} status", number, one, two)
                continue
            mine, other = ([v for k, v in by_message(it)[number].items() if k.startswith("BINARY")] for it in (mine, other))
            if mine != other:
                differ(asked, number, mine, other)
    for search in SEARCHES:
        compared += 1
        (mine, one), (other, two) = ours.ask(f"SEARCH {search}"), theirs.ask(f"SEARCH {search}")
        if one != two or found(mine) != found(other):
            mine, other = found(mine), found(other)
            if one == two and isinstance(mine, set) and isinstance(other, set):
                for number in sorted(mine ^ other):
                    differ(f"SEARCH {search}", number, number in mine, number in other)
            else:
                differ(f"SEARCH {search}", 0, (one, mine), (two, other))
    # Messages with nothing odd in what is sorted by must come out alike, whatever else there is.
    plain = ",".join(str(number) for number, raw in enumerate(raws, 1) if explain.is_plain(raw))
    orders = [f"SORT {sort} UTF-8" for sort in SORTS]
    orders += [f"THREAD {algorithm} UTF-8" for algorithm in THREADS]
    for order in orders:
        for which, name in ((plain, "of the plain"), ("ALL", "of all")):
            compared += 1
            (mine, _), (other, _) = (side.ask(f"{order} {which}") for side in (ours, theirs))
            if mine != other:
                mine, other = displaced(mine[0][2:], other[0][2:])
                differ(f"{order} {name}", 0, mine, other)
    for reason, count in sorted(tally.items()):
        print(f"{count:6} {reason}: {explain.REASONS.get(reason, '')}")
    bad = sum(count for reason, count in tally.items() if reason.startswith("unexplained"))
    print(f"{len(files)} messages, {compared} answers compared, {bad} differences unexplained")
    sys.exit(bool(bad) or not compared)


def messages(directory):
    walked = [os.path.join(where, name) for where, _, names in os.walk(directory) for name in names]
    found = sorted(path for path in walked if not path.endswith(".txt"))
    assert found, f"no messages in {directory}"
    return found


def by_message(responses):
    result = collections.defaultdict(dict)
    for response in responses:
        if len(response) > 3 and response[2] == "FETCH":
            names = response[3]
            result[int(response[1])].update(zip(map(str.upper, names[::2]), names[1::2]))
    return result


def normal(name, value):
    """Types and names of parameters are the same in any case."""
    if not name.startswith("BODY") or "[" in name:
        return value
    return explain.lower_structure(value)


def found(responses):
    for response in responses:
        if response[1:2] == ["SEARCH"]:
            return {int(number) for number in response[2:]}
        if response[1:2] == ["ESEARCH"]:
            return [str(it) for it in response[3:]]
    return None


def displaced(mine, other):
    """The first stretch of two orders that differs."""
    start = next((i for i, (one, two) in enumerate(zip(mine, other)) if one != two), 0)
    return mine[start:start + 12], other[start:start + 12]


class Server:
    tags = 0

    def ask(self, command):
        Server.tags += 1
        tag = f"a{Server.tags}"
        self.send(f"{tag} {command}\r\n".encode("latin-1"))
        responses = []
        while True:
            line = self.line()
            if line.startswith(tag.encode() + b" "):
                return responses, line.split()[1].decode()
            # what takes long is told of, which is no answer: * OK Searched 40% of the mailbox
            if not line.startswith(b"* OK "):
                responses.append(parse(line))

    def line(self):
        """A response, its literals in it."""
        whole = b""
        while True:
            part = self.reader.readline()
            if not part:
                raise EOFError(whole)
            whole += part
            literal = re.search(rb"\{(\d+)\}\r\n$", part)
            if not literal:
                return whole
            whole += self.reader.read(int(literal[1]))


class Ours(Server):
    def __init__(self, program, files):
        self.process = subprocess.Popen([program, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.reader = self.process.stdout

    def send(self, octets):
        self.process.stdin.write(octets)
        self.process.stdin.flush()


class Dovecot(Server):
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.reader = self.socket.makefile("rb")
        self.line()
        assert self.ask("LOGIN test secret-7")[1] == "OK"

    def send(self, octets):
        self.socket.sendall(octets)

    def fill(self, raws):
        box = f"agree{int(time.time())}"
        self.ask(f"CREATE {box}")
        base = calendar.timegm((2001, 1, 1, 0, 0, 0))
        for number, raw in enumerate(raws, 1):
            date = time.strftime("%d-%b-%Y %H:%M:%S +0000", time.gmtime(base + number * 3600))
            Server.tags += 1
            head = f'a{Server.tags} APPEND {box} "{date}" {{{len(raw)}+}}\r\n'.encode()
            self.socket.sendall(head + raw + b"\r\n")
            while (answer := self.line()).startswith(b"* "):
                pass
            assert b" OK " in answer, answer
        assert self.ask(f"SELECT {box}")[1] == "OK"


def parse(line):
    """A response as nested lists: atoms are str, strings bytes, NIL None."""
    stack, at = [[]], 0
    while at < len(line):
        octet = line[at:at + 1]
        if octet in b" \r\n":
            at += 1
        elif octet == b"(":
            stack.append([])
            at += 1
        elif octet == b")":
            done = stack.pop()
            stack[-1].append(done)
            at += 1
        elif octet == b'"':
            end = at + 1
            while line[end] != 0x22:
                end += 2 if line[end] == 0x5C else 1
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", line[at + 1:end], flags=re.S))
            at = end + 1
        elif octet in b"{~" and (literal := re.compile(rb"~?\{(\d+)\}\r\n").match(line, at)):
            end = literal.end() + int(literal[1])
            stack[-1].append(line[literal.end():end])
            at = end
        else:
            atom = re.compile(rb"[^ ()\r\n\[]*(\[[^\]]*\])?[^ ()\r\n]*").match(line, at)
            text = re.sub(r'"', "", atom[0].decode("latin-1"))
            stack[-1].append(None if text == "NIL" else text)
            at = atom.end()
    return stack[0]


if __name__ == "__main__":
    main()
