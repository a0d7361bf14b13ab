//! The browser's driver: one chromedriver for the whole test run, in a folder of its own.
//!
//! A shell holds the driver and reads from a pipe that only this process writes to. When this process
//! ends, however it ends, the pipe ends; then the shell ends the driver with all its browsers and removes
//! the folder.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Argument: folder. Interrupts are for the test run; this has to outlive them. The driver gets a process
/// group of its own, so that every browser it started can be ended with it.
const KEEPER: &str = r#"
trap '' INT TERM HUP
export TMPDIR="$1" HOME="$1"
(trap - INT TERM HUP; exec setsid chromedriver --port=0) </dev/null &
driver=$!
cat >/dev/null
kill -KILL -- -$driver
wait $driver 2>/dev/null
cd /
rm -rf "$1"
"#;

/// A running chromedriver.
pub(super) struct Driver {
    /// Where it listens.
    pub(super) url: String,
    /// Holds the pipe whose end stops the driver.
    _keeper: Child,
}

/// The driver of this test run; `None` where Chromium or its driver is not installed.
pub(super) fn driver() -> Option<&'static Driver> {
    static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();
    DRIVER
        .get_or_init(|| is_installed().then(Driver::start))
        .as_ref()
}

fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).exists());
    is_there("chromium") && is_there("chromedriver")
}

impl Driver {
    fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("backlot-browser-")
            .tempdir()
            .expect("a folder")
            .keep();
        let spawned = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut keeper = spawned.expect("a shell");
        let said = BufReader::new(keeper.stdout.take().expect("its output is a pipe"));
        let mut lines = said.lines().map_while(Result::ok);
        let port = lines
            .by_ref()
            .find_map(|line| port_in(&line))
            .expect("chromedriver says where it listens");
        // Somebody has to listen to the end, or the driver stops at its next word.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            url: format!("http://127.0.0.1:{port}"),
            _keeper: keeper,
        }
    }
}

/// "ChromeDriver was started successfully on port 37907."
fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}
