//! What the system says of a process: memory and time of the processor. Linux only, as `/proc` is.

/// A tick of `/proc/*/stat`: the same on every Linux that Rust runs on.
const MILLISECONDS_OF_A_TICK: f64 = 10.0;

/// Memory it holds now, in megabytes.
pub(crate) fn memory(process: u32) -> f64 {
    status(process, "VmRSS:")
}

/// The most memory it ever held, in megabytes.
pub(crate) fn peak_memory(process: u32) -> f64 {
    status(process, "VmHWM:")
}

/// Forgets the most memory it held until now.
pub(crate) fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").expect("our own process");
}

/// How long it has kept a processor busy, all its threads together, in milliseconds.
pub(crate) fn processor_time(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name may hold spaces; it ends with the last bracket. Then come the fields from the third on.
    let rest = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = rest.split(' ').skip(11).take(2);
    let ticks: u32 = ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    f64::from(ticks) * MILLISECONDS_OF_A_TICK
}

fn status(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
