//! The arguments of a native program.

/// What a program is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Serve one client over standard input and output.
    Stdio,
    /// Serve over HTTP.
    Http(Http),
    /// Say what the arguments are.
    Help,
}

/// How to serve over HTTP.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Http {
    pub(crate) address: String,
}

/// Reads the arguments; the error says what is wrong with them.
pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Task, String> {
    match arguments.next().as_deref() {
        None => Ok(Task::Stdio),
        Some("--help") => Ok(Task::Help),
        Some("--http") => match arguments.next() {
            Some(address) => Ok(Task::Http(Http { address })),
            None => Err("--http needs an address".into()),
        },
        Some(other) => Err(format!("unknown argument: {other}")),
    }
}
