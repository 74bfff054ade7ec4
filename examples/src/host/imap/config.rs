//! What is offered.
use mailwire_imap::server::Config;

use crate::{
    accounts::Accounts,
    host::{options::HostOptions, service::Service, session::Failure},
};

/// Everything that is offered beside what the machine does alone: each of these is done in a file next to this
/// one.
const OFFERS: &str = "IMAP4rev2 IMAP4rev1 LITERAL+ SASL-IR ENABLE IDLE UNSELECT STARTTLS COMPRESS=DEFLATE \
    UNAUTHENTICATE UTF8=ACCEPT UIDPLUS MOVE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY \
    THREAD=ORDEREDSUBJECT THREAD=REFERENCES ESORT PARTIAL BINARY OBJECTID PREVIEW SAVEDATE UIDONLY \
    ID NAMESPACE CHILDREN LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS LIST-METADATA SPECIAL-USE CREATE-SPECIAL-USE \
    XLIST STATUS=SIZE METADATA ACL RIGHTS=kxte QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX \
    NOTIFY CATENATE MULTIAPPEND REPLACE INPROGRESS";

/// What a service offers; `plaintext` says whether passwords may come without TLS.
pub fn config(options: &HostOptions, service: Service, plaintext: bool) -> Result<Config, Failure> {
    let mut config = Config::new("mailhost ready").offering(OFFERS)?;
    config.auth = Accounts::MECHANISMS.into_iter().chain(Accounts::TOKENS).collect();
    config.plaintext_auth_without_tls = plaintext;
    config.require_tls = options.require_tls;
    config.implicit_tls = service.is_tls();
    config.append_limit = Some(options.max_message);
    config.owed = 64 * 1024;
    Ok(config)
}
