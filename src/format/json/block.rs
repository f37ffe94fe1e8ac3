//! Indented objects, whose ends show without a look at what is in them.

/// An object as tools write it that indent: `{` alone on its line, then lines that are indented further, then a `}` below it.
pub(super) enum Block {
    /// More bytes are needed to tell.
    Open,
    Ended {
        end: usize,
        next: usize,
        /// Lines within it.
        lines: u64,
    },
}

impl Block {
    /// The block that begins at `start`, where there is one and it is not longer than a unit may be. One that is cut at the end of the
    /// dump is there as far as its lines are.
    pub(super) fn find(
        data: &[u8],
        from: usize,
        start: usize,
        is_end: bool,
        max_bytes: usize,
    ) -> Option<Self> {
        let before = data.get(from..start)?;
        let indent = before.get(before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)..)?;
        let first = data.get(start + 1..)?.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        let Some(first) = first.map(|at| start + 1 + at) else { return (!is_end).then_some(Self::Open) };
        if data.get(first) != Some(&b'\n') || !indent.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return None;
        }
        let (mut at, mut lines) = (first + 1, 1);
        while at - start <= max_bytes {
            if at == data.len() && is_end {
                return Some(Self::Ended { end: at, next: at, lines: lines - 1 });
            }
            let rest = data.get(at..)?;
            let end = memchr::memchr(b'\n', rest);
            if end.is_none() && !is_end {
                return (data.len() - start <= max_bytes).then_some(Self::Open);
            }
            let line = rest.get(..end.unwrap_or(rest.len()))?;
            let next = at + end.map_or(rest.len(), |end| end + 1);
            let inner = line.strip_prefix(indent).unwrap_or_default();
            let is_closing = |inner: &[u8]| inner.iter().all(|byte| b" \t\r,])[;\0".contains(byte));
            match inner.split_first() {
                Some((b'}', after)) if is_closing(after) => {
                    return Some(Self::Ended { end: at + indent.len() + 1, next, lines });
                }
                Some((b' ' | b'\t', _)) => {}
                _ if line.trim_ascii().is_empty() => {}
                _ => return None,
            }
            if end.is_none() {
                return Some(Self::Ended { end: next, next, lines });
            }
            (at, lines) = (next, lines + 1);
        }
        None
    }
}
