//! Whole processes, timed from outside.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 40;

/// The medians of two commands run in turn, in milliseconds, after one run of each that does not count.
pub fn pair(a: &mut Command, b: &mut Command) -> (f64, f64) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    once(a);
    once(b);
    for _ in 0..RUNS {
        first.push(once(a));
        second.push(once(b));
    }
    (median(first), median(second))
}

fn once(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status();
    let took = start.elapsed();
    assert!(status.as_ref().is_ok_and(std::process::ExitStatus::success), "{command:?}: {status:?}");
    took
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// The largest resident set of one run, as GNU time tells it.
pub fn peak_mib(command: &Command) -> Option<f64> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args()).env_clear();
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = timed.stdin(Stdio::null()).stdout(Stdio::null()).output().ok()?;
    assert!(output.status.success(), "{command:?}");
    let said = String::from_utf8(output.stderr).ok()?;
    Some(said.lines().last()?.trim().parse::<f64>().ok()? / 1024.0)
}
