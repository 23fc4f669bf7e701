//! Bodies: reading a request's, and a response's as hyper wants it.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Buf, Bytes, Frame, SizeHint};
use pulseengine_mcp_runtime::{Sleep, sleep};

use crate::EventStream;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    TooLong,
    TooSlow,
    /// The client has gone, or the framing is wrong.
    Broken,
}

/// Reads a body of at most `most` bytes.
pub(super) async fn read<B: Body>(body: B, most: usize, time: Duration) -> Result<Vec<u8>, Unread> {
    let mut body = pin!(body);
    let mut patience = Patience { waits: 0, time, timer: None };
    let mut whole = Vec::new();
    loop {
        let frame = poll_fn(|cx| match body.as_mut().poll_frame(cx) {
            Poll::Ready(frame) => Poll::Ready(Ok(frame)),
            Poll::Pending => patience.poll(cx).map(|()| Err(Unread::TooSlow)),
        });
        let Some(frame) = frame.await? else { return Ok(whole) };
        // What is not data is a trailer, which means nothing here.
        let Ok(mut data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        let length = data.remaining();
        if length > most - whole.len() {
            return Err(Unread::TooLong);
        }
        if whole.is_empty() {
            // Most bodies are one frame, and its memory can be taken over.
            whole = data.copy_to_bytes(length).into();
            if body.is_end_stream() {
                return Ok(whole);
            }
            let expected = body.size_hint().lower().min(most as u64) as usize;
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
}

/// How long a body may take.
struct Patience {
    waits: u8,
    time: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// hyper asks for the body when the service does, so that even one that is there has to be waited for once; only who
    /// waits again pays for a timer.
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
