//! Locks and channels between tasks: those of `tokio::sync`, which need no tokio runtime.

pub use tokio::sync::{
    AcquireError, Mutex, MutexGuard, Notify, OnceCell, OwnedMutexGuard, OwnedRwLockReadGuard,
    OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore,
    SemaphorePermit, TryAcquireError, TryLockError, broadcast, mpsc, oneshot, watch,
};
