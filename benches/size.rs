//! `Size`: how much data there is, and how long each thing is asked for. All sizes stand here.

use std::time::Duration;

use clap::ValueEnum;

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// Hardly anything: shows that the program works. What a run of the tests takes.
    Tiny,
    /// Seconds: what is off by a factor.
    Small,
    /// Minutes: the figures people quote.
    Medium,
    /// With two million claims behind every figure, and ten million behind one: an hour, and ten gigabytes of disk.
    Large,
}

impl Size {
    fn pick<T>(self, tiny: T, small: T, medium: T, large: T) -> T {
        match self {
            Self::Tiny => tiny,
            Self::Small => small,
            Self::Medium => medium,
            Self::Large => large,
        }
    }

    /// How long one thing is asked for again and again.
    pub(crate) fn time(self) -> Duration {
        Duration::from_millis(self.pick(50, 400, 3_000, 3_000))
    }

    /// The same for one who looks alone, and waits for nobody.
    pub(crate) fn look_time(self) -> Duration {
        Duration::from_millis(self.pick(30, 100, 1_000, 1_000))
    }

    /// Listings and claims of the cluster in which bookings are made.
    pub(crate) fn bookings(self) -> (usize, usize) {
        self.pick(
            (200, 2_000),
            (200, 20_000),
            (2_000, 200_000),
            (20_000, 2_000_000),
        )
    }

    /// Clients that book at once.
    pub(crate) fn clients(self) -> &'static [usize] {
        self.pick(&[4], &[8, 64], &[1, 8, 64], &[1, 8, 64])
    }

    /// Listings and claims of the clusters in which something free is looked for.
    pub(crate) fn free(self) -> &'static [(usize, usize)] {
        const TINY: &[(usize, usize)] = &[(200, 2_000)];
        const MEDIUM: &[(usize, usize)] = &[
            (2_000, 100_000),
            (2_000, 1_000_000),
            (10_000, 100_000),
            (10_000, 1_000_000),
        ];
        const LARGE: &[(usize, usize)] =
            &[(10_000, 100_000), (10_000, 1_000_000), (10_000, 10_000_000)];
        self.pick(TINY, &[(2_000, 20_000)], MEDIUM, LARGE)
    }

    /// Rows of the file that is imported.
    pub(crate) fn import(self) -> usize {
        self.pick(100, 2_000, 50_000, 50_000)
    }

    /// Lines of the basket that looks for its time, and listings that would do for each.
    pub(crate) fn openings(self) -> (usize, usize) {
        self.pick((2, 3), (5, 10), (20, 50), (20, 50))
    }

    /// Letters that wait for the mail server.
    pub(crate) fn letters(self) -> usize {
        self.pick(5, 100, 1_000, 1_000)
    }

    /// Listings of the catalogue that is searched.
    pub(crate) fn search(self) -> usize {
        self.pick(200, 2_000, 20_000, 20_000)
    }

    /// Entries of a calendar feed.
    pub(crate) fn entries(self) -> usize {
        self.pick(40, 1_000, 1_000, 1_000)
    }

    /// Days that are lived through.
    pub(crate) fn simulated_days(self) -> usize {
        self.pick(1, 7, 365, 365)
    }
}
