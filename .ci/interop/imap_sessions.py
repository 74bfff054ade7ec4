"""Whole sessions of client libraries: all that they can ask for, and what they understand of the answers."""

import json, tempfile, threading, time

from bodies import HEAD
from harness import HERE, PASSWORD, USER, run, show

SESSIONS = HERE / "clients"


def drive(host, dir, script, **more):
    """A script that does its own checks."""
    task = {"do": "session", "port": host.ports["imaps"], "ca": str(host.ca), "user": USER, "password": PASSWORD,
            "tls": "implicit", "auth": "login", "mailbox": f"session-{script}", "count": 0,
            "dir": tempfile.mkdtemp(prefix=f"{script}.", dir=dir), **more}
    command = [SESSIONS / script, json.dumps(task)]
    status, output = run(command)
    assert status == 0, f"$ {show(command)}\n{output[-3000:]}exit status {status}"


def imapclient(host, dir):
    drive(host, dir, "imapclient_session")


def imapflow(host, dir):
    drive(host, dir, "imapflow_session")


def aioimaplib_idle(host, dir):
    """It waits, somebody else appends, it is told."""
    mailbox = "idle-aioimaplib"
    host.mailbox(mailbox, [HEAD])
    ready = threading.Event()

    def later():
        while not ready.wait(0.3):
            with host.imap() as session:
                session.append(mailbox, None, None, HEAD)

    other = threading.Thread(target=later)
    other.start()
    try:
        drive(host, dir, "aioimaplib", do="read", mailbox=mailbox, idle=True)
    finally:
        ready.set()
        other.join()


CASES = {"IMAPClient session": imapclient, "imapflow session": imapflow, "aioimaplib idle": aioimaplib_idle}
