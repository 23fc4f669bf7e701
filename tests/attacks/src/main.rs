//! `attacks [--programs FOLDER] [--component HOST FILE] [--full] [--list] [NAME…]`: runs the attacks, prints a table, and fails when a bound does not hold.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use attacks::case::{Case, Load};
use attacks::process::{Component, Programs, end_all};
use attacks::run::{Mode, Report, run};
use attacks::{cases, table};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const USAGE: &str = "usage: attacks [--programs FOLDER] [--component HOST FILE] [--full] [--list] [NAME…]";

/// By how much limits of time are divided in the short form.
const SCALE: u32 = 20;

/// How many attacks that mostly wait run at once.
const AT_ONCE: u32 = 4;

/// After this everything is ended, whatever is missing: the short form, in full.
const MOST: [Duration; 2] = [Duration::from_secs(230), Duration::from_secs(3 * 3600)];

struct Arguments {
    folder: PathBuf,
    component: Option<Component>,
    full: bool,
    list: bool,
    names: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = match read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("{wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if arguments.list {
        print!("{}", table::list(&cases()));
        return ExitCode::SUCCESS;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(attack(arguments));
    end_all();
    // Tasks that hang are no reason to wait.
    runtime.shutdown_background();
    code
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let here = std::env::current_exe().ok().and_then(|path| path.parent().map(PathBuf::from));
    let mut arguments = Arguments {
        folder: here.unwrap_or_default(),
        component: None,
        full: false,
        list: false,
        names: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--programs" => arguments.folder = words.next().ok_or("--programs needs a folder")?.into(),
            "--component" => {
                let (host, file) =
                    words.next().zip(words.next()).ok_or("--component needs a host and a file")?;
                arguments.component = Some(Component { host: host.into(), file: file.into() });
            }
            "--full" => arguments.full = true,
            "--list" => arguments.list = true,
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            name if cases().iter().any(|case| case.name == name) => arguments.names.push(word),
            name => return Err(format!("there is no attack `{name}`; --list names them")),
        }
    }
    Ok(arguments)
}

async fn attack(arguments: Arguments) -> ExitCode {
    let scale = if arguments.full { 1 } else { SCALE };
    let Arguments { folder, component, full, .. } = arguments;
    let native = component.is_none();
    let mode = Mode { programs: Programs { folder, scale, component }, full };
    let chosen: Vec<Case> = cases()
        .into_iter()
        .filter(|case| native || case.component)
        .filter(|case| arguments.names.is_empty() || arguments.names.iter().any(|name| name == case.name))
        .collect();
    let all = chosen.len();
    let began = Instant::now();
    let most = if full { MOST[1] } else { MOST[0] };
    let mut reports = Vec::new();
    let stopped = tokio::select! {
        () = run_all(chosen, &mode, &mut reports) => None,
        () = tokio::time::sleep(most) => Some(format!("it took longer than {most:?}")),
        _ = tokio::signal::ctrl_c() => Some("interrupted".to_owned()),
        () = terminated() => Some("terminated".to_owned()),
    };
    println!("\n{}", table::summary(&reports, all));
    println!("{} attacks in {:.0} s", reports.len(), began.elapsed().as_secs_f64());
    if let Some(why) = &stopped {
        println!("{why}: {} of {all} attacks were not finished", all.saturating_sub(reports.len()));
    }
    match stopped.is_none() && reports.len() == all && reports.iter().all(Report::holds) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

/// Runs cases, those that wait beside each other. One that does not hold is run again alone: other cases may have taken the
/// processors.
async fn run_all(cases: Vec<Case>, mode: &Mode, reports: &mut Vec<Report>) {
    let began = Instant::now();
    let places = Arc::new(Semaphore::new(AT_ONCE as usize));
    let mut running = JoinSet::new();
    for case in cases.iter().copied() {
        let (places, mode) = (Arc::clone(&places), mode.clone());
        let wanted = if case.load == Load::Works { AT_ONCE } else { 1 };
        // In the order of the table: a place is taken before the next case is looked at.
        let Ok(place) = places.acquire_many_owned(wanted).await else { return };
        running.spawn(run(case, mode, place));
        while let Some(Ok(report)) = running.try_join_next() {
            note(report, reports);
        }
    }
    while let Some(ended) = running.join_next().await {
        if let Ok(report) = ended {
            note(report, reports);
        }
    }
    let failed: Vec<&str> =
        reports.iter().filter(|report| !report.holds()).map(|report| report.name).collect();
    for case in cases.iter().filter(|case| failed.contains(&case.name)) {
        if began.elapsed() > mode.enough() {
            return;
        }
        println!("\nonce more, alone:");
        let Ok(place) = Arc::clone(&places).acquire_many_owned(AT_ONCE).await else { return };
        let report = run(*case, mode.clone(), place).await;
        reports.retain(|report| report.name != case.name);
        note(report, reports);
    }
}

fn note(report: Report, reports: &mut Vec<Report>) {
    print!("{}", table::rows(&report));
    reports.push(report);
}
