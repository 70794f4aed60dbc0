//! In: a run at the points where the user begins to act, and where values that do not exist are first taken for unknown. Out:
//! which edges, requests and writes were there before the user acted. Never runs anything.

use super::Machine;
use crate::analyse::domain::value::Set;

/// How far a run had come.
#[derive(Clone, Debug, Default)]
pub(in crate::analyse) struct Mark {
    edges: usize,
    requests: usize,
    /// What each write of view data wrote.
    writes: Vec<Set>,
}

/// How far it had come when the user began to act, and when values that do not exist were taken for unknown.
#[derive(Clone, Debug, Default)]
pub(in crate::analyse) struct Stages {
    early: Option<Mark>,
    supposing: Option<Mark>,
}

impl Stages {
    /// Whether number `at` of what the run leaves was there before the user acted. What came with values that were taken for
    /// unknown may have been.
    fn is_early(&self, at: usize, count: impl Fn(&Mark) -> usize) -> bool {
        let early = self.early.as_ref().is_none_or(|mark| at < count(mark));
        early || self.supposing.as_ref().is_some_and(|mark| at >= count(mark))
    }
}

impl Machine<'_> {
    fn mark(&self) -> Mark {
        let writes = self.embedder.writes.iter().map(|write| write.written).collect();
        Mark { edges: self.edges.len(), requests: self.embedder.requests.len(), writes }
    }

    /// From now on the user does things.
    pub(in crate::analyse) fn user_acts(&mut self) {
        self.heap.keep_early();
        self.embedder.stages.early = Some(self.mark());
    }

    /// From now on values that do not exist are taken for unknown.
    pub(in crate::analyse) fn supposes(&mut self) {
        self.heap.keep_supposing();
        self.embedder.stages.supposing = Some(self.mark());
    }

    /// Whether an edge was there before the user had done anything.
    pub fn is_early_edge(&self, edge: u32) -> bool {
        self.embedder.stages.is_early(edge as usize, |mark| mark.edges)
    }

    /// Whether a request was made before the user had done anything.
    pub fn is_early_request(&self, request: u32) -> bool {
        self.embedder.stages.is_early(request as usize, |mark| mark.requests)
    }

    /// What a write of view data wrote before the user had done anything.
    pub fn early_write(&mut self, write: u32) -> Set {
        let now = self.embedder.writes[write as usize].written;
        let kept = |mark: &Mark| mark.writes.get(write as usize).copied().unwrap_or(Set::EMPTY);
        let Some(early) = self.embedder.stages.early.as_ref().map(kept) else { return now };
        let Some(before) = self.embedder.stages.supposing.as_ref().map(kept) else { return early };
        self.sets.with_new(early, before, now)
    }
}
