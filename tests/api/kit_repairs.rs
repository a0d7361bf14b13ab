//! A kit of which one part is taken: something like that part takes its place, and the rest stays as it is.

use serde_json::{Value, json};

use super::in_town;
use super::repairs::{kinds, repair};

#[test]
fn a_taken_part_of_a_kit_is_exchanged() {
    in_town(|app, town| async {
        town.pool(&app, "FX6", 2).await;
        town.pool(&app, "FX9", 2).await;
        town.pool(&app, "TRIPOD", 9).await;
        town.kit("CAM", &[("FX6", 1), ("TRIPOD", 2)]).await;
        town.rival
            .book(&["FX6 x2 tue 10:00-12:00"])
            .await
            .expect(201);
        let crew = &town.crew.client;
        let basket = town.crew.basket(&["CAM tue 09:00-11:00"]);
        let refused = crew.post("/api/v1/bookings", basket).await.expect(409);
        let other = repair(&refused, "exchange_part");
        assert_eq!(kinds(&refused)[0], "exchange_part", "before another time");
        assert_eq!(
            other["summary"],
            "Take Set FX9 for the part that is taken, and the rest of the kit as it is"
        );
        assert_eq!(other["parts"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            (&other["price_difference"]["amount"], &other["complete"]),
            (&json!(0), &json!(true))
        );
        let booked = crew.post("/api/v1/bookings", other["body"].clone()).await;
        let booked = booked.expect(201);
        assert_eq!(told(&booked), ["FX9 x1", "TRIPOD x2"]);

        // Of two kits both cameras are short: two of the other are all taken by now.
        let basket = town.crew.basket(&["CAM x2 tue 09:00-11:00"]);
        let refused = crew.post("/api/v1/bookings", basket).await.expect(409);
        assert!(!kinds(&refused).contains(&"exchange_part"), "{refused}");
        (app, town)
    });
}

fn told(booking: &Value) -> Vec<String> {
    let lines = booking["lines"].as_array().expect("lines");
    let line = |line: &Value| {
        let code = line["listing"]["code"].as_str().unwrap_or_default();
        format!("{code} x{}", line["units"])
    };
    lines.iter().map(line).collect()
}
