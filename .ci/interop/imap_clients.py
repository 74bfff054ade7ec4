"""The IMAP clients: how each is told to fetch or to append, what it can do, and what it does to the text.

A task holds do ("read" or "append"), port, ca, user, password, tls ("plain", "starttls" or "implicit"), auth
("login" or a mechanism), mailbox, count, dir for what is read, file for what is appended. A client leaves what it
reads in dir as files 1, 2, 3.
"""

import dataclasses, json, pathlib, re, shlex
from typing import Callable

from harness import BIN, HERE, PATIENCE

NUMBER = HERE / "clients" / "number"


def script(name):
    return lambda task: [HERE / "clients" / name, json.dumps(task)]


def shell(*commands):
    return ["sh", "-ec", "\n".join(shlex.join(map(str, command)) for command in commands)]


def home(task, name, text):
    """A folder of its own with a configuration in it."""
    folder = pathlib.Path(f"{task['dir']}.home")
    folder.mkdir(exist_ok=True)
    config = folder / name
    config.write_text(text)
    config.chmod(0o600)
    return folder


def number_all(task, folder):
    """What lies in a Maildir, by the order of the names."""
    return ["sh", "-ec", 'for file in "$1"/new/* "$1"/cur/*; do [ ! -e "$file" ] || "$2" "$3" <"$file"; done', "sh",
            folder, NUMBER, task["dir"]]


def curl(task):
    """A session for each message."""
    base = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--user", f"{task['user']}:{task['password']}"]
    if task["tls"] != "plain":
        base += ["--cacert", task["ca"]] + ["--ssl-reqd"] * (task["tls"] == "starttls")
    if task["auth"] != "login":
        base += ["--login-options", f"AUTH={task['auth']}"]
    url = f"imap{'s' * (task['tls'] == 'implicit')}://localhost:{task['port']}/{task['mailbox']}"
    if task["do"] == "append":
        return base + ["--upload-file", task["file"], url]
    return shell(*[base + ["--output", f"{task['dir']}/{number}", f"{url};MAILINDEX={number}"]
                   for number in range(1, task["count"] + 1)])


def fetchmail(task):
    auth = "password" if task["auth"] == "login" else task["auth"].lower()
    tls = {"plain": 'sslproto ""', "starttls": 'sslproto "TLS1+" sslcertck', "implicit": "ssl sslcertck"}
    rc = (
        "set invisible\n"
        f"poll localhost service {task['port']} proto IMAP auth {auth}\n"
        f"  user \"{task['user']}\" password \"{task['password']}\" folder \"{task['mailbox']}\" {tls[task['tls']]}\n"
        f"  {'' if task['tls'] == 'plain' else 'sslcertfile ' + task['ca']}\n"
        f"  fetchall no rewrite pass8bits keep mda \"{NUMBER} {task['dir']}\"\n"
    )
    folder = home(task, "rc", rc)
    return ["env", f"FETCHMAILHOME={folder}", "fetchmail", "--nodetach", "--nosyslog", "-v", "--timeout", str(PATIENCE),
            "--pidfile", folder / "pid", "--fetchmailrc", folder / "rc"]


def getmail(task):
    kind = "SimpleIMAPSSLRetriever" if task["tls"] == "implicit" else "SimpleIMAPRetriever"
    folder = home(task, "rc", (
        f"[retriever]\ntype = {kind}\nserver = localhost\nport = {task['port']}\nusername = {task['user']}\n"
        f"password = {task['password']}\nmailboxes = ('{task['mailbox']}',)\n"
        + f"ca_certs = {task['ca']}\n" * (task["tls"] == "implicit") +
        f"[destination]\ntype = MDA_external\npath = {NUMBER}\narguments = ('{task['dir']}', 'late')\n"
        "unixfrom = False\nallow_root_commands = True\nignore_stderr = False\n"
        "[options]\nread_all = True\ndelete = False\ndelivered_to = False\nreceived = False\nverbose = 2\n"
    ))
    return ["getmail", "--getmaildir", folder, "--rcfile", "rc"]


def mbsync(task):
    tls = {"plain": "None", "starttls": "STARTTLS", "implicit": "IMAPS"}[task["tls"]]
    auth = "LOGIN" if task["auth"] == "login" else task["auth"]
    folder = home(task, "rc", (
        f"IMAPAccount host\nHost localhost\nPort {task['port']}\nUser {task['user']}\nPass {task['password']}\n"
        f"SSLType {tls}\nCertificateFile {task['ca']}\nAuthMechs {auth}\nTimeout {PATIENCE}\n\n"
        f"IMAPStore far\nAccount host\n\n"
        f"MaildirStore near\nPath {task['dir']}.home/\nInbox {task['dir']}.home/{task['mailbox']}\nSubFolders Verbatim\n\n"
        f"Channel all\nFar \":far:{task['mailbox']}\"\nNear \":near:{task['mailbox']}\"\nCreate Both\nExpunge Both\nSync All\n"
        "SyncState *\nMaxMessages 0\n"
    ))
    sync = ["mbsync", "-V", "-c", folder / "rc", "all"]
    box = folder / task["mailbox"]
    if task["do"] == "append":
        put(task, box)
        return sync
    return shell(sync, number_all(task, box))


def offlineimap(task):
    tls = {"plain": "ssl = no\nstarttls = no", "starttls": "ssl = no\nstarttls = yes", "implicit": "ssl = yes"}[task["tls"]]
    auth = "LOGIN" if task["auth"] == "login" else task["auth"]
    folder = home(task, "rc", (
        f"[general]\naccounts = a\nmetadata = {task['dir']}.home/meta\nui = basic\nfsync = False\n"
        "[Account a]\nlocalrepository = l\nremoterepository = r\n"
        f"[Repository l]\ntype = Maildir\nlocalfolders = {task['dir']}.home/mail\n"
        f"[Repository r]\ntype = IMAP\nremotehost = localhost\nremoteport = {task['port']}\n"
        f"remoteuser = {task['user']}\nremotepass = {task['password']}\n{tls}\nsslcacertfile = {task['ca']}\n"
        f"auth_mechanisms = {auth}\nfolderfilter = lambda name: name == '{task['mailbox']}'\n"
        f"createfolders = True\n"
    ))
    sync = ["offlineimap", "-o", "-c", folder / "rc"]
    box = folder / "mail" / task["mailbox"]
    if task["do"] == "append":
        (folder / "mail").mkdir()
        put(task, box)
        return sync
    return shell(sync, number_all(task, box))


def neomutt(task):
    """A terminal program: in a terminal that nobody looks at. What it appends is the copy of what it sends."""
    imap = f"imap{'s' * (task['tls'] == 'implicit')}://{task['user']}@localhost:{task['port']}"
    folder = home(task, "rc", (
        f"set imap_pass = \"{task['password']}\" imap_user = {task['user']} folder = \"{imap}/\"\n"
        f"set ssl_starttls = {'yes' if task['tls'] == 'starttls' else 'no'} ssl_force_tls = "
        f"{'no' if task['tls'] == 'plain' else 'yes'}\n"
        f"set ssl_ca_certificates_file = {task['ca']} certificate_file = \"\"\n"
        f"set imap_authenticators = \"{task['auth'].lower()}\"\n"
        "set mbox_type = Maildir confirmappend = no confirmcreate = no wait_key = no sleep_time = 0 header_cache = \"\"\n"
        "set message_cachedir = \"\" quit = yes mark_old = no delete = yes sort = mailbox-order\n"
    ))
    near, far = folder / "box", f"{imap}/{task['mailbox']}"
    if task["do"] == "append":
        put(task, near)
        opened, copied = near, far
    else:
        opened, copied = far, near
    keys = f"<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>{copied}<enter><exit>"
    # `script` gives it the terminal
    command = shlex.join(["neomutt", "-n", "-F", str(folder / "rc"), "-f", str(opened), "-e", f'push "{keys}"'])
    tool = ["env", "TERM=xterm", f"HOME={folder}", "script", "-qec", command, "/dev/null"]
    return tool if task["do"] == "append" else shell(tool, number_all(task, near))


def put(task, box):
    """A message into a Maildir, with line ends as they are on disk."""
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True)
    text = pathlib.Path(task["file"]).read_bytes()
    (box / "cur" / "1700000000.1_1.host:2,S").write_bytes(text.replace(b"\r\n", b"\n"))


def own(task):
    """imap_fetch and imap_append."""
    account = ["--server", f"localhost:{task['port']}", "--user", task["user"], "--password", task["password"],
               "--mailbox", task["mailbox"]]
    if task["tls"] != "plain":
        account += ["--tls", task["tls"], "--ca", task["ca"]]
    account += ["--compress"] * task.get("compress", False)
    if task["auth"] != "login":
        account += ["--auth", task["auth"]]
    if task["do"] == "append":
        return [BIN / "imap_append", *account, "--as-is", task["file"]]
    out = f"{task['dir']}.home"
    collect = ["sh", "-ec", 'for file in $(find "$1" -name "*.eml" | sort); do "$2" "$3" <"$file"; done', "sh", out,
               NUMBER, task["dir"]]
    return shell([BIN / "imap_fetch", *account, "--out", out], collect)


@dataclasses.dataclass
class Client:
    name: str
    command: Callable  # task -> command line
    ways: tuple = ("login",)  # of logging in
    modes: tuple = ("plain", "starttls", "implicit")
    does: tuple = ("read", "append")
    lf: bool = False  # it makes every CRLF a LF
    adds: bytes = b""  # what it puts into a header of its own accord, a pattern
    cannot: tuple = ()  # bodies it makes something else of
    mute: bool = False  # its exit status says nothing

    def text(self, octets):
        """What it had before the client touched it."""
        octets = octets.replace(b"\n", b"\r\n") if self.lf else octets
        return re.sub(self.adds, b"", octets, count=9) if self.adds else octets


CLIENTS = [
    Client("imaplib", script("imaplib"), ways=("login", "PLAIN", "CRAM-MD5")),
    Client("IMAPClient", script("imapclient"), ways=("login", "PLAIN")),
    Client("aioimaplib", script("aioimaplib"), modes=("plain", "implicit")),
    Client("curl", curl, ways=("login", "PLAIN", "LOGIN", "CRAM-MD5")),
    Client("fetchmail", fetchmail, ways=("login", "CRAM-MD5"), does=("read",), lf=True),
    Client("getmail", getmail, modes=("plain", "implicit"), does=("read",), lf=True,
           cannot=("nested",),
           adds=rb"\AReturn-Path: <unknown>\r\n|X-getmail-retrieved-from-mailbox: [^\r]*\r\n"),
    # it finds its own again by that
    Client("mbsync", mbsync, ways=("login", "PLAIN", "CRAM-MD5"), lf=True, adds=rb"X-TUID: [^\r]{12}\r\n"),
    # it writes all multiparts anew, with an empty line in front of some boundaries
    Client("offlineimap", offlineimap, ways=("login", "PLAIN", "CRAM-MD5"), lf=True, cannot=("nested",)),
    Client("neomutt", neomutt, ways=("login", "PLAIN", "CRAM-MD5"), lf=True, mute=True,
           adds=rb"(?:Status: RO?|Content-Length: \d+|Lines: \d+)\r\n"),
    Client("imapflow", script("imapflow")),
    Client("mailwire", own, ways=("login", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")),
]
