"""Differences between our answers and Dovecot's that are meant."""

import email.parser
import email.policy
import email.utils
import re

REASONS = {
    "day": "INTERNALDATE has a day of two characters: Dovecot writes 01, we write a blank and 1, as RFC 9051 has it",
    "no-part": "of a part that is not there we answer NIL, Dovecot an empty string",
    "leaf-part": "a part that holds none has no part 1 of its own; Dovecot takes 1.1 for 1 then",
    "fold": "a fold is its line end (RFC 5322 2.2.3); Dovecot makes it and the blanks one blank, or keeps one at the end",
    "bad-type": "a type that is none is text/plain (RFC 2045 5.2); Dovecot writes empty strings",
    "bad-param": "a parameter with blanks, backslashes or 8-bit octets and without quotes is read as it was meant",
    "bad-address": "what is no address: Dovecot has SYNTAX_ERROR or leaves it out, we keep what is there",
    "no-mime-version": "without MIME-Version Dovecot does not believe the other fields of MIME",
    "decodes-parts": "BINARY of a multipart or message is its octets; Dovecot decodes the parts within it",
    "bad-encoding": "what is badly encoded is decoded as far as it goes; Dovecot refuses, or stops there",
    "text-plain-multipart": "a multipart that cannot be taken apart is text/plain, Dovecot has it as a multipart",
    "line-break": "the line break before a delimiter belongs to it, also if another delimiter is before that",
    "cr-lf": "Dovecot stores CR CR LF as CR LF",
    "size": "the size of what is not encoded is its size; Dovecot's comes out less, even below zero",
    "charset": "8-bit octets are what their character set has for them; Dovecot does not know all of them",
    "short-time": "a time with one digit is read; Dovecot takes the arrival",
    "no-header": "lines that are no fields are the body; Dovecot has them in the header",
    "no-blank": "a message without an empty line and body has none in its header either (RFC 9051 6.4.5.1)",
    "empty-part": "a part that ends before the empty line: Dovecot leaves that to the delimiter",
    "search-more": "we also find text as HTML shows it, and read 8-bit text without a character set",
    "no-date": "what has no Date, or one of another age, was not sent on any day; Dovecot takes the arrival or another year",
    "odd-values": "messages with the differences above sort elsewhere; the plain ones do not",
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
        return re.sub(rb"[ \t]+", b" ", value).strip()
    if isinstance(value, list):
        return [one_blank(it) for it in value]
    return value


def header(raw):
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]


def date(raw):
    found = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(header(raw)).get("Date")
    return found and email.utils.parsedate_tz(str(found))


def is_plain(raw):
    """Whether nothing in the header is odd that messages are sorted by."""
    head = header(raw)
    sent = date(raw)
    fields = dict(re.findall(rb"^([A-Za-z-]+):((?:.*\n)(?:[ \t].*\n)*)", head.replace(b"\r\n", b"\n") + b"\n", re.M))
    simple = lambda name: re.fullmatch(rb"\s*[^<>@\"(]*(\"[^\"@<>]*\")?\s*<?[\w.+=-]+@[\w.-]+>?(,.*)?\s*", fields.get(name, b"a@b"), re.S)
    return bool(
        head.isascii() and b"\r\r" not in raw and sent and 1970 < sent[0] < 2030
        and re.search(rb"^Date: *(\w{3}, +)?\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [-+](0\d|1[0-4])[0-5]\d( \(.*\))?\r?$", head, re.M)
        and len(re.findall(rb"^Date:", head, re.M | re.I)) == 1
        and simple(b"From") and simple(b"To") and simple(b"Cc") and not re.search(rb"^(From|To|Cc):.*\"\"", head, re.M)
        and all(len(re.findall(rb"^%s:" % name, head, re.M | re.I)) < 2 for name in (b"To", b"Cc", b"Subject", b"From"))
    )


def reason(what, mine, theirs, raw, structure):
    section = re.match(r"(BODY|BINARY[A-Z.]*)\[(.*?)\]", what)
    lower = raw.lower()
    if what == "INTERNALDATE" and mine.replace(b" ", b"0", 1) == theirs:
        return "day"
    if section and mine in (None, [None], []) and theirs in (b"", [b""]):
        return "no-part"
    if section and mine is None and re.match(r"\d+(\.\d+)*\.1", section[2]):
        return "leaf-part"
    if section and re.search(rb"boundary=\"?[^\";\r\n]*[ ()]", raw, re.I) and not theirs or section and re.search(rb"boundary=\"?[^\";\r\n]*\(", raw, re.I):
        return "bad-param"
    if section and b"\r\r" in raw or what == "RFC822.SIZE" and b"\r\r" in raw:
        return "cr-lf"
    if section and section[1] != "BODY":
        return binary(what, mine, theirs, section[2], structure)
    if section and isinstance(mine, bytes) and isinstance(theirs, bytes):
        if mine + b"\r\n" == theirs and re.search(rb"--\r?\n--", raw):
            return "line-break"
        if mine + b"\r\n" == theirs and not re.search(rb"\r?\n\r?\n", raw):
            return "no-blank"
        if mine == theirs + b"\r\n" and ".MIME" in what and re.search(rb"\n\r?\n--", raw):
            return "empty-part"
        if not re.match(rb"[\w-]+:|From ", raw):
            return "no-header"
    if what in ("BODY", "BODYSTRUCTURE") and re.search(rb"boundary=\"?[^\";\r\n]*\(", raw, re.I):
        return "bad-param"
    if what in ("BODY", "BODYSTRUCTURE"):
        return structures(mine, theirs, raw)
    if what == "ENVELOPE":
        if one_blank(mine) == one_blank(theirs):
            return "fold"
        if one_blank(mine)[:2] + one_blank(mine)[8:] == one_blank(theirs)[:2] + one_blank(theirs)[8:]:
            return "bad-address"
    if what.startswith("SEARCH") and re.search("BODY|TEXT", what) and mine is True and theirs is False:
        if b"text/html" in lower or b"<html" in lower or not raw.isascii() or b"quoted-printable" in lower:
            return "search-more"
    if "SENT" in what and (not date(raw) or not 1970 <= date(raw)[0] < 2100 or b"+-" in header(raw)):
        return "no-date"
    if "SENT" in what and re.search(rb"^Date:.*:\d( |:\d )", header(raw), re.M):
        return "short-time"
    if what.startswith("SEARCH CHARSET") and not raw.isascii() or b"iso-8859-8" in lower and "BODY" in what:
        return "charset"
    if re.match("SORT|THREAD", what) and what.endswith("of all"):
        return "odd-values"
    return None


def binary(what, mine, theirs, part, structure):
    numbers = [int(number) for number in part.split(".")]
    found = structure
    for number in numbers:
        if isinstance(found, list) and found and isinstance(found[0], list):
            found = found[number - 1] if number <= len(found) and isinstance(found[number - 1], list) else None
        elif number != 1:
            found = None
    if not found:
        return None
    if isinstance(found[0], list) or found[0].lower() == b"message":
        return "decodes-parts"
    if what.startswith("BINARY.SIZE") and found[5].lower() in (b"7bit", b"8bit") and (mine == [found[6]] or theirs == "NO"):
        return "size"
    if found[5].lower() not in (b"7bit", b"8bit", b"binary"):
        return "bad-encoding"
    return None


def structures(mine, theirs, raw):
    if one_blank(mine) == one_blank(theirs):
        return "fold"
    if b"\r\r" in raw:
        return "cr-lf"
    if b"[b'', b''," in str(theirs).encode():
        return "bad-type"
    if not re.search(rb"^mime-version:", header(raw), re.M | re.I):
        return "no-mime-version"
    if re.search(rb"--\r?\n--", raw):
        return "line-break"
    if re.search(rb"\n--[^\r\n]*\r?\n\r?\n--", raw):
        return "empty-part"
    if without_params(mine) == without_params(theirs):
        return "bad-param"
    if re.search(rb"boundary=[^\";\r\n]*[ ()]", raw, re.I):
        return "bad-param"
    return None


def without_params(value):
    """A structure without lists that begin with two strings."""
    if not isinstance(value, list):
        return value
    return [without_params(it) for it in value if not (isinstance(it, list) and it and all(isinstance(x, bytes) for x in it))]
