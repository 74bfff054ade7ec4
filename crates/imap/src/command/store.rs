//! What STORE changes (RFC 9051 §6.4.6, RFC 7162 §3.1.3).

use crate::{
    AString, Atom, Cursor, Encoder, Flags, ParseError, ParseErrorKind, Quirk, Raw, TaggedValue,
    class::ATOM_CHAR,
    fetch::{read_flags, read_label, read_labels},
};
use alloc::vec::Vec;

/// What is done with flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §6.4.6 has no other")]
pub enum StoreAction {
    /// They replace those that are there.
    Replace,
    /// They are added: `+`.
    Add,
    /// They are removed: `-`.
    Remove,
}

/// What is changed.
///
/// ```
/// use mailwire_imap::{
///     Command, Encoder, Peer, SequenceSet, SystemFlag, Tag,
///     command::{StoreAction, StoreModifier, StoreWhat},
/// };
///
/// let store = Command::Store {
///     messages: "2:4".parse::<SequenceSet>()?.into(),
///     modifiers: vec![StoreModifier::UnchangedSince(12_121_230_045)],
///     action: StoreAction::Add,
///     silent: true,
///     what: StoreWhat::Flags(SystemFlag::Deleted.into()),
///     uid: true,
/// };
/// let mut out = Encoder::new(Peer::SERVER);
/// store.encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 UID STORE 2:4 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\\Deleted)\r\n",
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreWhat {
    /// `FLAGS`
    Flags(Flags),
    /// `X-GM-LABELS`
    GmailLabels(Vec<AString>),
    /// Something else, `ANNOTATION` of RFC 5257 for example. A name that has a variant of its own is read
    /// as that.
    Other {
        /// The name, without sign and `.SILENT`.
        name: Atom,
        /// The value.
        value: Raw,
    },
}

/// A condition of STORE.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreModifier {
    /// `UNCHANGEDSINCE`: only messages with no higher mod-sequence.
    UnchangedSince(u64),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Option<TaggedValue>,
    },
}

/// `[SP "(" store-modifier *(SP store-modifier) ")"]`
pub(super) fn modifiers(cursor: &mut Cursor<'_>) -> Result<Vec<StoreModifier>, ParseError> {
    if !cursor.rest().starts_with(b" (") {
        return Ok(Vec::new());
    }
    cursor.space()?;
    cursor.list_of_some(|cursor| {
        let name = cursor.span(&ATOM_CHAR)?;
        if name.eq_ignore_ascii_case(b"UNCHANGEDSINCE") {
            cursor.space()?;
            return Ok(StoreModifier::UnchangedSince(cursor.number64()?));
        }
        Ok(StoreModifier::Other { name: Atom::from_scanned(name), value: cursor.tagged_value()? })
    })
}

/// `store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))`
pub(super) fn attributes(
    cursor: &mut Cursor<'_>,
) -> Result<(StoreAction, bool, StoreWhat), ParseError> {
    let action = match cursor.peek() {
        Some(b'+') => StoreAction::Add,
        Some(b'-') => StoreAction::Remove,
        _ => StoreAction::Replace,
    };
    if action != StoreAction::Replace {
        cursor.advance(1);
    }
    let start = cursor.at();
    let name = cursor.span(&ATOM_CHAR)?;
    let (base, silent) = match name.len().checked_sub(7).map(|at| name.split_at(at)) {
        Some((base, suffix)) if suffix.eq_ignore_ascii_case(b".SILENT") => (base, true),
        _ => (&*name, false),
    };
    cursor.space()?;
    let what = if base.eq_ignore_ascii_case(b"FLAGS") {
        StoreWhat::Flags(if cursor.peek() == Some(b'(') {
            read_flags(cursor)?
        } else {
            crate::fetch::read_bare_flags(cursor)?
        })
    } else if base.eq_ignore_ascii_case(b"X-GM-LABELS") {
        StoreWhat::GmailLabels(labels(cursor)?)
    } else {
        let name = core::str::from_utf8(base).ok().and_then(|name| Atom::new(name).ok());
        let name = name.ok_or(ParseErrorKind::BadArgument.at(start))?;
        StoreWhat::Other { name, value: cursor.raw()? }
    };
    Ok((action, silent, what))
}

/// Labels in parentheses. Some clients send them bare.
fn labels(cursor: &mut Cursor<'_>) -> Result<Vec<AString>, ParseError> {
    if cursor.peek() == Some(b'(') || cursor.rest().trim_ascii().eq_ignore_ascii_case(b"NIL") {
        return read_labels(cursor);
    }
    cursor.tolerate(Quirk::WrongShape, cursor.at())?;
    let mut labels = Vec::from([read_label(cursor)?]);
    while cursor.has_next()? {
        labels.push(read_label(cursor)?);
        cursor.limit(labels.len())?;
    }
    Ok(labels)
}

pub(super) fn encode(
    modifiers: &[StoreModifier],
    (action, silent, what): (StoreAction, bool, &StoreWhat),
    out: &mut Encoder,
) {
    if !modifiers.is_empty() {
        out.list(modifiers, |out, modifier| match modifier {
            StoreModifier::UnchangedSince(value) => {
                out.write(format_args!("UNCHANGEDSINCE {value}"));
            }
            StoreModifier::Other { name, value } => out.named_value(name, value.as_ref()),
        });
        out.space();
    }
    out.raw(match action {
        StoreAction::Replace => b"",
        StoreAction::Add => b"+",
        StoreAction::Remove => b"-",
    });
    out.raw(match what {
        StoreWhat::Flags(_) => b"FLAGS",
        StoreWhat::GmailLabels(_) => b"X-GM-LABELS",
        StoreWhat::Other { name, .. } => name.as_bytes(),
    });
    out.raw(if silent { b".SILENT " } else { b" " });
    match what {
        StoreWhat::Flags(flags) => out.flags(flags),
        StoreWhat::GmailLabels(labels) => {
            out.list(labels, |out, label| crate::fetch::encode_label(label, out));
        }
        StoreWhat::Other { value, .. } => value.encode(out),
    }
}
