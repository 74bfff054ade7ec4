"""The mail clients: how each is told to send a file, what it can do, and what it does to the text.

A task holds port, file, hello, from, to (a list), lmtp, tls, mechanism (or None), user, password.
"""

import dataclasses, json, os, re
from typing import Callable

from harness import HERE, PATIENCE


def script(name):
    return lambda task: [HERE / "clients" / name, json.dumps(task)]


def swaks(task):
    """Its own fixing of the text is turned off: it forgets the dot of the first line, among others."""
    with open(task["file"], "rb") as file:
        text = re.sub(rb"(?m)^\.", b"..", file.read())
    wire = task["file"] + ".wire"
    with open(wire, "wb") as file:
        file.write(text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".")
    command = ["swaks", "--server", f"127.0.0.1:{task['port']}", "--timeout", str(PATIENCE), "--suppress-data",
               "--protocol", "LMTP" if task["lmtp"] else "ESMTP", "--ehlo", task["hello"],
               "--from", task["from"], "--to", ",".join(task["to"]),
               "--no-data-fixup", "--data", f"@{wire}"]
    command += ["--tls"] * task["tls"]
    command += ["--pipeline"] * task.get("pipeline", False)
    if task["mechanism"]:
        command += ["--auth", task["mechanism"], "--auth-user", task["user"], "--auth-password", task["password"]]
    return command


def curl(task):
    command = ["curl", "--silent", "--show-error", "--globoff", "--max-time", str(PATIENCE), "--upload-file", task["file"],
               "--mail-from", task["from"], *[part for to in task["to"] for part in ("--mail-rcpt", to)]]
    if task["tls"]:
        command += ["--ssl-reqd", "--insecure"]
    if task["mechanism"]:
        command += ["--user", f"{task['user']}:{task['password']}", "--login-options", f"AUTH={task['mechanism']}"]
    return command + [f"smtp://127.0.0.1:{task['port']}/{task['hello']}"]


def msmtp(task):
    command = ["sh", "-c", 'file=$1; shift; exec msmtp "$@" <"$file"', "sh", task["file"],
               "--host=127.0.0.1", f"--port={task['port']}", f"--domain={task['hello']}", f"--timeout={PATIENCE}",
               f"--protocol={'lmtp' if task['lmtp'] else 'smtp'}", f"--from={task['from']}",
               *[f"--set-{field}-header=off" for field in ("from", "date", "msgid")]]
    command += ["--tls=on", "--tls-starttls=on", "--tls-certcheck=off"] if task["tls"] else ["--tls=off"]
    if task["mechanism"]:
        command += [f"--auth={task['mechanism'].lower()}", f"--user={task['user']}",
                    f"--passwordeval=echo {task['password']}"]
    return command + ["--", *task["to"]]


def exim(task):
    dir, file = os.path.split(task["file"])
    values = {**task, "file": file, "to": " ".join(task["to"]), "tls": int(task["tls"])}
    environment = [f"{name}={values[name]}" for name in ("port", "file", "hello", "from", "to", "tls")]
    return ["env", *environment, HERE / "clients" / "exim", dir]


@dataclasses.dataclass
class Client:
    name: str
    command: Callable  # task -> command line
    mechanisms: tuple = ("PLAIN", "LOGIN", "CRAM-MD5")
    lmtp: int = 2  # how many recipients it can have over LMTP
    cannot: tuple = ()  # bodies it does not send
    changes: dict = dataclasses.field(default_factory=dict)  # what it makes of a body of its own accord


CLIENTS = [
    Client("swaks", swaks, cannot=("empty",)),
    Client("curl", curl, lmtp=0),
    Client("msmtp", msmtp),
    # its LMTP reads one reply, however many recipients there are (python/cpython#76984)
    Client("smtplib", script("smtplib"), lmtp=1, changes={"empty": b"\r\n"}),
    Client("aiosmtplib", script("aiosmtplib"), lmtp=0, changes={"empty": b"\r\n"}),
    # a server, but as a client it is the only one here that speaks BDAT
    Client("exim", exim, mechanisms=(), lmtp=0, cannot=("headless", "empty")),
    Client("nodemailer", script("nodemailer"), changes={"empty": b"\r\n"}),
]
