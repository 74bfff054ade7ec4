"""Programs that keep a folder and a mailbox the same: what is done at one end is done at the other."""

import pathlib, re, tempfile

from bodies import HEAD
from harness import PASSWORD, USER, run, show
from imap_clients import CLIENTS, put

MARKS = {"\\Flagged": "F", "\\Seen": "S", "\\Answered": "R"}


def text(name):
    return HEAD.replace(b"Subject: interop", b"Subject: " + name.encode()) + "naïve\r\n".encode()


class Both:
    """A mailbox, a folder, and the program in between."""

    def __init__(self, host, client, dir, below, mailbox, expunge):
        self.host, self.client, self.mailbox, self.expunge = host, client, mailbox, expunge
        out = pathlib.Path(tempfile.mkdtemp(prefix=f"{client.name}.", dir=dir))
        self.task = {"do": "read", "port": host.ports["imaps"], "ca": str(host.ca), "user": USER, "password": PASSWORD,
                     "tls": "implicit", "auth": "login", "mailbox": mailbox, "dir": str(out), "count": 1}
        self.folder = pathlib.Path(f"{out}.home", below, mailbox)

    def sync(self):
        command = self.client.command(self.task)
        status, output = run(command)
        assert status == 0, f"$ {show(command)}\n{output[-3000:]}exit status {status}"

    def near(self):
        """Subject and flags of all that is in the folder."""
        files = [file for part in ("new", "cur") for file in (self.folder / part).iterdir()]
        return {subject(file.read_bytes()): {flag for flag, mark in MARKS.items() if mark in file.name.partition(":2,")[2]}
                for file in files}

    def far(self):
        return {subject(text): flags - {"\\Recent"} for _, flags, text in self.host.held(self.mailbox)}

    def file(self, name):
        return next(file for part in ("new", "cur") for file in (self.folder / part).iterdir()
                    if subject(file.read_bytes()) == name)

    def mark(self, name, mark):
        file = self.file(name)
        plain, _, marks = file.name.partition(":2,")
        file.rename(self.folder / "cur" / f"{plain}:2,{''.join(sorted(marks + mark))}")


def subject(octets):
    return re.search(rb"(?m)^Subject: (\w+)", octets)[1].decode()


def both_ways(both):
    host, mailbox = both.host, both.mailbox
    host.mailbox(mailbox, [text(name) for name in ("one", "two", "three", "four")])
    both.sync()
    assert both.near() == {name: set() for name in ("one", "two", "three", "four")}, both.near()
    first = {subject(octets): uid for uid, _, octets in host.held(mailbox)}

    # something at each end
    both.mark("one", "FS")
    if both.expunge == "T":
        both.mark("two", "T")
    else:
        both.file("two").unlink()
    new = {**both.task, "file": f"{both.task['dir']}.new"}
    pathlib.Path(new["file"]).write_bytes(text("five"))
    put(new, both.folder)
    with host.imap(mailbox) as session:
        for number, change in (("3", "\\Answered"), ("4", "\\Deleted")):
            assert session.store(number, "+FLAGS", change)[0] == "OK"
        assert session.expunge()[0] == "OK"
        assert session.append(mailbox, "\\Seen", None, text("six"))[0] == "OK"
    both.sync()
    want = {"one": {"\\Flagged", "\\Seen"}, "three": {"\\Answered"}, "five": {"\\Seen"}, "six": {"\\Seen"}}
    assert both.far() == want, both.far()
    assert both.near() == want, both.near()

    # all that was there is the same, and nothing is done twice
    held = host.held(mailbox)
    assert {subject(octets): uid for uid, _, octets in held if subject(octets) in ("one", "three")} == \
        {name: first[name] for name in ("one", "three")}, held
    both.sync()
    assert host.held(mailbox) == held, host.held(mailbox)
    assert both.near() == want, both.near()


def client(name):
    return next(client for client in CLIENTS if client.name == name)


def mbsync(host, dir):
    both_ways(Both(host, client("mbsync"), dir, "", "both-mbsync", "T"))


def offlineimap(host, dir):
    both_ways(Both(host, client("offlineimap"), dir, "mail", "both-offlineimap", "unlink"))


CASES = {"mbsync both ways": mbsync, "offlineimap both ways": offlineimap}
