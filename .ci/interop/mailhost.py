"""A running mailhost, and what its interop scripts share."""

import contextlib, imaplib, poplib, re, signal, ssl

from harness import BIN, PASSWORD, PATIENCE, USER, running, same_bytes, until

imaplib._MAXLINE = 10_000_000

SERVICES = ["smtp", "submission", "lmtp", "pop3", "smtps", "pop3s", "imap", "imaps"]
RUNTIMES = ["tokio", "threads", "smol", "uring"]
# what the host puts on top of a message
TRACE = re.compile(rb"Return-Path: <[^\r\n]*>\r\nReceived: from [^\r\n]*\r\n(\t[^\r\n]*\r\n)+")


class Mailhost:
    def __init__(self, ports, ca, log, process, users=()):
        self.ports, self.ca, self.log, self.process = ports, ca, log, process
        self.users = iter(users)

    def user(self):
        """One that nobody else has had."""
        return next(self.users)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def pop3(self, user=USER):
        """A session of poplib that is logged in."""
        client = poplib.POP3_SSL("127.0.0.1", self.ports["pop3s"], timeout=PATIENCE,
                                 context=ssl.create_default_context(cafile=self.ca))
        client.user(user)
        client.pass_(PASSWORD)
        return client

    @contextlib.contextmanager
    def imap(self, mailbox=None, user=USER):
        """A session of imaplib that is logged in."""
        client = imaplib.IMAP4("127.0.0.1", self.ports["imap"], timeout=PATIENCE)
        client.login(user, PASSWORD)
        if mailbox:
            assert client.select(mailbox)[0] == "OK", mailbox
        try:
            yield client
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def mailbox(self, name, texts):
        """Makes a mailbox of these texts."""
        with self.imap() as client:
            assert client.create(name)[0] == "OK", name
            for text in texts:
                answer = client.append(name, None, None, text)
                assert answer[0] == "OK", answer

    def held(self, name, user=USER):
        """What is in a mailbox, with the flags: UID, flags, text."""
        found = []
        with self.imap(name, user) as client:
            if client.status(name, "(MESSAGES)")[1][0].endswith(b"(MESSAGES 0)"):
                return []
            status, data = client.fetch("1:*", "(UID FLAGS BODY.PEEK[])")
            assert status == "OK", data
            for label, text in (part for part in data if isinstance(part, tuple)):
                uid = int(re.search(rb"UID (\d+)", label)[1])
                found.append((uid, set(re.search(rb"FLAGS \(([^)]*)\)", label)[1].decode().split()), text))
        return found

    def take(self, user=USER):
        """All messages, which are deleted then."""
        client = self.pop3(user)
        texts = []
        for number in range(1, client.stat()[0] + 1):
            texts.append(b"".join(line + b"\r\n" for line in client.retr(number)[1]))
            client.dele(number)
        client.quit()
        return texts


def without_trace(text):
    match = TRACE.match(text)
    assert match, f"no Return-Path and Received on top of {text[:300]!r}"
    return text[match.end():]


def same_text(got, want):
    """Fails unless the message is the one that was sent, as POP3 can carry it."""
    if want and not want.endswith(b"\r\n"):
        want += b"\r\n"
    same_bytes(without_trace(got), want)


@contextlib.contextmanager
def serving(dir, name, *options, others=()):
    log, ca = dir / f"{name}.log", dir / f"{name}.pem"
    addresses = [part for service in SERVICES for part in (f"--{service}", "127.0.0.1:0")]
    users = [part for user in (USER, *others) for part in ("--user", f"{user}:{PASSWORD}")]
    command = [BIN / "mailhost", *addresses, *users, "--ca-out", ca, *options]
    with running(command, log) as child:
        def lines():
            assert child.poll() is None, f"mailhost ended at once: {log.read_text()}"
            text = log.read_text().splitlines()
            return "ready" in text and text

        found = [line.split() for line in until("ready", lines)]
        ports = {words[0]: int(words[1].rpartition(":")[2]) for words in found if words[0] in SERVICES}
        assert sorted(ports) == sorted(SERVICES), found
        yield Mailhost(ports, ca, log, child, others)
