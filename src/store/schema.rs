//! The tables, as the migrations leave them. One schema for both engines.
#![expect(missing_docs, reason = "the migrations say what each column is")]

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use crate::store::columns::Instant;

    companies (id) {
        id -> BigInt,
        code -> Text,
        kinds -> Text,
        name_zh -> Text,
        name_en -> Text,
        shows_name -> Bool,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::store::columns::Instant;

    members (id) {
        id -> BigInt,
        company_id -> BigInt,
        email -> Text,
        name -> Text,
        language -> Text,
        role -> Text,
        active -> Bool,
        password_hash -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instant;

    sessions (id) {
        id -> BigInt,
        member_id -> BigInt,
        token_hash -> Text,
        expires_at -> Instant,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    sign_ins (id) {
        id -> BigInt,
        member_id -> BigInt,
        token_hash -> Text,
        code_hash -> Text,
        wrong_codes -> Integer,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instant;

    access_tokens (id) {
        id -> BigInt,
        member_id -> BigInt,
        name -> Text,
        secret_hash -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    invitations (id) {
        id -> BigInt,
        company_id -> BigInt,
        email -> Text,
        name -> Text,
        role -> Text,
        language -> Text,
        token_hash -> Text,
        invited_by -> Nullable<BigInt>,
        expires_at -> Instant,
        accepted_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    sites (id) {
        id -> BigInt,
        code -> Text,
        name_zh -> Text,
        name_en -> Text,
        hours -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    listings (id) {
        id -> BigInt,
        code -> Text,
        kind -> Text,
        category -> Text,
        name_zh -> Text,
        name_en -> Text,
        description_zh -> Text,
        description_en -> Text,
        tags -> Text,
        alike -> Text,
        search_text -> Text,
        search_version -> Integer,
        site_id -> BigInt,
        owner_id -> BigInt,
        state -> Text,
        quantity -> Integer,
        area_sqm -> Nullable<Integer>,
        currency -> Text,
        day_rate_minor -> Nullable<BigInt>,
        hour_rate_minor -> Nullable<BigInt>,
        deposit_minor -> BigInt,
        own_rules -> Text,
        longest_claim_minutes -> BigInt,
        longest_buffer_minutes -> Integer,
        parts -> Integer,
        version -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    kit_parts (kit_id, position) {
        kit_id -> BigInt,
        position -> Integer,
        part_id -> BigInt,
        quantity -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    closures (id) {
        id -> BigInt,
        listing_id -> Nullable<BigInt>,
        site_id -> Nullable<BigInt>,
        units -> Nullable<Integer>,
        starts_at -> Instant,
        ends_at -> Instant,
        kind -> Text,
        reason -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Instant,
        series_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    productions (id) {
        id -> BigInt,
        company_id -> BigInt,
        title -> Text,
        filing_class -> Nullable<Text>,
        filing_number -> Text,
        starts_on -> Nullable<Text>,
        ends_on -> Nullable<Text>,
        version -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Text};
    use crate::store::columns::Instant;

    bookings (id) {
        id -> BigInt,
        reference -> Text,
        company_id -> BigInt,
        production_id -> BigInt,
        booked_by -> BigInt,
        title -> Text,
        note -> Text,
        together -> Bool,
        version -> BigInt,
        sequence -> Integer,
        created_at -> Instant,
        changed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    lines (id) {
        id -> BigInt,
        booking_id -> BigInt,
        position -> Integer,
        listing_id -> BigInt,
        owner_id -> BigInt,
        company_id -> BigInt,
        production_id -> BigInt,
        units -> Integer,
        starts_at -> Instant,
        ends_at -> Instant,
        claim_starts_at -> Instant,
        claim_ends_at -> Instant,
        state -> Text,
        live -> Bool,
        price -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Instant>,
        reason -> Text,
        placed_at -> Nullable<Instant>,
        expires_at -> Nullable<Instant>,
        challenged_by -> Nullable<BigInt>,
        challenged_at -> Nullable<Instant>,
        unchallenged_until -> Nullable<Instant>,
        warned_at -> Nullable<Instant>,
        kit_id -> Nullable<BigInt>,
        kit_group -> Nullable<Integer>,
        kit_units -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};
    use crate::store::columns::Instant;

    idempotency_keys (member_id, key) {
        member_id -> BigInt,
        key -> Text,
        request_hash -> Text,
        status -> Integer,
        answer -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    letters (id) {
        id -> BigInt,
        kind -> Text,
        booking_id -> Nullable<BigInt>,
        email -> Text,
        name -> Text,
        language -> Text,
        notice -> Text,
        attempts -> Integer,
        next_try_at -> Instant,
        claimed_until -> Nullable<Instant>,
        last_error -> Text,
        written_at -> Instant,
        sent_at -> Nullable<Instant>,
        given_up_at -> Nullable<Instant>,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    feeds (id) {
        id -> BigInt,
        member_id -> BigInt,
        scope -> Text,
        listing_id -> Nullable<BigInt>,
        token_hash -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    audit (id) {
        id -> BigInt,
        subject -> Text,
        what -> Text,
        member_id -> Nullable<BigInt>,
        detail -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    wishes (id) {
        id -> BigInt,
        listing_id -> BigInt,
        category -> Text,
        owner_id -> BigInt,
        week -> Text,
        starts_at -> Instant,
        ends_at -> Instant,
        units -> Integer,
        short -> Integer,
        short_minutes -> BigInt,
        why -> Text,
        tries -> Integer,
        instead -> Nullable<Text>,
        instead_listing_id -> Nullable<BigInt>,
        instead_units -> Nullable<Integer>,
        asked_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::store::columns::Instant;

    wish_traces (wish_id) {
        wish_id -> BigInt,
        company_id -> BigInt,
        first_at -> Instant,
        last_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable};

    company_limits (company_id) {
        company_id -> BigInt,
        weekly_hours -> Nullable<Integer>,
        most_holds -> Nullable<Integer>,
        horizon_days -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instant;

    asked_moves (booking_id) {
        booking_id -> BigInt,
        effect -> Text,
        note -> Text,
        asked_by -> BigInt,
        asked_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    kind_horizons (kind) {
        kind -> Text,
        horizon_days -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::store::columns::Instant;

    pictures (hash) {
        hash -> Text,
        small -> Binary,
        middle -> Binary,
        large -> Binary,
        wanted_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instant;

    photos (id) {
        id -> BigInt,
        listing_id -> BigInt,
        hash -> Text,
        source -> Text,
        place -> Integer,
        width -> Integer,
        height -> Integer,
        alt -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instant;

    units (id) {
        id -> BigInt,
        listing_id -> BigInt,
        code -> Text,
        serial -> Text,
        condition -> Text,
        note -> Text,
        closure_id -> Nullable<BigInt>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::store::columns::Instant;

    overruns (line_id) {
        line_id -> BigInt,
        listing_id -> BigInt,
        until_at -> Instant,
        said_by -> BigInt,
        said_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instant;

    series (id) {
        id -> BigInt,
        company_id -> BigInt,
        rule -> Text,
        made_by -> BigInt,
        made_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};

    series_dates (booking_id) {
        booking_id -> BigInt,
        series_id -> BigInt,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;

    letters_about (booking_id, letter_id) {
        booking_id -> BigInt,
        letter_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    search_words (word) {
        word -> Text,
        letters -> Integer,
    }
}

diesel::joinable!(wish_traces -> wishes (wish_id));
diesel::joinable!(lines -> listings (listing_id));

diesel::allow_tables_to_appear_in_same_query!(
    companies,
    members,
    sessions,
    sign_ins,
    access_tokens,
    invitations,
    sites,
    listings,
    search_words,
    kit_parts,
    closures,
    pictures,
    photos,
    units,
    productions,
    bookings,
    lines,
    overruns,
    idempotency_keys,
    letters,
    feeds,
    audit,
    wishes,
    wish_traces,
    company_limits,
    series,
    series_dates,
    letters_about,
    kind_horizons,
    asked_moves
);
