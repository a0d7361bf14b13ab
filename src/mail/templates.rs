//! The letters' templates, built into the program. A letter's own words are plain text, one small
//! file per kind and language; two layouts (text and HTML) put them on paper, and only there, in
//! HTML, is escaping done. A folder of templates read at run time would be a second thing to install.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior, Value};
use serde::Serialize;

use crate::domain::notice::NoticeKind;
use crate::domain::people::Language;

macro_rules! sources {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("templates/", $name)))),+] };
}

const SOURCES: &[(&str, &str)] = sources![
    "layout.txt.j2",
    "layout.html.j2",
    "booking.txt.j2",
    "booking.html.j2",
    "code.txt.j2",
    "code.html.j2",
    "sign_in/zh-CN.j2",
    "sign_in/en.j2",
    "invitation/zh-CN.j2",
    "invitation/en.j2",
    "confirmed/zh-CN.j2",
    "confirmed/en.j2",
    "request_received/zh-CN.j2",
    "request_received/en.j2",
    "please_decide/zh-CN.j2",
    "please_decide/en.j2",
    "granted/zh-CN.j2",
    "granted/en.j2",
    "declined/zh-CN.j2",
    "declined/en.j2",
    "changed/zh-CN.j2",
    "changed/en.j2",
    "cancelled/zh-CN.j2",
    "cancelled/en.j2",
    "hold_placed/zh-CN.j2",
    "hold_placed/en.j2",
    "hold_lapsing/zh-CN.j2",
    "hold_lapsing/en.j2",
    "hold_lapsed/zh-CN.j2",
    "hold_lapsed/en.j2",
    "hold_promoted/zh-CN.j2",
    "hold_promoted/en.j2",
    "queue_over/zh-CN.j2",
    "queue_over/en.j2",
    "ahead_confirmed/zh-CN.j2",
    "ahead_confirmed/en.j2",
    "hold_challenged/zh-CN.j2",
    "hold_challenged/en.j2",
    "challenge_sent/zh-CN.j2",
    "challenge_sent/en.j2",
    "challenge_withdrawn/zh-CN.j2",
    "challenge_withdrawn/en.j2",
    "delayed/zh-CN.j2",
    "delayed/en.j2",
    "delay_over/zh-CN.j2",
    "delay_over/en.j2",
    "series/confirmed/zh-CN.j2",
    "series/confirmed/en.j2",
    "series/request_received/zh-CN.j2",
    "series/request_received/en.j2",
    "series/please_decide/zh-CN.j2",
    "series/please_decide/en.j2",
    "series/granted/zh-CN.j2",
    "series/granted/en.j2",
    "series/declined/zh-CN.j2",
    "series/declined/en.j2",
    "series/changed/zh-CN.j2",
    "series/changed/en.j2",
    "series/cancelled/zh-CN.j2",
    "series/cancelled/en.j2",
    "asked_to_move/zh-CN.j2",
    "asked_to_move/en.j2",
];

static TEMPLATES: LazyLock<Environment<'static>> =
    LazyLock::new(|| load().expect("the built-in templates"));

/// Templates are part of the program, and tests print every one of them with every branch: a fault
/// in one is a fault in the program.
const SOUND: &str = "a built-in template";

/// What a letter says in its own words.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) subject: String,
    heading: String,
    lead: String,
    next: String,
    button: String,
}

/// How a letter is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// Words and a link.
    Plain,
    /// With a code to type.
    Code,
    /// With the lines of a booking.
    Booking,
}

/// The words of a kind of letter in a language.
pub(super) fn words(kind: NoticeKind, language: Language, context: &impl Serialize) -> Words {
    read(&format!("{kind}/{language}.j2"), context)
}

/// The words of a kind of letter about a series.
pub(super) fn series_words(
    kind: NoticeKind,
    language: Language,
    context: &impl Serialize,
) -> Words {
    read(&format!("series/{kind}/{language}.j2"), context)
}

fn read(name: &str, context: &impl Serialize) -> Words {
    let template = TEMPLATES.get_template(name).expect(SOUND);
    let mut letter = template
        .render_captured(Value::from(Serde(context)))
        .expect(SOUND);
    letter.with_state_mut(|state| {
        let mut block = |name: &str| one_line(&state.render_block(name).expect(SOUND));
        Words {
            subject: block("subject"),
            heading: block("heading"),
            lead: block("lead"),
            next: block("next"),
            button: block("button"),
        }
    })
}

/// The text and the HTML of a page.
pub(super) fn print(layout: Layout, page: &impl Serialize) -> (String, String) {
    let name = match layout {
        Layout::Plain => "layout",
        Layout::Code => "code",
        Layout::Booking => "booking",
    };
    let page = Value::from(Serde(page));
    let print = |extension: &str| {
        let template = TEMPLATES
            .get_template(&format!("{name}.{extension}.j2"))
            .expect(SOUND);
        template.render(&page).expect(SOUND)
    };
    (print("txt"), print("html"))
}

fn load() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in SOURCES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
