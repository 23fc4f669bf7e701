//! Bodies: reading a request's, and a response's as hyper wants it.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Buf, Bytes, Frame, SizeHint};
use pulseengine_mcp_runtime::{Sleep, sleep};

use crate::ledger::{Account, Held, Holder};
use crate::{BodyError, BodyLimits, EventStream, ReadBody};

/// Reads the body of a request.
pub(super) struct HyperBodyReader<'b, B> {
    body: Pin<&'b mut B>,
    /// Nothing of it will still arrive.
    read: bool,
    /// Who polls again when the body does not come: `true` for a sweep, else a timer is needed.
    reminded: bool,
}

impl<'b, B: Body> HyperBodyReader<'b, B> {
    pub(super) fn new(body: Pin<&'b mut B>, reminded: bool) -> Self {
        let read = body.is_end_stream();
        Self { body, read, reminded }
    }

    /// Whether all of the body has arrived.
    pub(super) const fn is_read(&self) -> bool {
        self.read
    }
}

impl<B: Body + Send> ReadBody for HyperBodyReader<'_, B>
where
    B::Data: Send,
{
    async fn read(&mut self, limits: &mut BodyLimits<'_>) -> Result<Vec<u8>, BodyError> {
        let mut deadline = Deadline { reminded: self.reminded, time: limits.time, timer: None };
        let mut whole = Vec::new();
        loop {
            let frame = poll_fn(|cx| match self.body.as_mut().poll_frame(cx) {
                Poll::Ready(frame) => Poll::Ready(Ok(frame)),
                Poll::Pending => deadline.poll(cx).map(|()| Err(BodyError::TooSlow)),
            });
            let Some(frame) = frame.await? else { break };
            // What is not data is a trailer, which means nothing here.
            let Ok(mut data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
            let length = data.remaining();
            limits.arrived(length)?;
            if whole.is_empty() {
                // Most bodies are one frame, and its memory can be taken over.
                whole = data.copy_to_bytes(length).into();
                if self.body.is_end_stream() {
                    break;
                }
                let expected = self.body.size_hint().lower().min(limits.left() as u64) as usize;
                whole.reserve(expected);
            } else {
                while data.has_remaining() {
                    let chunk = data.chunk();
                    let length = chunk.len();
                    whole.extend_from_slice(chunk);
                    data.advance(length);
                }
            }
        }
        self.read = true;
        Ok(whole)
    }
}

/// How long a body may take.
struct Deadline {
    reminded: bool,
    time: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// hyper reads the body when the service does, so that even one that is there is pending once. Where a sweep polls again,
    /// the timer is made only then.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.reminded) {
            return Poll::Pending;
        }
        self.timer.get_or_insert_with(|| Box::pin(sleep(self.time))).as_mut().poll(cx)
    }
}

/// The body of a response: nothing, JSON, or events as they come. Dropping it cancels the work behind it.
pub struct ResponseBody {
    content: Content,
    /// What is held for the request is held until the body has been sent.
    request: Arc<dyn Holder>,
    counted: usize,
    /// Until it is looked again whether there is memory.
    pause: Option<Pin<Box<Sleep>>>,
}

impl std::fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ResponseBody").field(&self.content).finish()
    }
}

#[derive(Debug)]
enum Content {
    Whole(Bytes),
    Stream(EventStream),
    End,
}

impl ResponseBody {
    /// Bodies of at least `counted` bytes are counted until they have been sent.
    pub(super) fn new(body: crate::Body, request: Arc<dyn Holder>, counted: usize) -> Self {
        let content = match body {
            crate::Body::Empty => Content::End,
            crate::Body::Text(text) => Content::Whole(text.into()),
            crate::Body::Stream(events) => Content::Stream(events),
        };
        let mut body = Self { content, request, counted, pause: None };
        if let Content::Whole(bytes) = &mut body.content {
            *bytes = held(std::mem::take(bytes), &body.request, counted);
        }
        body
    }
}

/// How often it is looked whether a caller that holds too much has taken some of it.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl ResponseBody {
    /// A stream does not go on while its caller holds too much: what its handlers send waits for it.
    fn waits_for_memory(&mut self, cx: &mut Context<'_>) -> bool {
        loop {
            let mut has_to_read = false;
            change_held(&*self.request, |held| has_to_read = held.account().has_to_read());
            if !has_to_read {
                self.pause = None;
                return false;
            }
            if self.pause.get_or_insert_with(|| Box::pin(sleep(LOOK_AGAIN))).as_mut().poll(cx).is_pending() {
                return true;
            }
            self.pause = None;
        }
    }
}

/// The same bytes, counted until they have been sent.
fn held(bytes: Bytes, request: &Arc<dyn Holder>, counted: usize) -> Bytes {
    match bytes.len() {
        length if length >= counted => Bytes::from_owner(HeldBytes::new(bytes, Arc::clone(request))),
        _ => bytes,
    }
}

/// Changes what is held for a request, if anything is.
fn change_held(request: &dyn Holder, change: impl FnOnce(&mut Held)) {
    if let Some(held) = &mut *request.held().lock().unwrap_or_else(PoisonError::into_inner) {
        change(held);
    }
}

/// Bytes that hyper keeps until it has sent them.
struct HeldBytes {
    bytes: Bytes,
    request: Arc<dyn Holder>,
    account: Option<Arc<Account>>,
}

impl HeldBytes {
    fn new(bytes: Bytes, request: Arc<dyn Holder>) -> Self {
        let mut account = None;
        change_held(&*request, |held| {
            held.hold_anyway(bytes.len());
            held.account().sends(bytes.len());
            account = Some(Arc::clone(held.account()));
        });
        Self { bytes, request, account }
    }
}

impl AsRef<[u8]> for HeldBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        let Some(account) = &self.account else { return };
        account.has_sent(self.bytes.len());
        change_held(&*self.request, |held| held.release(self.bytes.len()));
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = &mut *self;
        if matches!(body.content, Content::Stream(_)) && body.waits_for_memory(cx) {
            return Poll::Pending;
        }
        let data = match &mut body.content {
            Content::End => return Poll::Ready(None),
            Content::Stream(events) => match ready!(events.poll_chunk(cx)) {
                Some(chunk) => {
                    let chunk = held(chunk.into(), &body.request, body.counted);
                    return Poll::Ready(Some(Ok(Frame::data(chunk))));
                }
                None => Bytes::new(),
            },
            Content::Whole(bytes) => std::mem::take(bytes),
        };
        body.content = Content::End;
        Poll::Ready((!data.is_empty()).then(|| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.content, Content::End)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(_) => SizeHint::default(),
            Content::End => SizeHint::with_exact(0),
        }
    }
}
