"""Another program in the Maildir of the host, while it runs: Python's mailbox."""

import mailbox

from bodies import BODIES
from harness import same_bytes, until

TEXT = BODIES["8bit"]
# nobody else looks there: between two steps of the other program there may be less, or more, than there should be
OWNER = "python"


def shared(host, tree):
    """What it delivers, marks and removes is seen by IMAP, and what is done by IMAP is seen by it."""
    name = "Geteilt & ü"
    wire = '"Geteilt &- &APw-"'
    with host.imap(user=OWNER) as session:
        assert session.create(wire)[0] == "OK"
        box = mailbox.Maildir(tree / OWNER, create=False).get_folder("Geteilt &- &APw-")
        assert session.select(wire) == ("OK", [b"0"]), name

        def said(kind):
            return lambda: session.noop() and session.response(kind)[1] != [None]

        session.response("EXISTS")
        key = box.add(TEXT)
        until("EXISTS", said("EXISTS"))
        status, data = session.fetch("1", "(FLAGS RFC822.SIZE BODY.PEEK[])")
        assert status == "OK" and f"RFC822.SIZE {len(TEXT)}".encode() in data[0][0], data
        same_bytes(data[0][1], TEXT)

        message = box[key]
        message.set_subdir("cur")
        message.set_flags("FS")
        box[key] = message
        until("FETCH", said("FETCH"))
        status, data = session.fetch("1", "(FLAGS)")
        assert b"\\Flagged" in data[0] and b"\\Seen" in data[0], data

        session.store("1", "+FLAGS", "\\Answered")
        assert box[key].get_flags() == "FRS", box[key].get_flags()
        assert session.append(wire, "(\\Draft)", None, TEXT)[0] == "OK"
        flags = sorted(message.get_flags() for message in box)
        assert flags == ["D", "FRS"], flags

        session.response("EXPUNGE")
        box.remove(key)
        until("EXPUNGE", said("EXPUNGE"))
        assert session.search(None, "DRAFT") == ("OK", [b"1"])
        session.store("1", "+FLAGS", "\\Deleted")
        session.expunge()
        assert len(box) == 0
