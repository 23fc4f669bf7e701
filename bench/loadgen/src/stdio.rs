//! The stdio driver: newline-delimited JSON, a fixed number of requests in flight.

use std::{
    collections::HashMap,
    io::{Read, Write},
    process::{ChildStdin, ChildStdout},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{
    Options, Tally, Workload,
    process::{self, Running, Usage},
    report::Sample,
    rpc::{self, Era, Kind, Seen},
    target::Target,
};

const PATIENCE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

struct Session {
    process: Running,
    input: ChildStdin,
    output: ChildStdout,
    era: Era,
    pending: Vec<u8>,
    start: usize,
}

impl Session {
    fn open(t: &Target, o: &Options, tools: usize) -> Result<Self, String> {
        let mut process = process::spawn(t, o, 0, tools, true)?;
        let input = process.0.stdin.take().ok_or("no stdin")?;
        let output = process.0.stdout.take().ok_or("no stdout")?;
        Ok(Self { process, input, output, era: t.era, pending: Vec::new(), start: 0 })
    }

    fn handshake(&mut self) -> Result<(), String> {
        if self.era == Era::Y2026 {
            return Ok(());
        }
        self.send(&format!("{}\n", rpc::INITIALIZE))?;
        let line = self.line()?;
        if rpc::id_of(&line)? != Some(0) {
            return Err("initialize: wrong id".to_owned());
        }
        self.send(&format!("{}\n", rpc::INITIALIZED))
    }

    fn send(&mut self, text: &str) -> Result<(), String> {
        self.input.write_all(text.as_bytes()).map_err(|e| e.to_string())
    }

    /// Reads once more; several lines may arrive together.
    fn fill(&mut self) -> Result<(), String> {
        if poll(&mut [PollFd::new(&self.output, PollFlags::IN)], Some(&PATIENCE))
            .map_err(|e| e.to_string())?
            == 0
        {
            return Err("no answer in time".to_owned());
        }
        self.pending.drain(..self.start);
        self.start = 0;
        let old = self.pending.len();
        self.pending.resize(old + (1 << 17), 0);
        let n = self.output.read(&mut self.pending[old..]).map_err(|e| e.to_string())?;
        self.pending.truncate(old + n);
        if n == 0 { Err("the server closed its output".to_owned()) } else { Ok(()) }
    }

    /// The next line already received.
    fn ready(&mut self) -> Option<(usize, usize)> {
        let from = self.start;
        let n = self.pending[from..].iter().position(|b| *b == b'\n')?;
        self.start = from + n + 1;
        Some((from, from + n))
    }

    fn line(&mut self) -> Result<Vec<u8>, String> {
        loop {
            if let Some((a, b)) = self.ready() {
                return Ok(self.pending[a..b].to_vec());
            }
            self.fill()?;
        }
    }
}

pub fn cold(t: &Target, o: &Options, times: usize) -> Result<Sample, String> {
    let mut tally = Tally::new();
    let before = Usage::now(&[]);
    let began = Instant::now();
    let mut cpu = Duration::ZERO;
    let mut body = String::new();
    for _ in 0..times {
        let spawned = Instant::now();
        let mut s = Session::open(t, o, 3)?;
        s.handshake()?;
        rpc::body(&mut body, Kind::Cold, t.era, 1);
        body.push('\n');
        s.send(&body)?;
        let line = s.line()?;
        let took = spawned.elapsed();
        if !rpc::accept(&line, Kind::Cold, 1, 0, &mut Seen::default())? {
            return Err("a notification instead of a response".to_owned());
        }
        cpu += Usage::now(&process::tree(s.process.0.id())).server_cpu;
        tally.latencies_us.push(took.as_secs_f32() * 1e6);
    }
    let mut after = Usage::now(&[]);
    after.server_cpu = cpu;
    Ok(tally.sample(began.elapsed(), &before, &after))
}

pub fn run(t: &Target, w: &Workload, o: &Options) -> Result<Sample, String> {
    let mut s = Session::open(t, o, w.tools)?;
    s.handshake()?;
    let mut tally = Tally::new();
    let (mut body, mut batch) = (String::new(), String::new());

    // One answered call, then the resting size.
    let mut id = 1u64;
    rpc::body(&mut body, Kind::Echo, t.era, id);
    s.send(&format!("{body}\n"))?;
    let line = s.line()?;
    rpc::accept(&line, Kind::Echo, id, w.tools, &mut Seen::default())?;
    std::thread::sleep(Duration::from_millis(300));
    let tree = process::tree(s.process.0.id());
    let idle = process::rss_kb(&tree);
    process::reset_peak(&tree);

    let mut open: HashMap<u64, Instant> = HashMap::new();
    let (start, at_start) = (Instant::now(), Usage::now(&tree).server_cpu);
    let mut window: Option<(Instant, Usage)> = None;
    let (wall, before, after) = loop {
        // Keep the window full, with one write.
        batch.clear();
        let now = Instant::now();
        while open.len() < w.width {
            id += 1;
            rpc::body(&mut body, w.kind, t.era, id);
            batch.push_str(&body);
            batch.push('\n');
            open.insert(id, now);
        }
        if !batch.is_empty() {
            s.send(&batch)?;
        }
        s.fill()?;
        while let Some((a, b)) = s.ready() {
            let line = &s.pending[a..b];
            let Some(got) = rpc::id_of(line)? else { return Err("an unexpected notification".to_owned()) };
            let Some(sent) = open.remove(&got) else {
                return Err(format!("answer to {got}, which was not asked or already answered"));
            };
            let verdict = rpc::accept(line, w.kind, got, w.tools, &mut Seen::default());
            if let Err(e) = verdict {
                tally.fail(e);
            } else if window.is_some() {
                tally.latencies_us.push(sent.elapsed().as_secs_f32() * 1e6);
                tally.bytes += (b - a) as u64;
            }
        }
        match window {
            None if process::enough(start.elapsed(), t.warmup.unwrap_or(o.warmup), &tree, at_start, 0.6) => {
                window = Some((Instant::now(), Usage::now(&tree)))
            }
            Some((began, before))
                if process::enough(began.elapsed(), o.secs, &tree, before.server_cpu, 0.3) =>
            {
                break (began.elapsed(), before, Usage::now(&tree));
            }
            _ => {}
        }
    };
    let mut sample = tally.sample(wall, &before, &after);
    sample.rss_idle_kb = idle;
    sample.rss_peak_kb = process::peak_kb(&tree);
    Ok(sample)
}
