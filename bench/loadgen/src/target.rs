//! The targets file: one server per line.
//!
//! `name | http or stdio | 2026 or 2025 | command with {port} and {tools} | path whose size is the "binary" | workloads to skip | warm-up seconds`

use crate::rpc::Era;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    Http,
    Stdio,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub transport: Transport,
    pub era: Era,
    pub command: String,
    pub size_of: Option<String>,
    /// Workloads this target cannot serve.
    pub skip: Vec<String>,
    /// Seconds of warm-up where the general setting is too short (just-in-time compilers).
    pub warmup: Option<f64>,
}

pub fn load(path: &str) -> Vec<Target> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut out = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let f: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(f.len() >= 4, "{path}:{}: four fields separated by | are needed", n + 1);
        out.push(Target {
            name: f[0].to_owned(),
            transport: match f[1] {
                "http" => Transport::Http,
                "stdio" => Transport::Stdio,
                other => panic!("{path}:{}: transport {other:?}", n + 1),
            },
            era: match f[2] {
                "2026" => Era::Y2026,
                "2025" => Era::Y2025,
                other => panic!("{path}:{}: era {other:?}", n + 1),
            },
            command: f[3].to_owned(),
            size_of: f.get(4).filter(|s| !s.is_empty()).map(|s| (*s).to_owned()),
            warmup: f.get(6).and_then(|s| s.parse().ok()),
            skip: f.get(5).map_or(vec![], |s| s.split([',', ' ']).map(str::to_owned).collect()),
        });
    }
    out
}

impl Target {
    /// Program and arguments, split on blanks; leading `KEY=value` words are environment.
    pub fn argv(&self, port: u16, tools: usize) -> (Vec<(String, String)>, Vec<String>) {
        let mut env = Vec::new();
        let mut argv: Vec<String> = Vec::new();
        for word in self.command.split_whitespace() {
            let word = word.replace("{port}", &port.to_string()).replace("{tools}", &tools.to_string());
            match word.split_once('=') {
                Some((k, v)) if argv.is_empty() && !k.contains(['/', '-']) => {
                    env.push((k.to_owned(), v.to_owned()))
                }
                _ => argv.push(word),
            }
        }
        (env, argv)
    }
}
