//! Parameters of SELECT and EXAMINE (RFC 4466 §2.1, RFC 7162 §3.1.8, §3.2.5).

use crate::{Atom, Cursor, Encoder, ParseError, SequenceSet, TaggedValue, class::ATOM_CHAR};
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// A parameter of SELECT or EXAMINE.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelectParam {
    /// `CONDSTORE`
    CondStore,
    /// `QRESYNC`
    QResync(QResync),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Option<TaggedValue>,
    },
}

/// What a client knows of a mailbox from earlier (RFC 7162 §3.2.5).
///
/// ```
/// use core::num::NonZeroU32;
/// use mailwire_imap::{
///     Command, Encoder, Mailbox, Peer, Tag,
///     command::{QResync, SelectParam},
/// };
///
/// let uid_validity = NonZeroU32::new(67_890_007).expect("not zero");
/// let mut known = QResync::new(uid_validity, 20_050_715_194_045_000);
/// known.known_uids = Some("41,43:211".parse()?);
/// let select = Command::Select { mailbox: Mailbox::INBOX, params: vec![SelectParam::QResync(known)] };
/// let mut out = Encoder::new(Peer::SERVER);
/// select.encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211))\r\n",
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QResync {
    /// UIDVALIDITY as it was.
    pub uid_validity: NonZeroU32,
    /// The highest mod-sequence that it saw.
    pub mod_seq: u64,
    /// The UIDs that it knows.
    pub known_uids: Option<SequenceSet>,
    /// Which sequence numbers had which UIDs.
    pub known_messages: Option<KnownMessages>,
}

/// Sequence numbers and the UIDs that they had, in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownMessages {
    /// Sequence numbers.
    pub numbers: SequenceSet,
    /// Their UIDs.
    pub uids: SequenceSet,
}

impl KnownMessages {
    /// Numbers and UIDs.
    #[must_use]
    pub const fn new(numbers: SequenceSet, uids: SequenceSet) -> Self {
        Self { numbers, uids }
    }
}

impl QResync {
    /// What was known last.
    #[must_use]
    pub const fn new(uid_validity: NonZeroU32, mod_seq: u64) -> Self {
        Self { uid_validity, mod_seq, known_uids: None, known_messages: None }
    }

    /// `"QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.space()?;
        cursor.expect(b'(')?;
        let uid_validity = cursor.nz_number()?;
        cursor.space()?;
        let mut known = Self::new(uid_validity, cursor.mod_sequence()?);
        if cursor.rest().first() == Some(&b' ') && cursor.rest().get(1) != Some(&b'(') {
            cursor.space()?;
            known.known_uids = Some(cursor.uid_set()?);
        }
        if cursor.eat(b' ') {
            cursor.expect(b'(')?;
            let numbers = cursor.uid_set()?;
            cursor.space()?;
            known.known_messages = Some(KnownMessages { numbers, uids: cursor.uid_set()? });
            cursor.expect(b')')?;
        }
        cursor.expect(b')')?;
        Ok(known)
    }
}

/// `[SP "(" select-param *(SP select-param) ")"]`
pub(super) fn params(cursor: &mut Cursor<'_>) -> Result<Vec<SelectParam>, ParseError> {
    let mut params = Vec::new();
    if cursor.is_at_end() {
        return Ok(params);
    }
    cursor.space()?;
    params = cursor.list_of_some(|cursor| {
        let name = cursor.span(&ATOM_CHAR)?;
        Ok(if name.eq_ignore_ascii_case(b"CONDSTORE") {
            SelectParam::CondStore
        } else if name.eq_ignore_ascii_case(b"QRESYNC") {
            SelectParam::QResync(QResync::read(cursor)?)
        } else {
            SelectParam::Other { name: Atom::from_scanned(name), value: cursor.tagged_value()? }
        })
    })?;
    Ok(params)
}

pub(super) fn encode(params: &[SelectParam], out: &mut Encoder) {
    if params.is_empty() {
        return;
    }
    out.space();
    out.list(params, |out, param| match param {
        SelectParam::CondStore => out.raw(b"CONDSTORE"),
        SelectParam::QResync(known) => {
            out.write(format_args!("QRESYNC ({} {}", known.uid_validity, known.mod_seq));
            if let Some(uids) = &known.known_uids {
                out.write(format_args!(" {uids}"));
            }
            if let Some(KnownMessages { numbers, uids }) = &known.known_messages {
                out.write(format_args!(" ({numbers} {uids})"));
            }
            out.raw(b")");
        }
        SelectParam::Other { name, value } => out.named_value(name, value.as_ref()),
    });
}
