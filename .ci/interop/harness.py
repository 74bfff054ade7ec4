"""What the interop scripts share: cases and their report, processes and their end."""

import concurrent.futures, contextlib, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, threading, time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(
    os.environ.get("INTEROP_HOME")
    or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mailwire-interop")
)
BIN = pathlib.Path(os.environ.get("BIN", HERE / "../../target/release/examples")).resolve()
# a child that ends with this process, even if that is killed outright
MORTAL = ["setpriv", "--pdeathsig", "KILL", "--"]
USER, PASSWORD = "tester", "secret-7"
# How long anything may take that takes no time where nothing else runs: seconds.
PATIENCE = 120


class Skip(Exception):
    """The case cannot run here; the text says why."""


class Report:
    """Runs cases, prints one line for each, and knows how it went."""

    def __init__(self):
        self.failed = 0
        self.only = sys.argv[1:]  # words a case's name must hold all of
        self.lock = threading.Lock()
        self.pool = None

    def case(self, name, test, *args, log=None):
        if not all(word in name.split() for word in self.only):
            return
        if self.pool:
            self.begun.append(self.pool.submit(self.run, name, test, args, log))
        else:
            self.run(name, test, args, log)

    @contextlib.contextmanager
    def together(self, count=2):
        """Cases in this block run so many at a time: none may depend on another, nor on what another one does."""
        with concurrent.futures.ThreadPoolExecutor(count) as self.pool:
            self.begun = []
            try:
                yield
                for case in self.begun:
                    case.result()
            finally:
                for case in self.begun:
                    case.cancel()
                self.pool = None

    def run(self, name, test, args, log):
        start = time.monotonic()
        try:
            test(*args)
            said = f"ok {name}"
        except Skip as why:
            said = f"skipped {name}: {why}"
        except Exception as error:
            self.failed += 1
            expected = isinstance(error, (AssertionError, subprocess.SubprocessError, OSError))
            text = f"{type(error).__name__}: {error}" if expected else traceback.format_exc()
            if log:
                text += f"\nthe other side says:\n{tail(log)}"
            said = f"FAIL {name}\n    " + text.rstrip().replace("\n", "\n    ")
        seconds = time.monotonic() - start
        if seconds > 5:
            said += f"\n    {seconds:.0f} s"
        with self.lock:
            print(said, flush=True)

    def exit(self):
        sys.exit(1 if self.failed else 0)


def tail(path, lines=6):
    with contextlib.suppress(OSError):
        text = pathlib.Path(path).read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
    return ""


@contextlib.contextmanager
def scratch():
    """A folder that every account can enter: some servers deliver as nobody."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="interop."))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def running(command, log, **options):
    """A process in a group of its own, all of which ends with the block."""
    with open(log, "wb") as out:
        child = subprocess.Popen(
            MORTAL + [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True, **options,
        )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def run(command, timeout=PATIENCE, **options):
    """A command to its end, with its output; killed with all its children if it takes too long."""
    child = subprocess.Popen(
        MORTAL + [str(part) for part in command], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **options,
    )
    try:
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"no end within {timeout} s: {show(command)}") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    return child.returncode, output.decode(errors="replace")


def show(command):
    return " ".join(str(part) for part in command)


def until(what, test, timeout=PATIENCE):
    """Waits till `test` gives something, and gives that. What is waited for may be told only when it did not come."""
    end = time.monotonic() + timeout
    while not (got := test()):
        assert time.monotonic() < end, f"not within {timeout} s: {what() if callable(what) else what}"
        time.sleep(0.02)
    return got


def greets(port, start, host="127.0.0.1"):
    """Whether a server begins its greeting so."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), 10) as stream:
        stream.settimeout(10)
        greeting = b""
        while len(greeting) < len(start) and (octets := stream.recv(len(start) - len(greeting))):
            greeting += octets
        return greeting == start
    return False


def listens(port, host="127.0.0.1"):
    """Whether somebody takes connections there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), 10):
        return True
    return False


def free_ports(count):
    """The first of some ports in a row that nobody listens on."""
    # two runs at the same time begin at different places
    for first in range(20000 + os.getpid() % 500 * count, 32000, count):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
                return first
            except OSError:
                continue
    raise AssertionError("no free ports")


def same_bytes(got, want):
    """Fails with the first difference if the bytes differ."""
    if got == want:
        return
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
    around = slice(max(0, at - 30), at + 30)
    raise AssertionError(
        f"differs from byte {at} on; {len(got)} bytes arrived, {len(want)} were expected\n"
        f"arrived:  {got[around]!r}\nexpected: {want[around]!r}"
    )


def fail(kind, error, trace):
    """What fails outside of all cases counts as well: nobody looks at the rest of the report for it."""
    text = "".join(traceback.format_exception(kind, error, trace)).rstrip().replace("\n", "\n    ")
    print(f"FAIL {pathlib.Path(sys.argv[0]).name}: ended too early\n    {text}", flush=True)


sys.excepthook = fail
# killed from outside (a timeout): unwind, so that every `finally` runs
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
