//! `SmtpServer`: a real mail server (Debian's python3-aiosmtpd) on a port of the loopback that the
//! system chose. It can be told to misbehave, stopped, and started again on the same port.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use serde::Deserialize;
use serde_json::{Value, json};

use super::parsers::{PYTHON, require};

/// Long enough for a busy machine, short enough to be noticed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A letter the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedLetter {
    /// Envelope sender.
    pub(crate) from: String,
    /// Envelope recipients.
    pub(crate) to: Vec<String>,
    /// The message.
    pub(crate) raw: String,
}

impl ReceivedLetter {
    /// A header's value, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.raw.split_once("\r\n\r\n")?;
        let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", " ");
        let value = |line: &str| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        };
        unfolded.lines().find_map(value)
    }
}

/// How the server is set up.
#[derive(Debug, Clone, Default)]
pub(crate) struct SmtpSetup {
    /// `none` if empty, `starttls` or `tls`.
    pub(crate) security: &'static str,
    /// User and password it asks for.
    pub(crate) credentials: Option<(&'static str, &'static str)>,
    /// Whether it knows addresses beyond ASCII.
    pub(crate) utf8: bool,
}

/// A running mail server; it ends with this value.
pub(crate) struct SmtpServer {
    setup: SmtpSetup,
    port: u16,
    certificate: Option<Certificate>,
    inbox: Arc<Inbox>,
    running: Option<Running>,
}

struct Certificate {
    /// Holds both files; they go when the server goes.
    folder: tempfile::TempDir,
    pem: String,
}

#[derive(Default)]
struct Inbox {
    letters: Mutex<Vec<ReceivedLetter>>,
    arrived: Condvar,
}

struct Running {
    process: Child,
    orders: ChildStdin,
    answers: Receiver<()>,
    listener: JoinHandle<()>,
}

/// What the server says, one line each.
#[derive(Deserialize)]
struct Said {
    listening: Option<u16>,
    letter: Option<SaidLetter>,
    done: Option<bool>,
}

#[derive(Deserialize)]
struct SaidLetter {
    from: String,
    to: Vec<String>,
    raw: String,
}

impl SmtpServer {
    /// A plain server that takes everything.
    pub(crate) fn start() -> Self {
        Self::start_with(SmtpSetup::default())
    }

    /// A server with TLS or a password.
    pub(crate) fn start_with(setup: SmtpSetup) -> Self {
        require("aiosmtpd");
        let certificate = (!setup.security.is_empty()).then(Certificate::for_loopback);
        let inbox = Arc::default();
        let mut server = Self {
            setup,
            port: 0,
            certificate,
            inbox,
            running: None,
        };
        server.restart();
        server
    }

    /// Where it listens; the same after a restart.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Settings of a server whose letters go here, where no password is asked for. Wherever it listens, its letters
    /// name one address.
    pub(crate) fn is_where_letters_go(&self, command: &mut Command) {
        command.env("BACKLOT_BASE_URL", "https://desk.example");
        command.env("BACKLOT_MAIL", "smtp");
        command.env("BACKLOT_SMTP_HOST", "127.0.0.1");
        command.env("BACKLOT_SMTP_PORT", self.port.to_string());
        command.env("BACKLOT_SMTP_SECURITY", "none");
    }

    /// The certificate it shows (PEM), if it has one.
    pub(crate) fn certificate_pem(&self) -> Option<Vec<u8>> {
        Some(self.certificate.as_ref()?.pem.clone().into_bytes())
    }

    /// The letters taken so far, those from before a restart too.
    pub(crate) fn letters(&self) -> Vec<ReceivedLetter> {
        self.inbox
            .letters
            .lock()
            .expect("no test panics holding it")
            .clone()
    }

    /// Waits until so many letters have come.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<ReceivedLetter> {
        let letters = self
            .inbox
            .letters
            .lock()
            .expect("no test panics holding it");
        let too_few = |letters: &mut Vec<ReceivedLetter>| letters.len() < count;
        let (letters, waited) = self
            .inbox
            .arrived
            .wait_timeout_while(letters, PATIENCE, too_few)
            .expect("as above");
        assert!(
            !waited.timed_out(),
            "{} of {count} letters came: {letters:#?}",
            letters.len()
        );
        letters.clone()
    }

    /// Answers this to an address from now on, such as `451 try later` or `550 no such user`.
    pub(crate) fn refuse(&mut self, address: &str, reply: &str) {
        self.order(&json!({ "address": address, "do": "refuse", "reply": reply }));
    }

    /// Falls silent when this address is named.
    pub(crate) fn hang(&mut self, address: &str) {
        self.order(&json!({ "address": address, "do": "hang" }));
    }

    /// Reads the letters to this address, throws them away and cuts the line without an answer.
    pub(crate) fn drop_line(&mut self, address: &str) {
        self.order(&json!({ "address": address, "do": "drop" }));
    }

    /// Takes the letters to this address, but cuts the line without saying so.
    pub(crate) fn swallow(&mut self, address: &str) {
        self.order(&json!({ "address": address, "do": "swallow" }));
    }

    /// Answers this to every sender.
    pub(crate) fn refuse_sender(&mut self, reply: &str) {
        self.order(&json!({ "sender_reply": reply }));
    }

    /// Turns away who connects.
    pub(crate) fn close_door(&mut self) {
        self.order(&json!({ "door": "closed" }));
    }

    /// Never greets who connects.
    pub(crate) fn greet_nobody(&mut self) {
        self.order(&json!({ "door": "silent" }));
    }

    /// Takes everything again.
    pub(crate) fn behave(&mut self) {
        self.order(&json!({ "behave": true }));
    }

    /// Ends at once, as if the machine went down.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.end();
        }
    }

    /// Starts (again), on the same port as before.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let (running, port) = self.spawn();
        self.port = port;
        self.running = Some(running);
    }

    /// Tells it something, as its own words say.
    pub(crate) fn order(&mut self, order: &Value) {
        let running = self.running.as_mut().expect("the server runs");
        writeln!(running.orders, "{order}").expect("the server reads orders");
        running
            .answers
            .recv_timeout(PATIENCE)
            .expect("the server carries orders out");
    }

    fn spawn(&self) -> (Running, u16) {
        let mut process = Command::new(PYTHON)
            .args([
                "-c",
                include_str!("parsers/smtp_server.py"),
                &self.arguments(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python was there a moment ago");
        let orders = process.stdin.take().expect("a pipe was asked for");
        let mut lines =
            BufReader::new(process.stdout.take().expect("a pipe was asked for")).lines();
        let port = listening(lines.next());
        let (done, answers) = channel();
        let inbox = Arc::clone(&self.inbox);
        let listener = std::thread::spawn(move || listen(lines, &inbox, &done));
        (
            Running {
                process,
                orders,
                answers,
                listener,
            },
            port,
        )
    }

    fn arguments(&self) -> String {
        let file = |name: &str| {
            self.certificate
                .as_ref()
                .map(|own| own.folder.path().join(name))
        };
        let security = if self.setup.security.is_empty() {
            "none"
        } else {
            self.setup.security
        };
        json!({
            "port": self.port,
            "security": security,
            "certificate": file("certificate.pem"),
            "key": file("key.pem"),
            "user": self.setup.credentials.map(|(user, _)| user),
            "password": self.setup.credentials.map(|(_, password)| password),
            "utf8": self.setup.utf8,
        })
        .to_string()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn end(mut self) {
        // Killing what has already ended is no fault, and the listener ends with its pipe.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = self.listener.join();
    }
}

impl Certificate {
    fn for_loopback() -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let (pem, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("certificate.pem"), &pem).expect("room for it");
        std::fs::write(folder.path().join("key.pem"), key).expect("room for it");
        Self { folder, pem }
    }
}

fn listening(first: Option<std::io::Result<String>>) -> u16 {
    let line = first.expect("the server starts").expect("it prints text");
    let said: Said = serde_json::from_str(&line).expect("it prints JSON");
    said.listening.expect("it says its port first")
}

fn listen(lines: Lines<BufReader<ChildStdout>>, inbox: &Inbox, done: &Sender<()>) {
    for line in lines.map_while(Result::ok) {
        let said: Said = serde_json::from_str(&line).expect("the server prints JSON");
        if let Some(letter) = said.letter {
            inbox
                .letters
                .lock()
                .expect("no test panics holding it")
                .push(received(letter));
            inbox.arrived.notify_all();
        }
        if said.done.is_some() && done.send(()).is_err() {
            return;
        }
    }
}

fn received(letter: SaidLetter) -> ReceivedLetter {
    let raw = base64::engine::general_purpose::STANDARD
        .decode(letter.raw)
        .expect("base64");
    let raw =
        String::from_utf8(raw).expect("letters are ASCII, or UTF-8 where the server takes it");
    ReceivedLetter {
        from: letter.from,
        to: letter.to,
        raw,
    }
}
