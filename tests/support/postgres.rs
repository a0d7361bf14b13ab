//! `Cluster`: one throw-away PostgreSQL for the whole test run, on a socket in a folder of its own.
//!
//! A shell holds the server and reads from a pipe that only this process writes to. When this process
//! ends, however it ends, the pipe ends; then the shell stops the server and removes the folder. Told to, it kills
//! every process of the server at once (SIGKILL), and starts it again.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use backlot::store::{Address, Conn, Use};
use diesel::connection::SimpleConnection;

/// PostgreSQL refuses to run as root; every system has this user (Debian: `nobody`, `nogroup`).
const NOBODY: u32 = 65534;
/// The database every test's own is copied from.
const TEMPLATE: &str = "migrated";

/// Arguments: folder, folder of the programs. Interrupts are for the test run; this has to outlive them.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd "$1"
"$2/initdb" --pgdata=data --username=backlot --auth=trust --encoding=UTF8 --no-locale --no-sync >initdb.log 2>&1 || {
    cat initdb.log
    exit 1
}
start() {
    "$2/postgres" -D data -k "$1" -c listen_addresses= -c max_connections=300 -c shared_buffers=64MB \
        -c fsync=on -c synchronous_commit=on >>postgres.log 2>&1 &
    server=$!
    tries=0
    until "$2/pg_isready" --quiet --host="$1"; do
        tries=$((tries + 1))
        kill -0 $server 2>/dev/null && [ $tries -lt 300 ] || { cat postgres.log; exit 1; }
        sleep 0.1
    done
    echo ready
}
start "$1" "$2"
while read -r order; do
    case $order in
        kill)
            all="$server $(cat /proc/$server/task/$server/children)"
            kill -KILL $all 2>/dev/null
            wait $server
            # A process that is gone but not yet buried holds nothing any more.
            for one in $all; do
                while grep -q '^State:[[:space:]]*[^ZX[:space:]]' /proc/$one/status 2>/dev/null; do sleep 0.01; done
            done
            echo dead
            ;;
        start) start "$1" "$2" ;;
    esac
done
kill -QUIT $server
wait $server
cd /
rm -rf "$1"
"#;

/// A running server.
pub(crate) struct Cluster {
    folder: PathBuf,
    admin: Mutex<Conn>,
    keeper: Mutex<Keeper>,
}

/// The shell that holds the server.
struct Keeper {
    _shell: Child,
    /// Its end stops the server.
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
}

/// The server of this test run; `None` where PostgreSQL is not installed.
pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| programs().map(|programs| Cluster::start(&programs)))
        .as_ref()
}

/// The folder of the newest `initdb` and `postgres` on this machine.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    let mut found: Vec<_> = folders
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

impl Cluster {
    /// A server of one's own, for who means to kill it; `None` where PostgreSQL is not installed.
    pub(crate) fn alone() -> Option<Self> {
        programs().map(|programs| Self::start(&programs))
    }

    fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("backlot-pg-")
            .tempdir()
            .expect("a folder")
            .keep();
        let root = folder.metadata().expect("the folder").uid() == 0;
        let mut shell = if root {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("root may give its folder away");
            as_nobody()
        } else {
            Command::new("sh")
        };
        let spawned = shell
            .args(["-c", KEEPER, "sh"])
            .args([&folder, programs])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut shell = spawned.expect("a shell");
        let mut keeper = Keeper {
            orders: shell.stdin.take().expect("its orders come by a pipe"),
            said: BufReader::new(shell.stdout.take().expect("its output is a pipe")),
            _shell: shell,
        };
        keeper.hears("ready");
        let mut admin = open(&url(&folder, "postgres"));
        admin
            .batch_execute(&format!("CREATE DATABASE {TEMPLATE}"))
            .expect("room for a database");
        open(&url(&folder, TEMPLATE))
            .migrate()
            .expect("the migrations run");
        Self {
            folder,
            admin: Mutex::new(admin),
            keeper: Mutex::new(keeper),
        }
    }

    /// Kills every process of the server at once. Nothing is finished; whoever is connected is cut off.
    pub(crate) fn kill(&self) {
        self.order("kill", "dead");
    }

    /// Starts it again, on what it left.
    pub(crate) fn start_again(&self) {
        self.order("start", "ready");
        let mut admin = self
            .admin
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *admin = open(&url(&self.folder, "postgres"));
    }

    fn order(&self, order: &str, done: &str) {
        let mut keeper = self
            .keeper
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        writeln!(keeper.orders, "{order}").expect("the keeper reads orders");
        keeper.hears(done);
    }

    /// A new database with the schema in it; its name is given by the caller.
    pub(crate) fn create(&self, name: &str) -> String {
        self.tell(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"));
        url(&self.folder, name)
    }

    /// A new database with nothing in it.
    pub(crate) fn create_empty(&self, name: &str) -> String {
        self.tell(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        url(&self.folder, name)
    }

    /// Throws a database away, together with whoever is still connected.
    pub(crate) fn remove(&self, name: &str) {
        self.tell(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    /// Does as an administrator says, from outside of every test's database.
    pub(crate) fn tell(&self, order: &str) {
        let mut admin = self
            .admin
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        admin
            .batch_execute(order)
            .expect("the server does as it is told");
    }
}

impl Keeper {
    /// Waits for this word; anything else is why it did not come.
    fn hears(&mut self, expected: &str) {
        let mut word = String::new();
        self.said.read_line(&mut word).expect("text");
        if word.trim() != expected {
            let mut rest = word;
            while self.said.read_line(&mut rest).is_ok_and(|read| read > 0) {}
            panic!("PostgreSQL is not {expected}: {rest}");
        }
    }
}

fn as_nobody() -> Command {
    let mut command = Command::new("setpriv");
    let nobody = NOBODY.to_string();
    command.args([
        "--reuid",
        &nobody,
        "--regid",
        &nobody,
        "--clear-groups",
        "sh",
    ]);
    command
}

fn open(url: &str) -> Conn {
    let address: Address = url.parse().expect("a URL of PostgreSQL");
    Conn::open(&address, Use::Write).expect("a connection")
}

/// A URL whose host is the folder of the socket.
fn url(folder: &Path, database: &str) -> String {
    let host = folder.to_string_lossy().replace('/', "%2F");
    format!("postgres://backlot@{host}/{database}")
}
