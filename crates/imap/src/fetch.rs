//! FETCH: what is asked of messages and what comes back (RFC 9051 §6.4.5, §7.5.2).

mod body_structure;
mod envelope;
mod item;

pub use body_structure::{BodyBuilder, BodyKind, BodyPart, BodyStructure, Disposition, Params};
pub use envelope::{Address, AddressRole, Addresses, Envelope, EnvelopeBuilder};
pub use item::{Annotation, Fetch, FetchData, FetchItem, FetchItems};
pub(crate) use item::{
    encode_data, encode_label, encode_part, encode_section, read_bare_flags, read_binary_part,
    read_data, read_data8, read_flags, read_label, read_labels, read_permanent_flags, read_section,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cursor, Frame, Quirk, ReadOptions};
    use alloc::vec::Vec;
    use bytes::Bytes;
    use core::num::NonZeroU32;

    fn fetch(items: &str) -> Fetch {
        let frame = Frame::new(Bytes::from([" ", items, "\r\n"].concat()));
        let mut cursor = Cursor::new(&frame, ReadOptions::default());
        Fetch::read(&mut cursor, NonZeroU32::MIN, false).unwrap()
    }

    #[test]
    fn example_of_the_rfc() {
        let items: Vec<_> = fetch(
            "(FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 ENVELOPE (\
             \"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \
             \"IMAP4rev2 WG mtg summary and minutes\" \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((NIL NIL \"imap\" \"cac.washington.edu\")) \
             ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) \
             NIL NIL \"<B27397-0100000@cac.washington.ed>\") \
             BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))",
        )
        .items()
        .collect();
        assert_eq!(items.len(), 5, "{items:#?}");
        let FetchItem::Envelope(envelope) = &items[3] else { panic!("{items:?}") };
        assert_eq!(envelope.subject().unwrap(), b"IMAP4rev2 WG mtg summary and minutes");
        assert_eq!(envelope.cc().count(), 2);
        assert_eq!(envelope.bcc().count(), 0);
        let FetchItem::Body(body) = &items[4] else { panic!("{items:?}") };
        assert_eq!((body.root().octets(), body.root().lines()), (Some(3028), Some(92)));
        assert_eq!(body.root().params().next().unwrap().1, b"US-ASCII");
    }

    #[test]
    fn one_bad_item_does_not_lose_the_others() {
        let fetch =
            fetch("(UID 5 ENVELOPE (nonsense) FLAGS (\\Seen) X-NEW[1] (a (b \"c)\")) MODSEQ (7))");
        let items: Vec<_> = fetch.items().collect();
        assert!(
            matches!(&items[1], FetchItem::Invalid { raw, .. } if **raw == *b" (nonsense)"),
            "{items:?}"
        );
        assert!(
            matches!(&items[3], FetchItem::Other { name, .. } if name.as_str() == "X-NEW[1]"),
            "{items:?}"
        );
        assert_eq!(items[4], FetchItem::ModSeq(7));
    }

    #[test]
    fn nested_structures() {
        let fetch = fetch(
            "(BODYSTRUCTURE (((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)(\"text\" \"html\" NIL NIL NIL \
             \"7bit\" 1 1) \"alternative\" (\"boundary\" \"x\") NIL NIL)(\"message\" \"rfc822\" NIL NIL NIL \
             \"7bit\" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ((\"image\" \"png\" NIL NIL NIL \"base64\" 4 \
             NIL (\"attachment\" (\"filename\" \"a\\\"b\")) (\"en\" \"de\") \"loc\") \"mixed\") 3) \"mixed\"))",
        );
        let items: Vec<_> = fetch.items().collect();
        let [FetchItem::BodyStructure(body)] = &items[..] else { panic!("{items:?}") };
        let sections: Vec<Vec<u32>> = body
            .parts()
            .map(|part| part.section().into_iter().map(NonZeroU32::get).collect())
            .collect();
        let want: [&[u32]; 7] = [&[], &[1], &[1, 1], &[1, 2], &[2], &[2], &[2, 1]];
        assert_eq!(sections, want);
        let image = body.parts().last().unwrap();
        let disposition = image.disposition().unwrap();
        assert_eq!({ disposition.params }.next().unwrap().1, b"a\"b");
        assert_eq!((image.languages().len(), image.location().unwrap().len()), (2, 3));
    }

    #[test]
    fn quirks_are_repaired_and_reported() {
        for (items, quirk) in [
            ("(FLAGS (\\Seen ))", Quirk::ExtraSpace),
            ("(FLAGS (OIB-Seen-[Gmail]/All))", Quirk::OddFlag),
            ("(RFC822.SIZE 9.3736e+06)", Quirk::FloatNumber),
            ("(RFC822.SIZE -1)", Quirk::NegativeNumber),
            ("(MODSEQ (0))", Quirk::ZeroNumber),
            ("((UID 1 (FLAGS ())))", Quirk::ExtraParentheses),
            (
                "(BODY (\"text\" \"plain\" (\"boundary\" NIL) NIL NIL NIL 1 1))",
                Quirk::UnexpectedNil,
            ),
            ("(BODY (\"mixed\" (\"boundary\" \"x\") NIL NIL))", Quirk::EmptyMultipart),
            ("(BODY (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5))", Quirk::BareMessage),
            (
                "(BODY (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 NIL NIL 7))",
                Quirk::BareMessage,
            ),
            ("(BODY (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 () () 7))", Quirk::EmptyList),
            ("(BODY (\"text\" \"plain\" NIL NIL \"\"\"\" NIL 1 1))", Quirk::UnescapedQuote),
            (
                "(BODY (\"text\" \"plain\" NIL NIL NIL NIL 1 1 NIL \"inline\" NIL ()))",
                Quirk::WrongShape,
            ),
            ("(INTERNALDATE \"17-Jul-1996 02:44:25\")", Quirk::OddDate),
        ] {
            let fetch = fetch(items);
            let mut iterator = fetch.items();
            let read: Vec<_> = iterator.by_ref().collect();
            assert!(
                iterator.repairs().contains(quirk),
                "{items}: {:?}, {read:?}",
                iterator.repairs()
            );
            assert!(
                !read.iter().any(|item| matches!(item, FetchItem::Invalid { .. })),
                "{items}: {read:?}"
            );
        }
    }

    #[test]
    fn depth_is_limited_and_costs_no_stack() {
        let deep = ["(BODYSTRUCTURE ", &"(".repeat(100_000), ") UID 3)"].concat();
        let fetch = fetch(&deep);
        let items: Vec<_> = fetch.items().collect();
        assert!(matches!(items[..], [FetchItem::Invalid { .. }]), "{}", items.len());
    }
}
