"""The messages: each is here for something that went wrong somewhere once."""

import base64, random


def lines(*texts):
    return b"".join(text + b"\r\n" for text in texts)


# complete, because servers add what is missing
FIELDS = lines(
    b"Date: Sat, 21 Nov 2026 20:30:00 +0000",
    b"From: <sender@sender.test>",
    b"To: <box@example.test>",
    b"Message-ID: <1@sender.test>",
    b"Subject: interop",
)
HEAD = FIELDS + b"\r\n"


def large():
    """10 MB whose lines begin with a dot at every offset against every buffer size."""
    line = b".0123456789" * 90
    body = b"".join(line[i % 11 : 11 + i % 979] + b"\r\n" for i in range(20500))
    return HEAD + body


def long_header():
    fields = [b"Received: by nobody; this one is the message's own"]
    fields += FIELDS.splitlines()
    fields += [b"X-Field-%d: %s" % (i, b"x" * 60) for i in range(500)]
    fields += [b"X-Folded: first"] + [b"\t%s %d" % (b"y" * 70, i) for i in range(300)]
    fields += [b"X-Longest: " + b"z" * (998 - 11)]
    return lines(*fields, b"", b"body")


BODIES = {
    "dots": HEAD + lines(b".", b"..", b"...", b".", b"", b".", b".QUIT", b"..x", b"x.", b"."),
    # a field name may begin with a dot, so the very first byte can be one
    "dot-first": b".Field: yes\r\n" + HEAD + lines(b"body"),
    # no header at all, and the first line alone looks like the end
    "headless": lines(b".", b"second line", b"."),
    "8bit": HEAD + lines("grün, 漢字".encode(), bytes(range(0x80, 0x100)), b"\xff.\xfe", b".\xff"),
    "long-lines": HEAD + lines(b"a" * 998, b"." + b"b" * 997, b"c" * 998),
    "long-header": long_header(),
    "blank-end": HEAD + lines(b"text", b"", b"", b""),
    "no-newline": HEAD + lines(b"text") + b"the end",
    "no-newline-dot": HEAD + lines(b"text") + b".",
    "empty": b"",
    "10MB": large(),
}


def difficult():
    """Dots, 8-bit, UTF-8 in header and addresses, nested messages, and 30 MB of attachment."""
    noise = random.Random(7).randbytes(30_000_000 * 57 // 78)
    encoded = base64.encodebytes(noise).replace(b"\n", b"\r\n")
    nested = b"From: <in@inner.test>\r\nSubject: inner\r\n\r\n.\r\n..\r\n--no boundary\r\n"
    nested = b"Content-Type: message/rfc822\r\n\r\n" + b"Content-Type: message/rfc822\r\nSubject: outer\r\n\r\n" + nested
    return "".join([
        "Date: Sat, 21 Nov 2026 20:30:00 +0000\r\n",
        "From: Jörg <jörg@grün.test>\r\nTo: 用户 <用户@例.test>\r\nSubject: Grüße, 漢字\r\n",
        "Message-ID: <2@sender.test>\r\nMIME-Version: 1.0\r\n",
        "Content-Type: multipart/mixed; boundary=\"=_.x\"\r\n\r\n.\r\n..\r\n",
        "--=_.x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        ".\r\n..x\r\nblank: \r\n\t\r\nnaïve 😀\r\n" + "x" * 998 + "\r\n--=_.x\r\n",
    ]).encode() + nested + b"--=_.x\r\nContent-Type: application/octet-stream\r\n" + \
        b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded + b"--=_.x--\r\n.\r\n"
