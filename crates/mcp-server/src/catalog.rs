//! The tools of a server that are not in its tables. They can change only where tools are made at run time.

use std::sync::Arc;

use pulseengine_mcp_protocol::Revision;

use crate::Context;
use crate::by_name::{Named, Table};
use crate::entry::Entry;
use crate::handler::HandlerFuture;
use crate::lists::Lists;
use crate::service::FreeToolEntry;

#[cfg(feature = "jsonschema")]
pub(crate) use changing::Catalogs;
#[cfg(not(feature = "jsonschema"))]
pub(crate) use constant::Catalogs;

/// A tool made at run time. A trait, so that only a server that makes one carries its code.
pub(crate) trait MadeTool: Send + Sync {
    fn name(&self) -> &str;
    fn entry(&self) -> Entry<'_>;
    fn json(&self, revision: Revision) -> String;
    fn run(&self, cx: Context) -> HandlerFuture;
}

/// Tools made at run time.
#[cfg(feature = "jsonschema")]
pub(crate) type MadeTools = Table<Arc<dyn MadeTool>>;
/// Tools made at run time, of which there are none, so that their code is not linked.
#[cfg(not(feature = "jsonschema"))]
pub(crate) type MadeTools = [Arc<dyn MadeTool>; 0];

/// The tools that are not in the tables, and the lists written so far. A change replaces it as a whole.
#[derive(Default)]
pub(crate) struct Catalog {
    pub free: Table<FreeToolEntry>,
    pub made: MadeTools,
    pub lists: Lists,
}

impl Named for FreeToolEntry {
    fn name(&self) -> &str {
        self.info.name
    }
}

#[cfg(feature = "jsonschema")]
impl Named for Arc<dyn MadeTool> {
    fn name(&self) -> &str {
        (**self).name()
    }
}

impl Catalog {
    /// The place of the tool of that name among those made at run time.
    #[cfg(feature = "jsonschema")]
    fn find_made(&self, name: &str) -> Option<usize> {
        self.made.place(name).ok()
    }

    #[cfg(not(feature = "jsonschema"))]
    const fn find_made(&self, _name: &str) -> Option<usize> {
        None
    }

    /// The place of the tool of that name: of the free functions, then of the tools made at run time.
    pub fn find(&self, name: &str) -> Option<usize> {
        let free = self.free.place(name).ok();
        free.or_else(|| self.find_made(name).map(|at| self.free.len() + at))
    }

    pub fn has_tools(&self) -> bool {
        !self.free.is_empty() || !self.made.is_empty()
    }
}

#[cfg(feature = "jsonschema")]
mod changing {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, PoisonError, RwLock};

    use super::{Catalog, Lists, MadeTools};

    /// The catalog that the server began with, and the one that it has now.
    pub(crate) struct Catalogs {
        fixed: Catalog,
        /// Whether `current` differs from `fixed`: until then its lock is not taken.
        changed: AtomicBool,
        current: RwLock<Arc<Catalog>>,
    }

    impl Catalogs {
        pub fn new(fixed: Catalog) -> Self {
            Self { fixed, changed: AtomicBool::new(false), current: RwLock::default() }
        }

        /// The present catalog.
        pub fn with<T>(&self, look: impl FnOnce(&Catalog) -> T) -> T {
            if !self.changed.load(Ordering::Acquire) {
                return look(&self.fixed);
            }
            let current = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
            look(&current)
        }

        /// Replaces the tools made at run time, if `change` changes anything; whether it did.
        pub fn change(&self, change: impl FnOnce(&mut MadeTools) -> bool) -> bool {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            let known = if self.changed.load(Ordering::Acquire) { &**current } else { &self.fixed };
            let mut made = known.made.clone();
            if !change(&mut made) {
                return false;
            }
            *current = Arc::new(Catalog { free: known.free.clone(), made, lists: Lists::default() });
            self.changed.store(true, Ordering::Release);
            true
        }
    }
}

#[cfg(not(feature = "jsonschema"))]
mod constant {
    use super::Catalog;

    /// The catalog that the server began with.
    pub(crate) struct Catalogs(Catalog);

    impl Catalogs {
        pub fn new(fixed: Catalog) -> Self {
            Self(fixed)
        }

        /// The catalog.
        pub fn with<T>(&self, look: impl FnOnce(&Catalog) -> T) -> T {
            look(&self.0)
        }
    }
}
