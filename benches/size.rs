//! `Size`: how much data there is, and how long each thing is asked for. All sizes stand here.

use std::time::Duration;

use clap::ValueEnum;

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// Seconds: shows that the program works, and what is off by a factor.
    Small,
    /// Minutes: the figures people quote.
    Normal,
    /// With ten million claims: a quarter of an hour, and six gigabytes of disk.
    Large,
}

impl Size {
    fn pick<T>(self, small: T, normal: T, large: T) -> T {
        match self {
            Self::Small => small,
            Self::Normal => normal,
            Self::Large => large,
        }
    }

    /// How long one thing is asked for again and again.
    pub(crate) fn time(self) -> Duration {
        Duration::from_millis(self.pick(400, 3_000, 3_000))
    }

    /// The same for one who looks alone, and waits for nobody.
    pub(crate) fn look_time(self) -> Duration {
        Duration::from_millis(self.pick(100, 1_000, 1_000))
    }

    /// Listings and claims of the cluster in which bookings are made.
    pub(crate) fn bookings(self) -> (usize, usize) {
        self.pick((200, 20_000), (2_000, 200_000), (2_000, 2_000_000))
    }

    /// Clients that book at once.
    pub(crate) fn clients(self) -> &'static [usize] {
        self.pick(&[8], &[1, 8, 64], &[1, 8, 64])
    }

    /// Listings and claims of the clusters in which something free is looked for.
    pub(crate) fn free(self) -> &'static [(usize, usize)] {
        const NORMAL: &[(usize, usize)] = &[
            (2_000, 100_000),
            (2_000, 1_000_000),
            (10_000, 100_000),
            (10_000, 1_000_000),
        ];
        const LARGE: &[(usize, usize)] =
            &[(10_000, 100_000), (10_000, 1_000_000), (10_000, 10_000_000)];
        self.pick(&[(2_000, 20_000)], NORMAL, LARGE)
    }

    /// Rows of the file that is imported.
    pub(crate) fn import(self) -> usize {
        self.pick(2_000, 50_000, 50_000)
    }

    /// Lines of the basket that looks for its time, and listings that would do for each.
    pub(crate) fn openings(self) -> (usize, usize) {
        self.pick((5, 10), (20, 50), (20, 50))
    }

    /// Letters that wait for the mail server.
    pub(crate) fn letters(self) -> usize {
        self.pick(100, 1_000, 1_000)
    }

    /// Listings of the catalogue that is searched.
    pub(crate) fn search(self) -> usize {
        self.pick(2_000, 20_000, 20_000)
    }
}
