//! `Server`: the real program as a process of its own, for what only a process shows: two of them on one
//! database, and one that dies.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use super::patience::until;

/// A running `backlot serve`.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// A port nobody listens on. Somebody may take it before we do: then the server does not start, and the
/// test says so.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The program with settings of its own and none of ours.
pub(crate) fn backlot(database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
    command.env_clear();
    command.env("BACKLOT_DATABASE_URL", database_url);
    command.env("BACKLOT_LOG", "error");
    command
}

impl Server {
    /// Starts it on a database, with letters written to a folder, and waits until it is ready.
    pub(crate) async fn start(database_url: &str, mail_folder: &Path) -> Self {
        let folder = mail_folder.to_owned();
        Self::start_with(database_url, move |command| {
            command.env("BACKLOT_MAIL_FOLDER", folder);
        })
        .await
    }

    /// Starts it with more settings.
    pub(crate) async fn start_with(
        database_url: &str,
        settings: impl FnOnce(&mut Command),
    ) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut command = backlot(database_url);
        command.env("BACKLOT_LISTEN", address.to_string());
        // Tests ask more often than anybody may.
        command.env("BACKLOT_REQUESTS_PER_SECOND", "0");
        settings(&mut command);
        command.arg("serve");
        Self::run(command, address).await
    }

    /// Starts it by another program (which becomes it), for what must be arranged before it begins.
    pub(crate) async fn start_under(
        program: &str,
        arguments: &[&str],
        database_url: &str,
        settings: impl FnOnce(&mut Command),
    ) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut command = Command::new(program);
        command.args(arguments);
        command.arg(env!("CARGO_BIN_EXE_backlot"));
        command.env("BACKLOT_DATABASE_URL", database_url);
        command.env("BACKLOT_LOG", "error");
        command.env("BACKLOT_LISTEN", address.to_string());
        command.env("BACKLOT_REQUESTS_PER_SECOND", "0");
        settings(&mut command);
        command.arg("serve");
        Self::run(command, address).await
    }

    /// Builds a demo in a folder and opens it.
    pub(crate) async fn demo(folder: &Path) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut command = backlot("sqlite://unused.db");
        let listen = address.to_string();
        command
            .args(["demo", "--listen", &listen, "--folder"])
            .arg(folder);
        Self::run(command, address).await
    }

    async fn run(mut command: Command, address: SocketAddr) -> Self {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its words"));
        std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(drop));
        let server = Self { child, address };
        server.ready().await;
        server
    }

    async fn ready(&self) {
        let url = self.url("/readyz");
        until("a server that is ready", || async {
            let answer = reqwest::get(&url).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// Address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its number among the system's processes.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it (SIGKILL): nothing is finished, nothing is said. What it wrote the system still has: that is no power cut.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn ask_to_stop(&self) {
        let id = self.process_id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.expect("asked").success());
    }

    /// Asks it to stop and waits for its end.
    pub(crate) async fn terminate(self) -> ExitStatus {
        self.ask_to_stop();
        self.ended().await
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        let child = std::sync::Mutex::new(&mut self.child);
        until("the end of the server", || async {
            let mut child = child.lock().expect("one at a time");
            child.try_wait().expect("asked")
        })
        .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// `backlot check` on a database: what it says, if all promises hold.
pub(crate) fn check(database_url: &str) -> Result<String, String> {
    let output = backlot(database_url).arg("check").output();
    let output = output.expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}
