//! Bodies: reading a request's, and a response's as hyper wants it.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Buf, Bytes, Frame, SizeHint};
use pulseengine_mcp_runtime::{Sleep, sleep};

use crate::{BodyError, EventStream, ReadBody};

/// Reads the body of a request.
pub(super) struct HyperBodyReader<'b, B> {
    body: Pin<&'b mut B>,
    /// Nothing of it will still arrive.
    read: bool,
}

impl<'b, B: Body> HyperBodyReader<'b, B> {
    pub(super) fn new(body: Pin<&'b mut B>) -> Self {
        let read = body.is_end_stream();
        Self { body, read }
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
    async fn read(
        &mut self,
        _declared: Option<usize>,
        most: usize,
        time: Duration,
    ) -> Result<Vec<u8>, BodyError> {
        let mut deadline = Deadline { waits: 0, time, timer: None };
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
            if length > most - whole.len() {
                return Err(BodyError::TooLong);
            }
            if whole.is_empty() {
                // Most bodies are one frame, and its memory can be taken over.
                whole = data.copy_to_bytes(length).into();
                if self.body.is_end_stream() {
                    break;
                }
                let expected = self.body.size_hint().lower().min(most as u64) as usize;
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
    waits: u8,
    time: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// hyper reads the body when the service does, so that even one that is there is pending once; the timer is made
    /// only at the second time.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.waits = self.waits.saturating_add(1);
        if self.waits == 1 {
            return Poll::Pending;
        }
        self.timer.get_or_insert_with(|| Box::pin(sleep(self.time))).as_mut().poll(cx)
    }
}

/// The body of a response: nothing, JSON, or events as they come. Dropping it cancels the work behind it.
#[derive(Debug)]
pub struct ResponseBody(Content);

#[derive(Debug)]
enum Content {
    Whole(Bytes),
    Stream(EventStream),
    End,
}

impl From<crate::Body> for ResponseBody {
    fn from(body: crate::Body) -> Self {
        Self(match body {
            crate::Body::Empty => Content::End,
            crate::Body::Text(text) => Content::Whole(text.into()),
            crate::Body::Stream(events) => Content::Stream(events),
        })
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = match &mut self.0 {
            Content::End => return Poll::Ready(None),
            Content::Stream(events) => match ready!(events.poll_chunk(cx)) {
                Some(chunk) => return Poll::Ready(Some(Ok(Frame::data(chunk.into())))),
                None => Bytes::new(),
            },
            Content::Whole(bytes) => std::mem::take(bytes),
        };
        self.0 = Content::End;
        Poll::Ready((!data.is_empty()).then(|| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Content::End)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(_) => SizeHint::default(),
            Content::End => SizeHint::with_exact(0),
        }
    }
}
