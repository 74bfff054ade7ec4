//! What STORE changes (RFC 9051 §6.4.6, RFC 7162 §3.1.3).

use crate::{
    Cursor, Encoder, Flags, ParseError,
    fetch::{read_flags, read_labels},
};
use alloc::vec::Vec;
use mailwire_core::Octets;

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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreWhat {
    /// `FLAGS`
    Flags(Flags),
    /// `X-GM-LABELS`
    GmailLabels(Vec<Octets>),
    /// Something else, `ANNOTATION` of RFC 5257 for example.
    Other {
        /// The name, as it was written.
        name: Octets,
        /// The value, as it was sent.
        value: Octets,
    },
}

/// A condition of STORE.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreModifier {
    /// `UNCHANGEDSINCE`: only messages with no higher mod-sequence.
    UnchangedSince(u64),
    /// Something else, as it was sent.
    Other(Octets),
}

/// `[SP "(" store-modifier *(SP store-modifier) ")"]`
pub(super) fn modifiers(cursor: &mut Cursor<'_>) -> Result<Vec<StoreModifier>, ParseError> {
    let mut modifiers = Vec::new();
    if !cursor.rest().starts_with(b" (") {
        return Ok(modifiers);
    }
    cursor.space()?;
    cursor.expect(b'(')?;
    loop {
        if cursor.eat_keyword(b"UNCHANGEDSINCE ") {
            modifiers.push(StoreModifier::UnchangedSince(cursor.number64()?));
        } else {
            let start = cursor.at();
            cursor.skip_value()?;
            if cursor.peek() == Some(b' ') {
                cursor.space()?;
                cursor.skip_value()?;
            }
            modifiers.push(StoreModifier::Other(Octets::from_ref(cursor.since(start))));
        }
        if cursor.eat(b')') {
            return Ok(modifiers);
        }
        cursor.space()?;
    }
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
    let name = cursor.bare()?;
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
        StoreWhat::GmailLabels(read_labels(cursor)?)
    } else {
        let name = base.into();
        StoreWhat::Other { name, value: Octets::from_ref(cursor.skip_value()?) }
    };
    Ok((action, silent, what))
}

pub(super) fn encode(
    modifiers: &[StoreModifier],
    (action, silent, what): (StoreAction, bool, &StoreWhat),
    out: &mut Encoder,
) {
    if !modifiers.is_empty() {
        out.list(modifiers, |out, modifier| match modifier {
            StoreModifier::UnchangedSince(value) => {
                out.write(format_args!("UNCHANGEDSINCE {value}"))
            }
            StoreModifier::Other(text) => out.raw(text),
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
        StoreWhat::Other { name, .. } => name,
    });
    out.raw(if silent { b".SILENT " } else { b" " });
    match what {
        StoreWhat::Flags(flags) => out.flags(flags),
        StoreWhat::GmailLabels(labels) => {
            out.list(labels, |out, label| crate::fetch::encode_label(label, out));
        }
        StoreWhat::Other { value, .. } => out.raw(value),
    }
}
