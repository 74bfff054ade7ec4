//! Responses as they go on the wire.

use super::{Continue, Data, Response, ResponseCode, Status, code};
use crate::{
    AString, Encoder, ResponseText,
    fetch::{Fetch, FetchItem},
};

impl Response {
    /// Appends the response with its line end.
    ///
    /// ```
    /// use mailwire_imap::{Condition, Encoder, Peer, ResponseCode, Response, Status, Tag, WordCode};
    ///
    /// let status = Status::new(Some(Tag::new("a1")?), Condition::No, "full");
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Response::Status(status.with_code(ResponseCode::Word(WordCode::OverQuota))).encode(&mut out);
    /// assert_eq!(out.finish().wire, "a1 NO [OVERQUOTA] full\r\n");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Status(status) => status.encode(out),
            Self::Continue(Continue { code, text }) => {
                out.raw(b"+ ");
                // Nobody looks for a literal here.
                let code = code.as_ref().filter(|code| code.is_one_line(out));
                encode_text(code, text, out);
            }
            Self::Data(Data::Unparsed(line)) => out.raw(line),
            Self::Data(data) => {
                out.raw(b"* ");
                data.encode(out);
            }
        }
        out.line_end();
    }
}

impl Status {
    fn encode(&self, out: &mut Encoder) {
        let Self { tag, condition, code, text } = self;
        out.raw(tag.as_ref().map_or(b"*", |tag| tag.as_str().as_bytes()));
        out.space();
        out.raw(condition.name().as_bytes());
        out.space();
        encode_text(code.as_ref(), text, out);
    }
}

/// `resp-text`
fn encode_text(code: Option<&ResponseCode>, text: &ResponseText, out: &mut Encoder) {
    if let Some(code) = code {
        code.encode(out);
        out.space();
    } else if code::begins(text) {
        // It would be taken for a code.
        out.space();
    }
    out.raw(text);
}

impl Data {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Capability(capabilities) => {
                out.raw(b"CAPABILITY");
                capabilities.encode(out);
            }
            Self::Enabled(capabilities) => {
                out.raw(b"ENABLED");
                capabilities.encode(out);
            }
            Self::List(list) => {
                out.raw(b"LIST ");
                list.encode(out);
            }
            Self::Lsub(list) => {
                out.raw(b"LSUB ");
                list.encode(out);
            }
            Self::XList(list) => {
                out.raw(b"XLIST ");
                list.encode(out);
            }
            Self::Status(status) => {
                out.raw(b"STATUS ");
                status.encode(out);
            }
            Self::Flags(flags) => {
                out.raw(b"FLAGS ");
                out.flags(flags);
            }
            Self::Exists(number) => out.write(format_args!("{number} EXISTS")),
            Self::Recent(number) => out.write(format_args!("{number} RECENT")),
            Self::Expunge(number) => out.write(format_args!("{number} EXPUNGE")),
            Self::Vanished { earlier, uids } => {
                out.raw(if *earlier { b"VANISHED (EARLIER) " } else { b"VANISHED " });
                out.sequence_set(uids);
            }
            Self::Fetch(fetch) => encode_fetch(fetch, out),
            Self::Search(result) => {
                out.raw(b"SEARCH");
                result.encode(out);
            }
            Self::Sort(result) => {
                out.raw(b"SORT");
                result.encode(out);
            }
            Self::ESearch(result) => {
                out.raw(b"ESEARCH");
                result.encode(out);
            }
            Self::Thread(threads) => {
                out.raw(b"THREAD");
                threads.encode(out);
            }
            Self::Namespace(namespaces) => {
                out.raw(b"NAMESPACE ");
                namespaces.encode(out);
            }
            Self::Id(params) => out.id(params),
            Self::Quota(quota) => {
                out.raw(b"QUOTA ");
                quota.encode(out);
            }
            Self::QuotaRoot { mailbox, roots } => {
                out.raw(b"QUOTAROOT ");
                out.mailbox(mailbox);
                encode_strings(roots, out);
            }
            Self::Acl(acl) => {
                out.raw(b"ACL ");
                acl.encode(out);
            }
            Self::ListRights { mailbox, identifier, required, optional } => {
                out.raw(b"LISTRIGHTS ");
                out.mailbox(mailbox);
                out.space();
                out.astring(identifier);
                out.space();
                out.astring(required);
                encode_strings(optional, out);
            }
            Self::MyRights { mailbox, rights } => {
                out.raw(b"MYRIGHTS ");
                out.mailbox(mailbox);
                out.space();
                out.astring(rights);
            }
            Self::Metadata(metadata) => {
                out.raw(b"METADATA ");
                metadata.encode(out);
            }
            Self::Language(languages) => {
                out.raw(b"LANGUAGE ");
                out.list(languages, |out, language| out.astring(language));
            }
            Self::Comparator { active, matching } => {
                out.raw(b"COMPARATOR ");
                out.astring(active);
                if !matching.is_empty() {
                    out.space();
                    out.list(matching, |out, comparator| out.astring(comparator));
                }
            }
            Self::GenUrlAuth(urls) => {
                out.raw(b"GENURLAUTH");
                encode_strings(urls, out);
            }
            Self::UrlFetch(urls) => {
                out.raw(b"URLFETCH");
                for url in urls {
                    out.space();
                    url.encode(out);
                }
            }
            Self::JmapAccess(url) => {
                out.raw(b"JMAPACCESS ");
                out.string(url);
            }
            Self::UidBatches { tag, batches } => {
                out.raw(b"UIDBATCHES (TAG ");
                out.quoted_tag(tag);
                out.raw(b")");
                if let Some(batches) = batches {
                    out.space();
                    out.uid_ranges(batches);
                }
            }
            Self::Code { code, text } => {
                code.encode(out);
                out.raw(if text.is_empty() { b"" } else { b" " });
                out.raw(text);
            }
            Self::Other { number, name, values } => {
                if let Some(number) = number {
                    out.write(format_args!("{number} "));
                }
                out.atom(name);
                for value in values {
                    out.space();
                    value.encode(out);
                }
            }
            Self::Unparsed(_) => {}
        }
    }
}

fn encode_strings(strings: &[AString], out: &mut Encoder) {
    for string in strings {
        out.space();
        out.astring(string);
    }
}

fn encode_fetch(fetch: &Fetch, out: &mut Encoder) {
    out.number(fetch.number.get().into());
    out.raw(if fetch.by_uid { b" UIDFETCH " } else { b" FETCH " });
    let items = fetch.items().filter(FetchItem::can_be_sent);
    out.list(items, |out, item: FetchItem| item.encode(out));
}
