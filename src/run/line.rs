//! What becomes of a line, from decoding to the bytes of an output.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::article::{Article, DroppedRecord, ExtraStyle, Fault, KeptRecord, QuarantinedLine, Verdict};
use crate::dedup::Keys;
use crate::write::Output;

/// A line's fate.
pub(super) enum Fate {
    /// There was nothing in it.
    Blank,
    /// It held an article.
    Article(Box<Judged>),
    /// It could not be processed.
    Quarantined(Box<Quarantined>),
}

/// An article, and what the stages decided.
pub(super) struct Judged {
    pub article: Article,
    /// The place of the stage that dropped it, and why.
    pub verdict: Option<(usize, Verdict)>,
    /// What it is compared by, if it was kept.
    pub keys: Keys,
}

/// A line as it was read, and why it could not be processed.
pub(super) struct Quarantined {
    /// The dump's place in the run.
    pub dump: usize,
    pub line: u64,
    pub byte_offset: u64,
    pub byte_length: u64,
    pub raw: Vec<u8>,
    pub fault: Fault,
    /// The place of the stage that failed, if one did.
    pub step: Option<usize>,
}

impl Fate {
    /// Where it is written; `None` for a blank line.
    pub(super) fn output(&self) -> Option<Output> {
        match self {
            Self::Blank => None,
            Self::Article(judged) if judged.verdict.is_none() => Some(Output::Records),
            Self::Article(_) => Some(Output::Dropped),
            Self::Quarantined(_) => Some(Output::Quarantine),
        }
    }

    /// About how many bytes it takes in memory, and more than it takes when written.
    pub(super) fn weight(&self) -> usize {
        // What an article takes beside its texts.
        const ALONE: usize = size_of::<Article>();
        match self {
            Self::Blank => 0,
            Self::Article(judged) => {
                let Article { text, html, extra, .. } = &judged.article;
                ALONE + text.len() + html.len() + extra.len()
            }
            Self::Quarantined(line) => size_of::<Quarantined>() + line.raw.len() + line.fault.detail.len(),
        }
    }
}

impl Judged {
    /// Writes the record as a line of `records/` or `dropped/`.
    pub(super) fn write(&self, extra: ExtraStyle, out: &mut Vec<u8>) {
        let start = out.len();
        let article = &self.article;
        let write = |extra: ExtraStyle, out: &mut Vec<u8>| match &self.verdict {
            None => serde_json::to_writer(out, &KeptRecord { article, extra }),
            Some((_, verdict)) => serde_json::to_writer(out, &DroppedRecord { article, extra, verdict }),
        };
        if write(extra, out).is_err() {
            // `extra` holds what another program wrote. As a text it always fits.
            out.truncate(start);
            write(ExtraStyle::Text, out).expect("a record of texts and numbers is JSON");
        }
        out.push(b'\n');
    }
}

impl Quarantined {
    /// Writes the line as a line of `quarantine/`.
    pub(super) fn write(&self, dump: &str, out: &mut Vec<u8>) {
        let raw = match std::str::from_utf8(&self.raw) {
            Ok(raw) => Some(raw),
            // The head of a line that is too long may end within a character.
            Err(error) if error.error_len().is_none() && (self.raw.len() as u64) < self.byte_length => {
                self.raw.get(..error.valid_up_to()).and_then(|raw| std::str::from_utf8(raw).ok())
            }
            Err(_) => None,
        };
        let line = QuarantinedLine {
            dump,
            line: self.line,
            byte_offset: self.byte_offset,
            byte_length: self.byte_length,
            reason: self.fault.reason,
            detail: &self.fault.detail,
            raw,
            raw_base64: raw.is_none().then(|| BASE64_STANDARD.encode(&self.raw)),
        };
        serde_json::to_writer(&mut *out, &line).expect("a line of texts and numbers is JSON");
        out.push(b'\n');
    }
}
