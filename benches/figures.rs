//! `Figures`: what was measured, each beside its baseline and its target; as a table and as JSON.

use serde::Serialize;

use crate::support::database::Engine;

/// One thing that was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// What, with how much data.
    pub(crate) what: String,
    /// On which engine.
    pub(crate) engine: &'static str,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// Milliseconds of processor the server took for one answer, where that was measured.
    pub(crate) processor: Option<f64>,
    /// What it stands beside.
    pub(crate) baseline: Option<Baseline>,
    /// What it should be.
    pub(crate) target: Option<Target>,
    /// What else was seen meanwhile.
    pub(crate) beside: String,
}

/// The same run's measure of the same thing by other means; same unit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Baseline {
    /// What it is.
    pub(crate) what: &'static str,
    /// How much.
    pub(crate) value: f64,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// So much of the baseline, or more.
    RatioAtLeast(f64),
    /// So many times the baseline, or less.
    RatioAtMost(f64),
    /// So much, or less.
    AtMost(f64),
    /// So many milliseconds of processor, or less: what else the machine does hardly matters to it.
    ProcessorAtMost(f64),
}

impl Figure {
    pub(crate) fn new(
        engine: Engine,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            what: what.into(),
            engine: name(engine),
            value,
            unit,
            processor: None,
            baseline: None,
            target: None,
            beside: String::new(),
        }
    }

    #[must_use]
    pub(crate) fn against(self, what: &'static str, value: f64) -> Self {
        Self {
            baseline: Some(Baseline { what, value }),
            ..self
        }
    }

    #[must_use]
    pub(crate) fn should(self, target: Target) -> Self {
        Self {
            target: Some(target),
            ..self
        }
    }

    #[must_use]
    pub(crate) fn beside(self, beside: String) -> Self {
        Self { beside, ..self }
    }

    fn ratio(&self) -> Option<f64> {
        Some(self.value / self.baseline.as_ref()?.value)
    }

    /// Whether it is what it should be, if it should be anything.
    fn is_met(&self) -> Option<bool> {
        let ratio = self.ratio().unwrap_or(f64::NAN);
        Some(match self.target? {
            Target::RatioAtLeast(least) => ratio >= least,
            Target::RatioAtMost(most) => ratio <= most,
            Target::AtMost(most) => self.value <= most,
            Target::ProcessorAtMost(most) => self.processor.is_some_and(|took| took <= most),
        })
    }

    fn verdict(&self) -> String {
        let wanted = match self.target {
            Some(Target::RatioAtLeast(least)) => format!("≥ {least} ×"),
            Some(Target::RatioAtMost(most)) => format!("≤ {most} ×"),
            Some(Target::AtMost(most)) => format!("≤ {most}"),
            Some(Target::ProcessorAtMost(most)) => format!("≤ {most} ms CPU"),
            None => return String::new(),
        };
        let met = self.is_met() == Some(true);
        format!("{wanted} {}", if met { "met" } else { "MISSED" })
    }

    fn cells(&self) -> [String; 7] {
        let baseline = self.baseline.as_ref();
        [
            self.what.clone(),
            self.engine.to_owned(),
            format!("{} {}", rounded(self.value), self.unit),
            baseline.map_or_else(String::new, |known| {
                format!("{} ({})", rounded(known.value), known.what)
            }),
            self.ratio()
                .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            self.verdict(),
            self.beside.clone(),
        ]
    }
}

/// Three digits that say something.
fn rounded(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

/// All that was measured in a run.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Adds one, and shows it at once: a run may be cut short.
    #[expect(clippy::print_stderr, reason = "whoever waits sees how far it is")]
    pub(crate) fn add(&mut self, figure: Figure) {
        eprintln!("{}", figure.cells().join("  "));
        self.0.push(figure);
    }

    /// As a table in Markdown, and which targets are missed.
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    pub(crate) fn print(&self) {
        println!("| what | engine | figure | baseline | ratio | target | beside |");
        println!("|---|---|---|---|---|---|---|");
        for figure in &self.0 {
            println!("| {} |", figure.cells().join(" | "));
        }
        let verdicts = || self.0.iter().filter_map(Figure::is_met);
        let met = verdicts().filter(|met| *met).count();
        println!("\n{met} of {} targets are met.", verdicts().count());
        for figure in self
            .0
            .iter()
            .filter(|figure| figure.is_met() == Some(false))
        {
            let [what, engine, value, .., verdict, _] = figure.cells();
            println!("* {what}, {engine}: {value}, {verdict}");
        }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(&self.0).expect("figures are numbers and words")
    }
}
