//! SASL mechanisms as challenge/response state machines, both sides, without I/O.
//!
//! ```text
//!           client::Exchange                               server::Exchange
//!           new(mechanism, credentials, ..)                new(mechanism, config)
//! AUTH ───► initial_response() ─────────────────────────►  start(initial) ─► Step
//!           respond(challenge) ◄──── Step::Challenge ────  respond(response) ─► Step
//!           finish(final_data) ◄──── Step::Done ─────────  Step::Ask(question) ─► accept() reject() supply..()
//! ```
//!
//! An exchange sees what is *inside* the base64; [`mod@line`] is the base64 itself, as SMTP, POP3 and IMAP
//! share it. Nonces come from the caller, and so do channel bindings: no random numbers, no clock and
//! no socket in here. [`choose`] picks the mechanism.
//!
//! | mechanism | what it is | RFC |
//! |---|---|---|
//! | `PLAIN` | a password in the clear | [4616](https://www.rfc-editor.org/rfc/rfc4616) |
//! | `LOGIN` | the same, in two steps | none, a de-facto standard |
//! | `CRAM-MD5` | keyed digest of a challenge | [2195](https://www.rfc-editor.org/rfc/rfc2195) |
//! | `SCRAM-SHA-1`, `-PLUS` | salted, mutual, with channel binding | [5802](https://www.rfc-editor.org/rfc/rfc5802) |
//! | `SCRAM-SHA-256`, `-PLUS` | the same with SHA-256 | [7677](https://www.rfc-editor.org/rfc/rfc7677) |
//! | `OAUTHBEARER` | OAuth 2 token | [7628](https://www.rfc-editor.org/rfc/rfc7628) |
//! | `XOAUTH2` | its predecessor | none, Google's |
//! | `EXTERNAL` | a client certificate, for example | [4422 App. A](https://www.rfc-editor.org/rfc/rfc4422#appendix-A) |
//! | `ANONYMOUS` | nobody | [4505](https://www.rfc-editor.org/rfc/rfc4505) |
//!
//! # A whole exchange
//!
//! ```
//! use mailwire_sasl::{ChannelBinding, Credentials, Hash, Mechanism, client, server};
//! use mailwire_sasl::server::{Config, Question, ScramKeys, Step};
//!
//! // What the server stores: no password.
//! let stored = ScramKeys::derive(Hash::Sha256, "pencil", b"sixteen byte salt", 4096)?;
//!
//! let credentials = Credentials::password("user", "pencil")?;
//! let mut client = client::Exchange::new(
//!     Mechanism::ScramSha256, &credentials, "fyko+d2lbbFgONRv9qkxdawL", &ChannelBinding::None)?;
//! let config = Config::new("3rfcNHYJY1ZVvWVs7j").with_dummy("per-site secret", 4096);
//! let mut server = server::Exchange::new(Mechanism::ScramSha256, config)?;
//!
//! let Step::Ask(Question::ScramKeys { authcid, .. }) =
//!     server.start(client.initial_response().as_deref())? else { panic!() };
//! let keys = (authcid == "user").then_some(stored);
//! let Step::Challenge(salt_and_count) = server.supply_scram(keys)? else { panic!() };
//! let proof = client.respond(&salt_and_count)?;
//! let Step::Challenge(signature) = server.respond(&proof)? else { panic!() };
//! let empty = client.respond(&signature)?;
//! let Step::Done(identity) = server.respond(&empty)? else { panic!() };
//! client.finish(None)?; // the protocol said OK, and the server has proved itself
//! assert_eq!(identity.authcid(), "user");
//! # Ok::<(), mailwire_sasl::Error>(())
//! ```
#![no_std]
#![cfg_attr(not(test), warn(clippy::std_instead_of_core, clippy::unwrap_used))]
#![doc(test(attr(deny(warnings))))]
extern crate alloc;
#[cfg(any(test, feature = "arbitrary"))]
extern crate std;

pub mod client;
pub mod line;
pub mod saslprep;
pub mod server;

mod binding;
mod choose;
mod cram;
mod credentials;
mod error;
mod identity;
mod mechanism;
mod oauth;
mod scram;
mod secret;
mod text;

pub use binding::ChannelBinding;
pub use choose::{NoMechanism, Policy, choose};
pub use credentials::Credentials;
pub use error::{BindingError, Error, Fault, ParseError, ParseErrorKind, ScramError};
pub use identity::Identity;
pub use mechanism::{Mechanism, UnknownMechanism};
pub use oauth::OAuthError;
pub use saslprep::PrepError;
pub use scram::{Hash, MAX_ITERATIONS, MIN_ITERATIONS, nonce};
pub use secret::Secret;
