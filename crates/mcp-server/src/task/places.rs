//! How many tasks each caller has: at work, and ended but still kept.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pulseengine_mcp_protocol::Call;
use pulseengine_mcp_protocol::http::network_of;

/// Limits up to this have no shares.
const SMALL: usize = 64;

/// Of so many ended tasks the callers are remembered.
const REMEMBERED: usize = 10_000;

/// So many ended tasks make room at once, as finding them looks at all of them.
const BATCH: usize = 16;

/// The places for tasks. A caller may have as many at work as a third of those that are free, so that something is left for
/// others. The caller is the principal, else the client's address; where neither is known there are no shares.
pub(super) struct TaskPlaces {
    most: usize,
    state: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    taken: usize,
    by_caller: BTreeMap<String, usize>,
    /// The callers and the ids of tasks that have ended, the oldest first.
    ended: VecDeque<(String, String)>,
}

impl TaskPlaces {
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, state: Mutex::default() })
    }

    /// A place for a task of the caller of that call, if one is left for it.
    pub fn take(self: &Arc<Self>, call: &Call) -> Option<TaskPlace> {
        self.take_for(caller_of(call))
    }

    fn take_for(self: &Arc<Self>, caller: Option<String>) -> Option<TaskPlace> {
        let mut places = self.lock();
        let free = self.most.checked_sub(places.taken + 1)?;
        if let Some(caller) = &caller {
            let mine = places.by_caller.get(caller).copied().unwrap_or_default() + 1;
            if self.most > SMALL && mine > (free / 3).max(1) {
                return None;
            }
            places.by_caller.insert(caller.clone(), mine);
        }
        places.taken += 1;
        Some(TaskPlace { places: Arc::clone(self), caller })
    }

    /// The ids of the oldest ended tasks of the caller that has the most of them: they may be dropped to make room.
    pub fn make_room(&self) -> Vec<String> {
        let mut places = self.lock();
        let mut counts = BTreeMap::new();
        for (caller, _) in &places.ended {
            *counts.entry(caller.clone()).or_insert(0_usize) += 1;
        }
        let Some((greediest, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
            return Vec::new();
        };
        let mut dropped = Vec::new();
        places.ended.retain(|(caller, id)| {
            let drops = dropped.len() < BATCH && *caller == greediest;
            if drops {
                dropped.push(id.clone());
            }
            !drops
        });
        dropped
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for the caller; `None` where it is not known.
fn caller_of(call: &Call) -> Option<String> {
    match call.principal() {
        Some(principal) => Some(["=", principal.id()].concat()),
        None => Some(network_of(call.http()?.peer?.ip()).to_string()),
    }
}

/// The place of a task at work. Dropping it makes room for another one.
pub(super) struct TaskPlace {
    places: Arc<TaskPlaces>,
    caller: Option<String>,
}

impl TaskPlace {
    /// The task of that id has ended and is kept.
    pub fn ended(&self, id: &str) {
        let mut places = self.places.lock();
        if places.ended.len() >= REMEMBERED {
            places.ended.pop_front();
        }
        places.ended.push_back((self.caller.clone().unwrap_or_default(), id.to_owned()));
    }
}

impl Drop for TaskPlace {
    fn drop(&mut self) {
        let mut places = self.places.lock();
        places.taken -= 1;
        let Some(caller) = &self.caller else { return };
        if let Some(count) = places.by_caller.get_mut(caller) {
            *count -= 1;
            if *count == 0 {
                places.by_caller.remove(caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{TaskPlace, TaskPlaces};

    fn fill(places: &Arc<TaskPlaces>, caller: &str) -> Vec<TaskPlace> {
        let caller = Some(caller.to_owned()).filter(|caller| !caller.is_empty());
        std::iter::from_fn(|| places.take_for(caller.clone())).collect()
    }

    #[test]
    fn a_caller_gets_a_quarter_and_leaves_something_for_the_next() {
        let places = TaskPlaces::new(256);
        let (first, second) = (fill(&places, "a"), fill(&places, "b"));
        assert_eq!(first.len(), 64);
        assert!(second.len() > 40 && !fill(&places, "c").is_empty());
        drop((first, second));
        assert_eq!(fill(&places, "").len(), 256);
        assert!(places.lock().by_caller.is_empty());
        assert_eq!(fill(&TaskPlaces::new(3), "a").len(), 3);
    }

    #[test]
    fn ended_tasks_of_the_greediest_make_room_the_oldest_first() {
        let places = TaskPlaces::new(256);
        let (a, b) = (places.take_for(Some("a".into())).unwrap(), places.take_for(Some("b".into())).unwrap());
        b.ended("b1");
        (0..20).for_each(|n| a.ended(&format!("a{n}")));
        let dropped = places.make_room();
        assert_eq!((dropped.len(), dropped[0].as_str(), dropped[15].as_str()), (16, "a0", "a15"));
        assert_eq!(places.make_room(), ["a16", "a17", "a18", "a19"]);
        assert_eq!(places.make_room(), ["b1"]);
        assert!(places.make_room().is_empty());
    }
}
