//! Changes of what is booked against each other and against bookings.

use serde_json::{Value, json};

use super::ground::{Round, granted, losers_read_why, path, text};
use crate::support::arena::{line, line_of};

/// Everyone moves a booking into the same slot, and somebody books it anew: one has it, the others keep what they
/// had.
pub(super) async fn into_one_slot(round: &mut Round) {
    let wanted = line("WANTED", 1, round.slot);
    let elsewhere = [line("ELSEWHERE", 1, round.slot)];
    let had = (1..round.count().max(3)).map(|place| round.book(place, &elsewhere));
    let had = had.collect();
    let had = round.race(had).await;
    let mut asking = vec![round.book(0, std::slice::from_ref(&wanted))];
    for (place, answer) in (1..).zip(&had) {
        let (client, _) = round.client(place);
        let body = json!({ "lines": [wanted] });
        asking.push(round.patch(&client, &path(&answer.json, ""), body));
    }
    let answers = round.race(asking).await;
    assert_eq!(granted(&answers), 1, "promises of one slot");
    losers_read_why(&answers);
    let manager = round.person(|arena| &arena.town.manager);
    for (before, answer) in had.iter().zip(&answers[1..]) {
        let now = manager.get(&path(&before.json, "")).await.expect(200);
        let code = if answer.status.is_success() {
            "WANTED"
        } else {
            "ELSEWHERE"
        };
        let lines = now["lines"].as_array().expect("lines").iter();
        let stand = lines.filter(|line| line["state"] == "confirmed");
        let stand: Vec<&Value> = stand.map(|line| &line["listing"]["code"]).collect();
        assert_eq!(stand, [code], "{now}");
    }
}

/// Between two neighbours two hours are free. The first runs on, the second begins sooner, others book them.
pub(super) async fn extension(round: &mut Round) {
    let (before, gap, after) = (round.slot, round.slot + 1, round.slot + 2);
    let first = round.has_booked(0, &[line("LONGER", 1, before)]).await;
    let second = round.has_booked(2, &[line("LONGER", 1, after)]).await;
    let (one, _) = round.client(0);
    let (other, _) = round.client(2);
    let longer = json!({ "minutes": 120, "seen_end": first["lines"][0]["end"] });
    let mut sooner = line_of("LONGER", 1, gap, 4);
    sooner["id"] = second["lines"][0]["id"].clone();
    let mut asking = vec![
        round.post(&one, &path(&first, "/extension"), longer),
        round.patch(&other, &path(&second, ""), json!({ "lines": [sooner] })),
    ];
    for place in 2..round.count().max(3) {
        asking.push(round.book(place, &[line("LONGER", 1, gap)]));
    }
    let answers = round.race(asking).await;
    assert_eq!(granted(&answers), 1, "promises of the hours between");
}

/// A booking goes to another drama while it is called off and its slot is asked for.
pub(super) async fn hand_over(round: &mut Round) {
    let slot = [line("HANDED", 1, round.slot)];
    let had = round.has_booked(0, &slot).await;
    let crew = round.person(|arena| &arena.town.crew);
    let drama = json!({ "production": round.ground.second_drama });
    let handed = round.post(&crew, &path(&had, "/handover"), drama);
    let mut asking = vec![handed];
    let is_called_off = round.nth.is_multiple_of(2);
    if is_called_off {
        let cancelled = round.post(&crew, &path(&had, "/cancellation"), json!({}));
        asking.push(cancelled);
    }
    let own = asking.len();
    for place in own..round.count().max(own + 2) {
        asking.push(round.book(place, &slot));
    }
    let answers = round.race(asking).await;
    let others = granted(&answers[own..]);
    if is_called_off {
        assert_eq!(answers[1].status, 200, "{}", answers[1].json);
        assert!(others <= 1, "{others} have what one let go");
    } else {
        assert_eq!(answers[0].status, 200, "{}", answers[0].json);
        assert_eq!(others, 0, "what is handed over is never free between");
    }
    losers_read_why(&answers[own..]);
}

/// A request is granted, called off and asked for anew at once: one stands at the end, or nobody.
pub(super) async fn requests(round: &mut Round) {
    let slot = [line("PALACE", 1, round.slot)];
    let asking = (0..round.count()).map(|place| round.book(place, &slot));
    let asking = asking.collect();
    let first = round.race(asking).await;
    assert_eq!(granted(&first), 1, "requests for one unit");
    let (place, won) = first
        .iter()
        .enumerate()
        .find(|(_, answer)| answer.status == 201)
        .expect("somebody won");
    assert_eq!(won.json["state"], "requested");
    let (crew, _) = round.client(place);
    let owner = round.person(|arena| &arena.town.owner);
    let grant = json!({ "verdict": "grant" });
    let mut asking = vec![
        round.post(&owner, &path(&won.json, "/decision"), grant),
        round.post(&crew, &path(&won.json, "/cancellation"), json!({})),
    ];
    asking.extend((2..round.count().max(4)).map(|place| round.book(place, &slot)));
    let answers = round.race(asking).await;
    assert_eq!(answers[1].status, 200, "{}", answers[1].json);
    assert!(granted(&answers[2..]) <= 1, "requests for one unit");
    let manager = round.person(|arena| &arena.town.manager);
    let now = manager.get(&path(&won.json, "")).await.expect(200);
    assert_eq!(text(&now["state"]), "cancelled");
}
