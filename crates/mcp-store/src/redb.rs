//! A store in a file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::redb::{
    Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table, TableDefinition,
    WriteTransaction,
};
use pulseengine_mcp_runtime::{spawn_blocking, unix_time};

use crate::{Entry, Expect, Store, StoreError, StoreFuture, StoreLimits, Version};

/// Key to version, expiry and value.
const ENTRIES: TableDefinition<&str, (Version, u64, &[u8])> = TableDefinition::new("mcp-entries-1");
/// Expiry and key, soonest first. What never expires is not in it.
const EXPIRY: TableDefinition<(u64, &str), ()> = TableDefinition::new("mcp-expiry-1");
/// Numbers of the whole store.
const COUNTS: TableDefinition<&str, u64> = TableDefinition::new("mcp-counts-1");
const BYTES: &str = "bytes";
const LAST_VERSION: &str = "last-version";

/// The expiry of what never expires, in milliseconds since 1970.
const NEVER: u64 = u64::MAX;

/// At most so many expired entries are removed by one write. As a write adds one at most, the rest cannot pile up.
const SWEEP: usize = 64;

/// The cache in memory, in bytes.
const CACHE: usize = 4 << 20;

/// Entries in one file, which survive a restart. Expiry goes by the wall clock. A write that is done is on the disk.
///
/// One process at a time has the file open. Natively the work is done on threads for blocking calls; a component needs
/// the directory of the file preopened, and its other tasks wait meanwhile.
#[derive(Clone)]
pub struct RedbStore {
    database: Arc<Database>,
    limits: StoreLimits,
}

impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedbStore").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl RedbStore {
    /// Opens a file, or makes it, with [`StoreLimits::DEFAULT`].
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is no such store, or is open elsewhere.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with_limits(path, StoreLimits::DEFAULT)
    }

    /// The same with other limits. Entries that the file has already stay, even if they exceed the limits.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_with_limits(path: impl AsRef<Path>, limits: StoreLimits) -> Result<Self, StoreError> {
        let database = Database::builder().set_cache_size(CACHE).create(path).map_err(failed)?;
        let transaction = database.begin_write().map_err(failed)?;
        Tables::open(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(Self { database: Arc::new(database), limits })
    }

    /// Runs a closure where it may block.
    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let database = Arc::clone(&self.database);
        Box::pin(async move {
            match spawn_blocking(move || work(&database)).await {
                Ok(done) => done,
                Err(error) => Err(StoreError::unavailable(error)),
            }
        })
    }
}

/// The tables of a transaction that writes.
struct Tables<'t> {
    entries: Table<'t, &'static str, (Version, u64, &'static [u8])>,
    expiry: Table<'t, (u64, &'static str), ()>,
    counts: Table<'t, &'static str, u64>,
}

impl<'t> Tables<'t> {
    fn open(transaction: &'t WriteTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES).map_err(failed)?,
            expiry: transaction.open_table(EXPIRY).map_err(failed)?,
            counts: transaction.open_table(COUNTS).map_err(failed)?,
        })
    }

    fn count(&self, name: &str) -> Result<u64, StoreError> {
        Ok(self.counts.get(name).map_err(failed)?.map_or(0, |count| count.value()))
    }

    fn set_count(&mut self, name: &str, count: u64) -> Result<(), StoreError> {
        self.counts.insert(name, count).map_err(failed)?;
        Ok(())
    }

    fn sweep(&mut self, now: u64) -> Result<(), StoreError> {
        for _ in 0..SWEEP {
            let first = self.expiry.first().map_err(failed)?;
            let key = match first.as_ref().map(|(key, _)| key.value()) {
                Some((expires, key)) if expires <= now => key.to_owned(),
                _ => break,
            };
            drop(first);
            self.take(&key)?;
        }
        Ok(())
    }

    /// The version of an entry that has not expired.
    fn version(&self, key: &str, now: u64) -> Result<Option<Version>, StoreError> {
        let found = self.entries.get(key).map_err(failed)?;
        Ok(found.and_then(|found| {
            let (version, expires, _) = found.value();
            (now < expires).then_some(version)
        }))
    }

    fn take(&mut self, key: &str) -> Result<bool, StoreError> {
        let Some(found) = self.entries.remove(key).map_err(failed)? else { return Ok(false) };
        let (_, expires, value) = found.value();
        let bytes = size(key, value);
        drop(found);
        if expires != NEVER {
            self.expiry.remove((expires, key)).map_err(failed)?;
        }
        let left = self.count(BYTES)?.saturating_sub(bytes);
        self.set_count(BYTES, left)?;
        Ok(true)
    }

    fn put(
        &mut self,
        key: &str,
        value: &[u8],
        expires: u64,
        limits: StoreLimits,
    ) -> Result<Version, StoreError> {
        self.take(key)?;
        let bytes = self.count(BYTES)?.saturating_add(size(key, value));
        let entries = self.entries.len().map_err(failed)?;
        if entries >= limits.entries as u64 || bytes > limits.bytes as u64 {
            return Err(StoreError::full());
        }
        let version = self.count(LAST_VERSION)?.saturating_add(1);
        self.set_count(LAST_VERSION, version)?;
        self.set_count(BYTES, bytes)?;
        self.entries.insert(key, (version, expires, value)).map_err(failed)?;
        if expires != NEVER {
            self.expiry.insert((expires, key), ()).map_err(failed)?;
        }
        Ok(version)
    }
}

/// The size of an entry, in bytes.
fn size(key: &str, value: &[u8]) -> u64 {
    (key.len() as u64).saturating_add(value.len() as u64)
}

/// Milliseconds since 1970.
fn now() -> u64 {
    u64::try_from(unix_time().as_millis()).unwrap_or(NEVER)
}

fn failed(error: impl Into<::redb::Error>) -> StoreError {
    StoreError::unavailable(error.into())
}

fn read(database: &Database, key: &str) -> Result<Option<Entry>, StoreError> {
    let transaction = database.begin_read().map_err(failed)?;
    let entries = transaction.open_table(ENTRIES).map_err(failed)?;
    let found = entries.get(key).map_err(failed)?;
    Ok(found.and_then(|found| {
        let (version, expires, value) = found.value();
        (now() < expires).then(|| Entry { value: value.to_vec(), version })
    }))
}

fn keys(
    database: &Database,
    prefix: &str,
    after: Option<&str>,
    most: usize,
) -> Result<Vec<String>, StoreError> {
    let transaction = database.begin_read().map_err(failed)?;
    let entries = transaction.open_table(ENTRIES).map_err(failed)?;
    let now = now();
    let from = after.filter(|after| *after >= prefix).unwrap_or(prefix);
    let mut keys = Vec::new();
    for found in entries.range(from..).map_err(failed)? {
        let (key, value) = found.map_err(failed)?;
        if keys.len() == most || !key.value().starts_with(prefix) {
            break;
        }
        if Some(key.value()) != after && now < value.value().1 {
            keys.push(key.value().to_owned());
        }
    }
    Ok(keys)
}

impl Store for RedbStore {
    fn read<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        let key = key.to_owned();
        self.blocking(move |database| read(database, &key))
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        expect: Expect,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Version>> {
        let (key, value, limits) = (key.to_owned(), value.to_vec(), self.limits);
        self.blocking(move |database| {
            let now = now();
            let ttl = u64::try_from(ttl.as_millis()).unwrap_or(NEVER);
            let transaction = database.begin_write().map_err(failed)?;
            let mut tables = Tables::open(&transaction)?;
            tables.sweep(now)?;
            if !expect.is_met_by(tables.version(&key, now)?) {
                return Ok(None);
            }
            let version = tables.put(&key, &value, now.saturating_add(ttl), limits)?;
            drop(tables);
            transaction.commit().map_err(failed)?;
            Ok(Some(version))
        })
    }

    fn remove<'a>(&'a self, key: &'a str, expect: Expect) -> StoreFuture<'a, bool> {
        let key = key.to_owned();
        self.blocking(move |database| {
            let transaction = database.begin_write().map_err(failed)?;
            let mut tables = Tables::open(&transaction)?;
            let version = tables.version(&key, now())?;
            if version.is_none() || !expect.is_met_by(version) {
                return Ok(false);
            }
            tables.take(&key)?;
            drop(tables);
            transaction.commit().map_err(failed)?;
            Ok(true)
        })
    }

    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
        most: usize,
    ) -> StoreFuture<'a, Vec<String>> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.blocking(move |database| keys(database, &prefix, after.as_deref(), most))
    }
}
