"""The POP3 clients: how each is told to fetch everything, what it can do, and what it does to the text.

A task holds port, dir, user, password, tls ("plain", "starttls" or "implicit"), auth ("userpass", "apop" or a
mechanism), delete, and count, how many messages there are. A client leaves them in dir as files 1, 2, 3.
"""

import dataclasses, json, pathlib, shlex
from typing import Callable

from bodies import BODIES
from harness import HERE, PATIENCE

NUMBER = HERE / "clients" / "number"


def poplib(task):
    return [HERE / "clients" / "poplib", json.dumps(task)]


def curl(task):
    """A session for each message, and if wanted another that deletes it."""
    base = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--user", f"{task['user']}:{task['password']}"]
    if task["tls"] != "plain":
        base += ["--insecure"] + ["--ssl-reqd"] * (task["tls"] == "starttls")
    if task["auth"] != "userpass":
        base += ["--login-options", "AUTH=+APOP" if task["auth"] == "apop" else f"AUTH={task['auth']}"]
    url = f"pop3{'s' * (task['tls'] == 'implicit')}://127.0.0.1:{task['port']}/"
    commands = [base + ["--output", f"{task['dir']}/{number}", f"{url}{number}"]
                for number in range(1, task["count"] + 1)] or [base + [url]]
    if task["delete"]:
        # from the last, as the numbers of the others are then the same in the next session
        commands += [base + ["--head", "--request", "DELE", f"{url}{number}"]
                     for number in range(task["count"], 0, -1)]
    return ["sh", "-ec", "\n".join(shlex.join(map(str, command)) for command in commands)]


def mpop(task):
    auth = "user" if task["auth"] == "userpass" else task["auth"].lower()
    command = ["mpop", "--host=127.0.0.1", f"--port={task['port']}", f"--timeout={PATIENCE}", f"--auth={auth}",
               f"--user={task['user']}", f"--passwordeval=echo {task['password']}", "--received-header=off",
               "--only-new=off", f"--uidls-file={task['dir']}.uidls", "--debug",
               f"--keep={'off' if task['delete'] else 'on'}", f"--delivery=mda,{NUMBER} {task['dir']}"]
    if task["tls"] == "plain":
        return command + ["--tls=off"]
    return command + ["--tls=on", f"--tls-starttls={'on' if task['tls'] == 'starttls' else 'off'}",
                      "--tls-certcheck=off"]


def fetchmail(task):
    home = pathlib.Path(f"{task['dir']}.home")
    home.mkdir(exist_ok=True)
    auth = "password" if task["auth"] in ("userpass", "apop") else task["auth"].lower()
    tls = {"plain": 'sslproto ""', "starttls": 'sslproto "TLS1+" no sslcertck', "implicit": "ssl no sslcertck"}
    config = home / "rc"
    config.write_text(
        "set invisible\n"
        f"poll 127.0.0.1 service {task['port']} proto {'APOP' if task['auth'] == 'apop' else 'POP3'} auth {auth}\n"
        f"  user \"{task['user']}\" password \"{task['password']}\" {tls[task['tls']]} fetchall no rewrite\n"
        f"  pass8bits {'nokeep' if task['delete'] else 'keep'} mda \"{NUMBER} {task['dir']}\"\n"
    )
    config.chmod(0o600)
    return ["env", f"FETCHMAILHOME={home}", "fetchmail", "--nodetach", "--nosyslog", "-v", "--timeout", str(PATIENCE),
            "--pidfile", home / "pid", "--fetchmailrc", config]


def getmail(task):
    home = pathlib.Path(f"{task['dir']}.home")
    home.mkdir(exist_ok=True)
    kind = "SimplePOP3SSLRetriever" if task["tls"] == "implicit" else "SimplePOP3Retriever"
    (home / "rc").write_text(
        f"[retriever]\ntype = {kind}\nserver = 127.0.0.1\nport = {task['port']}\nusername = {task['user']}\n"
        f"password = {task['password']}\nuse_apop = {task['auth'] == 'apop'}\n"
        f"[destination]\ntype = MDA_external\npath = {NUMBER}\narguments = ('{task['dir']}', 'late')\n"
        "unixfrom = False\nallow_root_commands = True\nignore_stderr = False\n"
        f"[options]\nread_all = True\ndelete = {task['delete']}\ndelivered_to = False\nreceived = False\n"
        "verbose = 2\n"
    )
    return ["getmail", "--getmaildir", home, "--rcfile", "rc"]


@dataclasses.dataclass
class Client:
    name: str
    command: Callable  # task -> command line
    ways: tuple  # of logging in
    modes: tuple = ("plain", "starttls", "implicit")
    lf: bool = False  # it makes every CRLF a LF
    mark: bytes = b""  # what it puts in front of every message
    nothing: int = 0  # its exit status if there is no message
    cannot: tuple = ()  # bodies it does not take for messages
    changes: dict = dataclasses.field(default_factory=dict)  # what it makes of a body of its own accord


CLIENTS = [
    Client("poplib", poplib, ways=("userpass", "apop")),
    Client("curl", curl, ways=("userpass", "apop", "PLAIN", "LOGIN", "CRAM-MD5"), changes={"empty": b"\r\n"}),
    Client("mpop", mpop, ways=("userpass", "apop", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"), lf=True),
    # it makes up a header where there is none
    Client("fetchmail", fetchmail, ways=("userpass", "apop", "CRAM-MD5"), lf=True, nothing=1,
           cannot=("headless", "empty")),
    Client("getmail", getmail, ways=("userpass", "apop"), modes=("plain", "implicit"), lf=True,
           mark=b"Return-Path: <unknown>\n",
           # a header ends with an empty line, if need be one that it makes, and a field that is too long is folded
           changes={"headless": b"\r\n" + BODIES["headless"], "empty": b"\r\n",
                    "long-header": BODIES["long-header"].replace(b"X-Longest: ", b"X-Longest: \r\n ")}),
]
