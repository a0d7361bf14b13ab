//! Letters to a mail server, over connections that are kept for the next letter.
//!
//! It uses lettre's connection and not its pooled transport, for two reasons. The transport's
//! time-out ends with connecting: a server that falls silent later is waited for without end, and
//! a try given up from outside goes back to the pool in mid-sentence, where the next letter reads
//! this letter's answer as its own. And it does not tell at which step a server said no, but a
//! closed door (greeting, TLS, password, sender) must not make us give up a letter.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};

use super::mime::Parcel;
use super::post::PostFault;

/// How a mail server is reached.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name or address; the name the certificate must be for.
    pub host: String,
    /// Usually 587 (STARTTLS), 465 (TLS) or 25.
    pub port: u16,
    /// How the way there is protected.
    pub security: SmtpSecurity,
    /// User and password, if the server asks.
    pub credentials: Option<(String, String)>,
    /// Certificates (PEM) to trust beside the public ones: a house's own authority.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// For one letter from the first byte to the last, connecting included.
    pub timeout: Duration,
}

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all: for a server on the same machine.
    None,
    /// Plain first, then encrypted; never sent if the server cannot.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
}

/// Connections to one mail server.
pub struct SmtpPost {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    hello: ClientId,
    /// Connections at rest, each between two letters and never inside one.
    resting: Mutex<Vec<AsyncSmtpConnection>>,
}

/// Letters leave a few at a time; more resting connections would only be closed by the server.
const RESTING_MAX: usize = 4;

/// What the server answers when it wants a (better) sign-in first: ours to set right, not the letter's.
const SIGN_IN_FIRST: [u16; 4] = [530, 534, 535, 538];
/// "Service not available, closing": says nothing about the letter.
const CLOSING: u16 = 421;

impl SmtpPost {
    /// Checks the settings; connects nothing.
    pub fn new(settings: SmtpSettings) -> Result<Self, PostFault> {
        let tls = match settings.security {
            SmtpSecurity::None => None,
            SmtpSecurity::StartTls | SmtpSecurity::Tls => {
                Some(tls(&settings).map_err(unreachable)?)
            }
        };
        Ok(Self {
            settings,
            tls,
            hello: ClientId::default(),
            resting: Mutex::default(),
        })
    }

    /// Tries once. A connection is kept only after an answer that ends the letter: any other, and
    /// one whose time is up, is dropped here and with it closed.
    pub(super) async fn deliver(&self, parcel: &Parcel) -> Result<(), PostFault> {
        let all = async {
            let mut connection = self.connection().await?;
            hand_over(&mut connection, parcel).await?;
            self.rest(connection);
            Ok(())
        };
        match tokio::time::timeout(self.settings.timeout, all).await {
            Ok(done) => done,
            Err(_) => Err(self.fell_silent()),
        }
    }

    /// Whoever was silent on one connection is not asked on the others at rest.
    fn fell_silent(&self) -> PostFault {
        self.resting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let seconds = self.settings.timeout.as_secs_f32();
        PostFault::Unreachable(format!("no answer within {seconds} s"))
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, PostFault> {
        while let Some(mut connection) = self.take_resting() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await.map_err(unreachable)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.settings.host.as_str(), self.settings.port);
        let tls_at_once = match self.settings.security {
            SmtpSecurity::Tls => self.tls.clone(),
            SmtpSecurity::None | SmtpSecurity::StartTls => None,
        };
        let timeout = Some(self.settings.timeout);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, timeout, &self.hello, tls_at_once, None)
                .await?;
        if let (SmtpSecurity::StartTls, Some(tls)) = (self.settings.security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((user, password)) = &self.settings.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }

    fn take_resting(&self) -> Option<AsyncSmtpConnection> {
        self.resting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn rest(&self, connection: AsyncSmtpConnection) {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.len() < RESTING_MAX {
            resting.push(connection);
        }
    }
}

/// The password stays out of every log.
impl fmt::Debug for SmtpPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.settings, f)
    }
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("user", &self.credentials.as_ref().map(|(user, _)| user))
            .finish_non_exhaustive()
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_roots_pem {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build()
}

/// The sender is ours and the same for all: a no to it closes the door. From the recipient on, a no
/// is about this letter.
async fn hand_over(connection: &mut AsyncSmtpConnection, parcel: &Parcel) -> Result<(), PostFault> {
    let mail = Mail::new(
        Some(parcel.from.clone()),
        mail_parameters(connection, &parcel.to)?,
    );
    connection.command(mail).await.map_err(unreachable)?;
    connection
        .command(Rcpt::new(parcel.to.clone(), Vec::new()))
        .await
        .map_err(about_letter)?;
    connection.command(Data).await.map_err(about_letter)?;
    connection
        .message(&parcel.raw)
        .await
        .map_err(about_letter)?;
    Ok(())
}

/// An address beyond ASCII needs a server that knows such (RFC 6531).
fn mail_parameters(
    connection: &AsyncSmtpConnection,
    to: &Address,
) -> Result<Vec<MailParameter>, PostFault> {
    if to.to_string().is_ascii() {
        return Ok(Vec::new());
    }
    if !connection
        .server_info()
        .supports_feature(Extension::SmtpUtfEight)
    {
        return Err(PostFault::Refused(format!(
            "the mail server knows no addresses like {to}"
        )));
    }
    let eight_bit = MailParameter::Body(MailBodyParameter::EightBitMime);
    Ok(vec![MailParameter::SmtpUtfEight, eight_bit])
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn unreachable(error: SmtpError) -> PostFault {
    PostFault::Unreachable(error.to_string())
}

fn about_letter(error: SmtpError) -> PostFault {
    let code = error.status().map_or(0, u16::from);
    if code == CLOSING || SIGN_IN_FIRST.contains(&code) {
        return unreachable(error);
    }
    if error.is_transient() {
        return PostFault::Later(error.to_string());
    }
    if error.is_permanent() {
        return PostFault::Refused(error.to_string());
    }
    unreachable(error)
}
