//! LIST, LSUB and XLIST ([RFC 9051 §6.3.9, §7.3.1], RFC 5258, RFC 3501 §7.2.3).
//!
//! [RFC 9051 §6.3.9, §7.3.1]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.9

use super::{Kind, Pending, Server};
use crate::{
    Attribute, Data, Error, List, ListItem, Response,
    command::{ListCommand, ListPatterns, ListReturn, ListSelection},
};

/// The form in which mailboxes are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    name: Name,
    /// Whether the client knows the extended form (RFC 5258).
    extended: bool,
    /// Whether it asked who is subscribed.
    subscribed: bool,
    /// Whether CHILDINFO means something.
    recursive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    List,
    Lsub,
    XList,
}

impl Form {
    pub(super) const LSUB: Self =
        Self { name: Name::Lsub, extended: false, subscribed: false, recursive: false };
    pub(super) const XLIST: Self = Self { name: Name::XList, ..Self::LSUB };

    pub(super) fn list(list: &ListCommand) -> Self {
        let selects = |wanted: &ListSelection| list.selection.iter().flatten().any(|o| o == wanted);
        let returns = |wanted: &ListReturn| list.returns.iter().flatten().any(|o| o == wanted);
        let several = matches!(list.patterns, ListPatterns::Several(_));
        Self {
            name: Name::List,
            extended: list.selection.is_some() || list.returns.is_some() || several,
            subscribed: selects(&ListSelection::Subscribed) || returns(&ListReturn::Subscribed),
            recursive: selects(&ListSelection::RecursiveMatch),
        }
    }
}

/// What old clients of Gmail call the special uses.
const XLIST: [(&str, &str); 3] =
    [("\\All", "\\AllMail"), ("\\Junk", "\\Spam"), ("\\Flagged", "\\Starred")];

impl Server {
    /// Lists a mailbox, in the form that the client asked for: LIST, LSUB or XLIST. With `RETURN (STATUS …)`
    /// its STATUS is [sent](Self::send) right behind it, unless it cannot be selected (RFC 5819 §2).
    ///
    /// The attributes may be all that there are: `\NonExistent` is `\Noselect` to those who do not know it,
    /// `\Subscribed` and `CHILDINFO` are for those who asked, `OLDNAME` is for IMAP4rev2.
    ///
    /// At other times it tells of a change (RFC 5465 §5.4).
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, List, Mailbox, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a LIST \"\" *\r\n".into());
    /// let Output::Event(Event::Command(Command::List(_))) = server.poll_output()? else { panic!() };
    /// let mut list = List::new(Mailbox::new("Entwürfe")?, Some('/'));
    /// list.add("\\Drafts")?;
    /// server.send_list(&list)?;
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* LIST (\\Drafts) \"/\" Entw&APw-rfe\r\na OK LIST completed\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_list(&mut self, list: &List) -> Result<(), Error> {
        if self.is_over() || self.session.upgrading.is_some() {
            return Err(Error::Misuse);
        }
        let rev2 = self.is_rev2();
        let form = match self.pending.as_deref() {
            Some(Pending { kind: Kind::List(form), .. }) => *form,
            _ => Form { name: Name::List, extended: true, subscribed: true, recursive: false },
        };
        let knows_all = form.extended || rev2;
        let mut said = List::new(list.mailbox.clone(), list.delimiter);
        for attribute in &list.attributes {
            let is = |name: &str| attribute.eq_ignore_ascii_case(name);
            if is("\\Subscribed") && !form.subscribed {
                continue;
            }
            let other = if is("\\NonExistent") && !knows_all {
                Some("\\Noselect")
            } else if form.name == Name::XList {
                XLIST.iter().find(|(name, _)| is(name)).map(|(_, old)| *old)
            } else {
                None
            };
            match other {
                Some(other) => {
                    if !said.has(other) {
                        said.attributes.extend(Attribute::new(other));
                    }
                }
                None => said.attributes.push(attribute.clone()),
            }
        }
        if form.name == Name::XList && list.mailbox.is_inbox() && !said.has("\\Inbox") {
            said.attributes.extend(Attribute::new("\\Inbox"));
        }
        said.extended = list
            .extended
            .iter()
            .filter(|item| match item {
                ListItem::ChildInfo(_) => form.recursive,
                ListItem::OldName(_) => rev2 || form.extended,
                ListItem::Other { .. } => form.extended,
                ListItem::Invalid { .. } => false,
            })
            .cloned()
            .collect();
        let data = match form.name {
            Name::List => Data::List(said),
            Name::Lsub => Data::Lsub(said),
            Name::XList => Data::XList(said),
        };
        self.write(&Response::Data(data));
        Ok(())
    }
}
