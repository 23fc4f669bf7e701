//! Futures of the bindings are not `Send`; here they lie in a table, and what refers to one is.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
struct FutureTable {
    list: Vec<Option<Boxed>>,
    free: Vec<usize>,
}

thread_local! {
    // Taken out and put back whole, as no future is polled or dropped meanwhile.
    static TABLE: Cell<FutureTable> = const { Cell::new(FutureTable { list: Vec::new(), free: Vec::new() }) };
}

fn with_table<R>(f: impl FnOnce(&mut FutureTable) -> R) -> R {
    let mut table = TABLE.take();
    let result = f(&mut table);
    TABLE.set(table);
    result
}

/// Makes a future of WASI 0.3 bindings `Send`. It must be awaited in a call of an asynchronous export.
pub fn local<F>(future: F) -> Local<F::Output>
where
    F: Future + 'static,
    F::Output: Send + 'static,
{
    let output = Arc::new(Mutex::new(None));
    let result = Arc::clone(&output);
    let future: Boxed = Box::pin(async move {
        let value = future.await;
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    });
    Local { index: TableIndex::new(future), output }
}

/// The future of [`local`]. Dropping it cancels what it refers to.
#[must_use = "futures do nothing unless polled"]
pub struct Local<T> {
    index: TableIndex,
    output: Arc<Mutex<Option<T>>>,
}

impl<T> Future for Local<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if self.index.poll(cx).is_pending() {
            return Poll::Pending;
        }
        match self.output.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Local<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

/// An index in the table, empty when the future has ended.
struct TableIndex(Option<usize>);

impl TableIndex {
    fn new(future: Boxed) -> Self {
        Self(Some(with_table(|table| {
            let index = table.free.pop().unwrap_or(table.list.len());
            match table.list.get_mut(index) {
                Some(free) => *free = Some(future),
                None => table.list.push(Some(future)),
            }
            index
        })))
    }

    /// The future is out of the table while it runs: it may use the table itself.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(index) = self.0 else { return Poll::Ready(()) };
        let Some(mut future) = with_table(|table| table.list.get_mut(index).and_then(Option::take)) else {
            return Poll::Pending;
        };
        if future.as_mut().poll(cx).is_pending() {
            with_table(|table| table.list.get_mut(index).map(|index| *index = Some(future)));
            return Poll::Pending;
        }
        self.clear();
        Poll::Ready(())
    }

    fn clear(&mut self) {
        let Some(index) = self.0.take() else { return };
        let _dropped_outside = with_table(|table| {
            table.free.push(index);
            table.list.get_mut(index).and_then(Option::take)
        });
    }
}

impl Drop for TableIndex {
    fn drop(&mut self) {
        self.clear();
    }
}
