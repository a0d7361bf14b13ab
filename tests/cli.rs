//! The program as an operator meets it: each command, run for real.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::database::on_both_engines;
use crate::support::make::Town;
use crate::support::patience::until;
use crate::support::process::{Server, backlot, check};

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[track_caller]
fn succeed(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

#[track_caller]
fn fail(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(!output.status.success(), "{}", said(&output));
    said(&output)
}

fn url_of(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("backlot.db").display())
}

on_both_engines! {
    /// `migrate` can be run again, `check` runs beside a live server and finds what is broken.
    async fn check_finds_what_is_broken(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let url = app.database.url.clone();
        assert!(succeed(backlot(&url).arg("migrate")).contains("up to date"));
        // The clock of the test stands in 2030: for the program of today no letter is overdue yet.
        assert!(succeed(backlot(&url).arg("check")).contains("1 listings checked"));
        let broken = [
            ("UPDATE lines SET live = false", "live", "UPDATE lines SET live = true"),
            (
                "UPDATE listings SET longest_claim_minutes = 1",
                "longest",
                "UPDATE listings SET longest_claim_minutes = 180",
            ),
            ("UPDATE lines SET units = 9", "overbooked", "UPDATE lines SET units = 1"),
            ("DELETE FROM letters", "owed no letter", "SELECT 1"),
        ];
        for (damage, told, mend) in broken {
            run(&app, damage).await;
            let found = fail(backlot(&url).arg("check"));
            assert!(found.contains(told), "after {damage}: {found}");
            assert!(found.contains("\n1 promises are broken"), "after {damage}: {found}");
            run(&app, mend).await;
        }
    }
}

async fn run(app: &TestApp, sql: &'static str) {
    let done = app.app.store.write(move |conn| {
        use diesel::connection::SimpleConnection;
        conn.batch_execute(sql)
            .map_err(backlot::store::StoreError::from)
    });
    done.await.expect("done");
}

#[test]
fn a_backup_is_whole_while_the_server_writes() {
    crate::support::patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let folder = app.database.folder();
        let copy = folder.path().join("copy.db");
        succeed(backlot(&app.database.url).arg("backup").arg(&copy));
        let url = format!("sqlite://{}", copy.display());
        assert!(succeed(backlot(&url).arg("check")).contains("1 listings checked"));
        let again = fail(backlot(&app.database.url).arg("backup").arg(&copy));
        assert!(again.contains("exists"), "{again}");
    });
}

#[test]
fn settings_are_shown_with_their_meaning_and_without_secrets() {
    let shown = succeed(
        backlot("postgres://desk:hush@db/backlot")
            .env("BACKLOT_SMTP_PASSWORD", "quiet")
            .arg("config"),
    );
    for setting in backlot::config::SETTINGS {
        assert!(shown.contains(setting.name), "{}", setting.name);
        assert!(shown.contains(setting.meaning), "{}", setting.name);
    }
    assert!(!shown.contains("hush") && !shown.contains("quiet"));
}

#[test]
fn wrong_settings_are_all_told_at_once() {
    let told = fail(
        backlot("mysql://db")
            .env("BACKLOT_LISTEN", "everywhere")
            .env("BACKLOT_TIME_ZONE", "Mars/Olympus")
            .arg("config"),
    );
    for name in [
        "BACKLOT_LISTEN",
        "BACKLOT_TIME_ZONE",
        "BACKLOT_DATABASE_URL",
    ] {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn settings_can_be_a_file_and_a_typing_error_in_it_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("backlot.toml");
    let run = |text: &str| {
        std::fs::write(&file, text).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
        command
            .env_clear()
            .env("BACKLOT_CONFIG", &file)
            .arg("config");
        command
    };
    let shown = succeed(&mut run(
        "cluster_name_en = \"Luoyang\"\nsmtp_port = 2525\n",
    ));
    assert!(shown.contains("Luoyang") && shown.contains("2525"));
    let told = fail(&mut run("cluster_nmae = \"x\"\n"));
    assert!(told.contains("cluster_nmae"), "{told}");
}

#[test]
fn a_database_that_is_not_there_is_one_plain_error() {
    let told = fail(backlot("postgres://nobody@127.0.0.1:1/none").arg("check"));
    assert!(told.starts_with("backlot: "), "{told}");
    assert!(!told.contains("panicked"));
    let folder = tempfile::tempdir().expect("a folder");
    let told = fail(backlot(&url_of(&folder.path().join("missing"))).arg("migrate"));
    assert!(told.contains("missing"), "{told}");
}

/// One command, no setting: a cluster to walk about in, in which every promise holds.
#[test]
fn a_demo_is_a_whole_cluster() {
    crate::support::patience::run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::demo(folder.path()).await;
        let stranger = Client::stranger(server.url(""));
        let cluster = stranger.get("/api/v1/cluster").await.expect(200);
        assert_eq!(cluster["demo"], true);
        let shown = stranger.get("/api/v1/demo/members").await.expect(200);
        let members = shown["items"].as_array().expect("members");
        for role in ["viewer", "booker", "publisher", "manager"] {
            assert!(
                members.iter().any(|member| member["role"] == role),
                "{role}"
            );
        }
        let manager = members.iter().find(|member| member["role"] == "manager");
        let enter = serde_json::json!({ "member": manager.expect("a manager")["id"] });
        let entered = stranger.post("/api/v1/demo/sessions", enter).await;
        let cookie = entered.headers["set-cookie"]
            .to_str()
            .expect("text")
            .to_owned();
        let cookie = cookie.split(';').next().expect("a pair");
        let get = async |path: String| {
            let headers = [("Cookie", cookie)];
            let answer = stranger
                .send(reqwest::Method::GET, &path, None, &headers)
                .await;
            answer.expect(200)
        };
        assert_eq!(count(&get, "/api/v1/listings?").await, 450);
        assert!(count(&get, "/api/v1/companies?").await >= 30);
        let bookings = count(&get, "/api/v1/bookings?scope=all").await;
        assert!(bookings > 100, "{bookings}");
        assert!(
            count(&get, "/api/v1/bookings?scope=decide").await > 0,
            "something to decide"
        );

        let letters = stranger
            .get("/api/v1/demo/letters?limit=5")
            .await
            .expect(200);
        assert_eq!(letters["items"].as_array().map(Vec::len), Some(5));
        // Its bookings were made on past days: until their letters are sent they count as forgotten.
        let url = url_of(folder.path());
        let said = until("a demo in which every promise is kept", || async {
            check(&url).ok()
        })
        .await;
        assert!(said.contains("450 listings checked"), "{said}");
    });
}

/// How many items all pages of a list have.
async fn count(get: &impl AsyncFn(String) -> serde_json::Value, list: &str) -> usize {
    let mut found = 0;
    let mut cursor = String::new();
    for _ in 0..100 {
        let page = get(format!("{list}&limit=200{cursor}")).await;
        found += page["items"].as_array().map_or(0, Vec::len);
        let Some(next) = page["next_cursor"].as_str() else {
            return found;
        };
        cursor = format!("&cursor={next}");
    }
    panic!("a list without an end: {list}");
}

/// The demo's inventory, previewed and taken from the command line into an empty database; exported, and
/// taken back unchanged.
#[test]
fn an_inventory_goes_in_once_and_comes_out_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url_of(folder.path());
    let inventory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/inventory.csv");
    let import = |arguments: &[&str], file: &str| {
        let mut command = backlot(&url);
        command.arg("import").args(arguments).arg(file);
        command
    };
    let preview = succeed(&mut import(&["--preview", "--json"], inventory));
    let preview: serde_json::Value = serde_json::from_str(&preview).expect("JSON");
    assert_eq!(preview["totals"]["new"], 445);
    let first = &preview["records"][0];
    assert_eq!(
        (&first["line"], &first["verdict"], &first["code"]),
        (&2.into(), &"new".into(), &"EQ-CAM-001".into())
    );
    assert_eq!(first["values"]["day_rate_cny"], 4200);
    assert!(succeed(&mut import(&[], inventory)).contains("Stored 445 new"));
    assert!(succeed(&mut import(&[], inventory)).contains("445 unchanged"));
    for name in ["out.csv", "out.xlsx"] {
        let file = folder.path().join(name);
        let file = file.to_string_lossy();
        assert!(succeed(backlot(&url).arg("export").arg(&*file)).contains("445 listings"));
        assert!(
            succeed(&mut import(&[], &file)).contains("445 unchanged"),
            "{name}"
        );
    }
    assert!(succeed(backlot(&url).arg("check")).contains("All promises hold"));
    let picture = folder.path().join("inventory.xlsx");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect("written");
    let told = fail(&mut import(&[], &picture.to_string_lossy()));
    assert!(told.contains("CSV"), "{told}");
}

/// Photos by ZIP: looked at, taken once, and every file accounted for.
#[test]
fn photos_go_in_by_the_codes_of_their_listings() {
    use crate::support::pictures::{half_red, zip};
    let folder = tempfile::tempdir().expect("a folder");
    let url = url_of(folder.path());
    let list = folder.path().join("list.csv");
    let rows = "code,kind,category,name,quantity,day_rate_cny\nFX6,equipment,camera,a,1,1\nFX9,equipment,camera,b,1,1\n";
    std::fs::write(&list, rows).expect("written");
    succeed(backlot(&url).arg("import").arg(&list));
    let photo = half_red(400, 300, image::ImageFormat::Jpeg);
    let other = half_red(300, 400, image::ImageFormat::Png);
    let files: [(&str, &[u8]); 5] = [
        ("FX6.jpg", &photo),
        ("FX6-2.png", &other),
        ("fx9/front.jpg", &photo),
        ("NONE.jpg", &photo),
        ("FX9.jpg", b"<svg onload=alert(1)>"),
    ];
    let archive = folder.path().join("photos.zip");
    std::fs::write(&archive, zip(&files)).expect("written");
    let run = |arguments: &[&str]| {
        succeed(
            backlot(&url)
                .arg("import-photos")
                .args(arguments)
                .arg(&archive),
        )
    };
    let told = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    let preview = told(&run(&["--preview", "--json"]));
    assert_eq!(
        preview["records"].as_array().map(Vec::len),
        Some(5),
        "{preview}"
    );
    let totals = &preview["totals"];
    assert_eq!(
        (&totals["new"], &preview["stored"]),
        (&3.into(), &0.into()),
        "{preview}"
    );
    let told_why = preview["records"].as_array().expect("records").iter();
    let told_why = told_why.filter(|one| one["verdict"] != "new");
    assert!(
        told_why.clone().count() == 2
            && told_why
                .clone()
                .all(|one| one["issue"]["reason"].is_string()),
        "{preview}"
    );
    assert_eq!(told(&run(&["--json"]))["stored"], 3);
    let again = run(&[]);
    assert!(
        again.contains("Added 0 photos") && again.contains("unchanged"),
        "{again}"
    );
    assert!(succeed(backlot(&url).arg("check")).contains("All promises hold"));
    let wrong = folder.path().join("photos.jpg");
    std::fs::write(&wrong, &photo).expect("written");
    let refused = fail(backlot(&url).arg("import-photos").arg(&wrong));
    assert!(refused.contains("ZIP"), "{refused}");
}
