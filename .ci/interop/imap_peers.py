"""The IMAP servers, and the three programs that are run against them."""

import contextlib, dataclasses, imaplib, json, os, pathlib, ssl, subprocess, threading

from bodies import BODIES, HEAD, lines
from harness import (
    BIN, HERE, PASSWORD, PATIENCE, Skip, greets, listens, run, running, same_bytes, scratch, show, until,
)

imaplib._MAXLINE = 10_000_000


def huge():
    """50 MB, of lines that begin at every offset against every buffer size."""
    line = b"..0123456789" * 6 + b"){9}\r\n"
    return HEAD + line * (50_000_000 // len(line))


NESTED = lines(
    b"From: =?utf-8?q?J=C3=B8rn?= <sender@sender.test>",
    b"To: team: <a@a.test>, \"B, b\" <b@b.test>;, <c@c.test>",
    b"Date: Sat, 21 Nov 2026 20:30:00 +0000",
    b"Message-ID: <nested@sender.test>",
    b"Subject: =?utf-8?b?" + b"Z3LDvG4=" + b"?= =?iso-8859-1?q?_=E9t=E9?=",
    b"MIME-Version: 1.0",
    b"Content-Type: multipart/mixed; boundary=outer",
    b"",
    b"--outer",
    b"Content-Type: message/rfc822",
    b"",
    b"Subject: inner",
    b"Content-Type: multipart/alternative; boundary=\"in ner\"",
    b"",
    b"--in ner",
    b"",
    b"* 1 FETCH (BODY[] {9}",
    b"--in ner",
    b"Content-Type: message/rfc822",
    b"",
    b"Subject: innermost",
    b"",
    b")",
    b"a1 OK done",
    b"--in ner--",
    b"--outer",
    b"Content-Type: application/octet-stream",
    b"Content-Transfer-Encoding: base64",
    b"",
    b"AAECAw==",
    b"--outer--",
)
MORE = {
    "nested": NESTED,
    "literal-like": HEAD + lines(b"{5}", b"{5+}", b"~{5}", b")", b"+ ok", b"* BYE", b"a1 OK", b"DONE"),
    "utf8-head": HEAD[:-2] + lines("X-Name: grün 漢字".encode(), b"", b"body"),
    "only-head": HEAD[:-2],
    "one-octet": b"x",
    "65536": HEAD + b"y" * (65536 - len(HEAD) - 2) + b"\r\n",
    "4096": HEAD + b"y" * (4096 - len(HEAD) - 2) + b"\r\n",
    "4097": HEAD + b"y" * (4097 - len(HEAD) - 2) + b"\r\n",
    "bare-lf": HEAD + b"one\ntwo\r\n\nthree\n",
    "bare-cr": HEAD + b"one\rtwo\r\n\rthree\r\n",
    "nul": HEAD + b"a\0b\r\n",
}
TEXTS = {**BODIES, **MORE}
# the way to the server makes no difference to the text, so not every body is repeated
FEW = ("dots", "8bit", "nested", "4097", "10MB")


@dataclasses.dataclass
class Server:
    name: str
    ways: tuple  # of logging in without TLS
    compress: bool = False
    prefix: str = ""  # of every mailbox but INBOX
    separator: str = "/"
    bare: str = "127.0.0.1"  # where it has no TLS, two ports up; if there is such a place
    disabled: bool = False  # LOGIN, there
    many: int = 20_000  # messages in a large mailbox
    changes: dict = dataclasses.field(default_factory=dict)  # bodies that it makes something else of
    refuses: dict = dataclasses.field(default_factory=dict)  # bodies that it does not take, and what it says
    no_names: tuple = ()  # that mailboxes cannot have


def ended(*names):
    """With a line end behind the last line."""
    return {name: TEXTS[name] + b"\r\n" for name in names}


CRLF = TEXTS["bare-lf"].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
NO_NUL = "it has NUL in it, which the server does not take"
SERVERS = [
    Server("imap_dovecot", ("login", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"),
           compress=True, many=100_000, bare="127.0.0.2", changes={"bare-lf": CRLF, "nul": TEXTS["nul"].replace(b"\0", b"\x80")},
           refuses={"empty": "zero byte"}, no_names=("~home",)),
    Server("imap_courier", ("login", "PLAIN", "LOGIN", "CRAM-MD5"), prefix="INBOX.", separator=".",
           changes={**ended("no-newline", "no-newline-dot", "empty", "one-octet"), "bare-lf": CRLF,
                    "bare-cr": TEXTS["bare-cr"].replace(b"\r\n", b"\n").replace(b"\r", b"").replace(b"\n", b"\r\n")},
           refuses={"nul": NO_NUL}, no_names=("~home", "😀")),
    Server("imap_cyrus", ("login", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"),
           compress=True, disabled=True,
           refuses={"headless": "invalid header", "one-octet": "invalid header", "empty": "Zero-length",
                    "bare-lf": "bare newlines"}, no_names=('quo"te', "back\\slash", "per%cent")),
    Server("imap_mailhost", ("login", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"),
           compress=True, many=100_000, bare="", refuses={"empty": "without octets"}),
]
MODES = ("plain", "starttls", "implicit")


class Peer:
    """A running server with its mailboxes."""

    def __init__(self, server, port, dir, log):
        self.server, self.port, self.dir, self.log = server, port, dir, log
        self.works = {}

    def mailbox(self, *names):
        """The name of a mailbox below the one that holds all, as UTF-8."""
        return self.server.prefix + self.server.separator.join(names)

    def file(self, name, text):
        """A file with this text."""
        path = self.dir / "files" / name
        # whole at once: others may be reading it
        part = path.with_name(f"{name}.{threading.get_ident()}")
        part.write_bytes(text)
        return part.rename(path)

    def address(self, mode):
        if mode == "bare":
            return f"{self.server.bare}:{self.port + 2}"
        return f"127.0.0.1:{self.port + (mode == 'implicit')}"

    def command(self, program, user, options, mode="plain", ca="ca.pem", password=PASSWORD, address=None):
        command = [BIN / program, "--server", address or self.address(mode), "--user", user,
                   "--password", password, *options]
        if mode in ("starttls", "implicit"):
            command[3:3] = ["--tls", mode, "--ca", self.dir / ca]
        return command

    def run(self, program, user, options, **more):
        """Gives exit status, the lines of JSON, and all that was said."""
        command = self.command(program, user, options, **more)
        status, output = run(command)
        reports = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        assert PASSWORD not in output, "the password is told"
        return status, reports, f"$ {show(command)}\n{output[-3000:]}exit status {status}"

    def append(self, user, mailbox, files, options=(), **more):
        """Appends files, all of which the server takes; gives their reports."""
        options = [f"--mailbox={mailbox}", *options, *files]
        status, reports, output = self.run("imap_append", user, options, **more)
        assert status == 0, output
        assert len(reports) == len(files), output
        assert all(report["appended"] and not report["error"] for report in reports), output
        return reports, output

    def out(self, user, name):
        return self.dir / "out" / self.server.name / user / name.replace("/", "_")

    def fetch(self, user, mailbox, options=(), out=None, **more):
        """Fetches what is new; gives exit status, reports and what was said."""
        out = self.out(user, out or mailbox or "all")
        where = [f"--mailbox={mailbox}"] if mailbox else ["--all"]
        return self.run("imap_fetch", user, [*where, "--out", out, *options], **more)

    def fetched(self, *arguments, **more):
        """What `fetch` reports if it goes well: by mailbox and UID, with the texts."""
        status, reports, output = self.fetch(*arguments, **more)
        assert status == 0, output
        for report in reports:
            assert report["stored"] and not report["error"], output
            report["text"] = pathlib.Path(report["file"]).read_bytes()
            assert report["octets"] == len(report["text"]), output
        return reports, output

    @contextlib.contextmanager
    def session(self, user, mailbox=None):
        """A session of imaplib."""
        session = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
        session.login(user, PASSWORD)
        if mailbox:
            assert session.select(f'"{mailbox}"')[0] == "OK", mailbox
        try:
            yield session
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                session.logout()

    def need_tls(self, mode):
        """Skips a TLS case if the server's TLS works for nobody, that is, not for Python either."""
        if mode in ("plain", "bare"):
            return
        if mode not in self.works:
            context = ssl.create_default_context(cafile=self.dir / "ca.pem")
            try:
                if mode == "implicit":
                    imaplib.IMAP4_SSL("127.0.0.1", self.port + 1, ssl_context=context, timeout=PATIENCE).logout()
                else:
                    session = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
                    session.starttls(context)
                    session.logout()
                self.works[mode] = True
            except (OSError, imaplib.IMAP4.error):
                self.works[mode] = False
        if not self.works[mode]:
            raise Skip("imaplib cannot do it either")


@contextlib.contextmanager
def serving(server, port, dir, users):
    """The server, from its first greeting on."""
    log = dir / f"{server.name}.log"
    peer = Peer(server, port, dir, log)
    for folder in (dir, dir / "other"):
        folder.mkdir(exist_ok=True)
        subprocess.run([HERE / "certs", folder], check=True)
    for part in ("mail", "out", "files"):
        (dir / part).mkdir()
    for user in users:
        own(maildir(dir / "mail" / user))
    with running([HERE / "servers" / server.name, port, dir], log) as child:
        def ready():
            assert child.poll() is None, f"{server.name} ended at once: {log.read_text()}"
            bare = not server.bare or greets(port + 2, b"* OK", server.bare)
            return bare and listens(port + 1) and greets(port, b"* OK")

        until(f"{server.name} on all its ports", ready)
        yield peer


@contextlib.contextmanager
def starting(report, server, port, users, memory=False):
    """The server in a folder of its own; nothing, and a case that failed, if it does not start."""
    with scratch() as dir, contextlib.ExitStack() as stack:
        if memory:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,size=3g", "tmpfs", dir], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", dir])
        try:
            peer = stack.enter_context(serving(server, port, dir, users))
        except AssertionError as error:
            def fail(error=error):
                raise error

            report.case(f"{server.name} starts", fail)
            peer = None
        yield peer


def maildir(box):
    """A new Maildir; Cyrus has its own kind of store, and only wants the name."""
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True)
    return box


def own(box):
    """Makes a Maildir the servers' own."""
    for path in (box, *box.rglob("*")):
        os.chown(path, 65534, 65534)


def check(report, name, server, output):
    """Fails unless this is the message."""
    try:
        same_bytes(report["text"], server.changes.get(name, TEXTS[name]))
    except AssertionError as error:
        raise AssertionError(f"{error}\n{output}") from None
