//! A small server that answers as S3 does, and fails when it is told to.
//!
//! Keys are what stands after the `/` of a path, the bucket included, so that it serves plain files as well.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What goes wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// Of a hundred requests, so many are answered with an error or not at all.
    pub fail_percent: u64,
    /// Of a hundred answers, so many break off.
    pub cut_percent: u64,
    /// So many requests are answered with `503 SlowDown`.
    pub slow_down: u64,
    /// Nothing is allowed where the path has this.
    pub refuses: Option<&'static str>,
    /// Somebody else writes an object of this key just before it is written.
    pub overtakes: Option<String>,
    /// Conditions of requests are not known.
    pub has_no_conditions: bool,
    /// Nor are ranges.
    pub has_no_ranges: bool,
    /// Answers say when an object was written, and have no tag.
    pub has_no_tags: bool,
    /// After so many requests that read it, the object of this key is another.
    pub replaced: Option<(String, u64)>,
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<(String, u64), Vec<u8>>,
    uploads: u64,
    faults: Faults,
    /// Method and path of each request, in order.
    log: Vec<String>,
    drawn: u64,
}

/// A server on a port of its own, until the process ends.
#[derive(Clone)]
pub(crate) struct Server {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { url, inner: Arc::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let server = serving.clone();
                std::thread::spawn(move || drop(server.serve(connection)));
            }
        });
        server
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, key: &str, content: impl Into<Vec<u8>>) {
        self.inner().objects.insert(key.to_owned(), content.into());
    }

    pub(crate) fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.inner().objects.get(key).cloned()
    }

    pub(crate) fn delete(&self, key: &str) {
        self.inner().objects.remove(key);
    }

    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        self.inner().objects.keys().filter(|key| key.starts_with(prefix)).cloned().collect()
    }

    pub(crate) fn fail(&self, faults: Faults) {
        self.inner().faults = faults;
    }

    /// The requests since this was last asked.
    pub(crate) fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().log)
    }

    fn serve(&self, connection: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(connection.try_clone()?);
        let mut connection = connection;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let mut words = line.split_whitespace().map(str::to_owned);
            let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let mut headers = BTreeMap::new();
            loop {
                let mut header = String::new();
                reader.read_line(&mut header)?;
                let Some((name, value)) = header.trim_end().split_once(':') else { break };
                headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            let answer = self.inner().answer(&method, &target, &headers, body);
            let Some(Answer { status, headers, body, is_cut }) = answer else { return Ok(()) };
            let length = headers.iter().find(|(name, _)| *name == "content-length");
            let length = length.map_or(body.len().to_string(), |(_, length)| length.clone());
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n");
            for (name, value) in headers.iter().filter(|(name, _)| *name != "content-length") {
                write!(head, "{name}: {value}\r\n").expect("a String takes any text");
            }
            connection.write_all(format!("{head}\r\n").as_bytes())?;
            let sent = if is_cut { body.len() / 2 } else { body.len() };
            connection.write_all(&body[..sent])?;
            if is_cut {
                return Ok(());
            }
        }
    }
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    is_cut: bool,
}

impl Answer {
    fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), is_cut: false }
    }

    fn error(status: u16, code: &str) -> Self {
        Self::new(status, format!("<Error><Code>{code}</Code></Error>"))
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

fn tag(content: &[u8]) -> String {
    let sum = content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("\"{sum:016x}\"")
}

/// A key as XML has it.
fn escaped(key: &str) -> String {
    let letter = |letter: char| match letter {
        '&' | '<' => format!("&#{};", letter as u32),
        letter if letter.is_control() => format!("&#x{:x};", letter as u32),
        letter => letter.to_string(),
    };
    key.chars().map(letter).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = |rest: &mut dyn Iterator<Item = u8>| {
            let digits: String = rest.take(2).map(char::from).collect();
            u8::from_str_radix(&digits, 16).unwrap_or(b'?')
        };
        bytes.push(if byte == b'%' { digits(&mut rest) } else { byte });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Inner {
    /// Whether something happens that does so many times in a hundred; the same times in every run of a test.
    fn draws(&mut self, percent: u64) -> bool {
        self.drawn =
            self.drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.drawn >> 33) % 100 < percent
    }

    fn answer(
        &mut self,
        method: &str,
        target: &str,
        headers: &BTreeMap<String, String>,
        body: Vec<u8>,
    ) -> Option<Answer> {
        self.log.push(format!("{method} {target}"));
        if self.faults.refuses.is_some_and(|part| target.contains(part)) {
            return Some(Answer::error(403, "AccessDenied"));
        }
        if self.faults.slow_down > 0 {
            self.faults.slow_down -= 1;
            return Some(Answer::error(503, "SlowDown"));
        }
        let percent = self.faults.fail_percent;
        if self.draws(percent) {
            return if self.draws(50) { Some(Answer::error(500, "InternalError")) } else { None };
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let key = decoded(path.trim_start_matches('/'));
        let query: BTreeMap<String, String> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        let mut answer = self.act(method, &key, &query, headers, body);
        let percent = self.faults.cut_percent;
        if method == "HEAD" {
            answer.body.clear();
        }
        answer.is_cut = method == "GET" && answer.body.len() > 1 && self.draws(percent);
        Some(answer)
    }

    fn act(
        &mut self,
        method: &str,
        key: &str,
        query: &BTreeMap<String, String>,
        headers: &BTreeMap<String, String>,
        body: Vec<u8>,
    ) -> Answer {
        let upload = query.get("uploadId").cloned();
        match method {
            "GET" if query.contains_key("list-type") => self.list(key.trim_end_matches('/'), query),
            "GET" | "HEAD" => self.read(method, key, headers),
            "POST" if query.contains_key("delete") => {
                let text = String::from_utf8_lossy(&body).into_owned();
                let mut deleted = String::new();
                for named in text.split("<Key>").skip(1) {
                    let name = named.split('<').next().unwrap_or_default();
                    self.objects.remove(&format!("{}/{name}", key.trim_end_matches('/')));
                    write!(deleted, "<Deleted><Key>{name}</Key></Deleted>").expect("a String takes any text");
                }
                Answer::new(200, format!("<DeleteResult>{deleted}</DeleteResult>"))
            }
            "POST" if query.contains_key("uploads") => {
                self.uploads += 1;
                let id = self.uploads;
                Answer::new(
                    200,
                    format!(
                        "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
                    ),
                )
            }
            "POST" => {
                let id = upload.unwrap_or_default();
                let parts: Vec<(String, u64)> =
                    self.parts.keys().filter(|(upload, _)| *upload == id).cloned().collect();
                let whole: Vec<u8> =
                    parts.iter().flat_map(|part| self.parts.remove(part).unwrap_or_default()).collect();
                let tag = tag(&whole);
                self.objects.insert(key.to_owned(), whole);
                Answer::new(
                    200,
                    format!(
                        "<CompleteMultipartUploadResult><ETag>{tag}</ETag></CompleteMultipartUploadResult>"
                    ),
                )
            }
            "PUT" if upload.is_some() => {
                let number = query.get("partNumber").and_then(|number| number.parse().ok()).unwrap_or(0);
                let tag = tag(&body);
                self.parts.insert((upload.unwrap_or_default(), number), body);
                Answer::new(200, "").with("etag", tag)
            }
            "PUT" => {
                if self.faults.overtakes.as_deref() == Some(key) {
                    self.objects.entry(key.to_owned()).or_default().push(b'\n');
                }
                let there = self.objects.get(key).map(|there| tag(there));
                let is_new = headers.get("if-none-match").is_some_and(|tag| tag == "*");
                let expected = headers.get("if-match");
                let refused =
                    (is_new && there.is_some()) || (expected.is_some() && expected != there.as_ref());
                if refused && !self.faults.has_no_conditions {
                    return Answer::error(412, "PreconditionFailed");
                }
                let tag = tag(&body);
                self.objects.insert(key.to_owned(), body);
                Answer::new(200, "").with("etag", tag)
            }
            "DELETE" => {
                self.objects.remove(key);
                Answer::new(204, "")
            }
            _ => Answer::error(405, "MethodNotAllowed"),
        }
    }

    fn read(&mut self, method: &str, key: &str, headers: &BTreeMap<String, String>) -> Answer {
        if let Some((replaced, after)) = self.faults.replaced.as_mut().filter(|(replaced, _)| replaced == key)
        {
            if *after == 0 {
                let replaced = replaced.clone();
                let mut content = self.objects.remove(&replaced).unwrap_or_default();
                content.reverse();
                self.objects.insert(replaced, content);
                self.faults.replaced = None;
            } else {
                *after -= 1;
            }
        }
        let Some(content) = self.objects.get(key) else { return Answer::error(404, "NoSuchKey") };
        let tag = tag(content);
        if !self.faults.has_no_conditions && headers.get("if-match").is_some_and(|expected| *expected != tag)
        {
            return Answer::error(412, "PreconditionFailed");
        }
        let range = headers.get("range").filter(|_| !self.faults.has_no_ranges).and_then(|range| {
            let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
            let end = end.parse::<usize>().map_or(content.len(), |end| content.len().min(end + 1));
            Some(start.parse::<usize>().ok()?..end)
        });
        let whole = content.len();
        let answer = match range {
            Some(range) if range.start >= range.end => return Answer::error(416, "InvalidRange"),
            Some(range) => Answer::new(206, &content[range.clone()])
                .with("content-range", format!("bytes {}-{}/{whole}", range.start, range.end - 1)),
            None => Answer::new(200, &content[..]),
        };
        let seconds = content.iter().rev().fold(7_u32, |sum, byte| (sum * 31 + u32::from(*byte)) % 59);
        let answer = answer.with("last-modified", format!("Wed, 25 Nov 2026 05:00:{seconds:02} GMT"));
        let answer = if self.faults.has_no_tags { answer } else { answer.with("etag", tag) };
        if method == "HEAD" {
            return Answer { body: Vec::new(), ..answer.with("content-length", whole.to_string()) };
        }
        answer
    }

    /// Three keys a page, so that there are pages.
    fn list(&self, bucket: &str, query: &BTreeMap<String, String>) -> Answer {
        let prefix = query.get("prefix").cloned().unwrap_or_default();
        let after = query.get("continuation-token").cloned().unwrap_or_default();
        let keys = self.objects.iter().filter_map(|(key, content)| {
            let key = key.strip_prefix(bucket)?.strip_prefix('/')?;
            (key.starts_with(&prefix) && key > after.as_str()).then_some((key, content))
        });
        let keys: Vec<_> = keys.take(4).collect();
        let mut page = String::new();
        for (key, content) in keys.iter().take(3) {
            write!(
                page,
                "<Contents><Key>{}</Key><LastModified>2026-11-25T05:00:00.000Z</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
                escaped(key),
                tag(content).replace('"', "&quot;"),
                content.len()
            )
            .expect("a String takes any text");
        }
        let next = keys.get(2).filter(|_| keys.len() > 3);
        let next =
            next.map(|(key, _)| format!("<NextContinuationToken>{}</NextContinuationToken>", escaped(key)));
        let next = next.unwrap_or_default();
        Answer::new(200, format!("<ListBucketResult>{page}{next}</ListBucketResult>"))
    }
}
