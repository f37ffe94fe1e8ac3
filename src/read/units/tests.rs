//! Lines against the simplest reading there is: split at `\n`.

use super::*;
use crate::read::find_dumps;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::Write as _;

/// Hands out a few bytes at a time, and an error at the end if asked to.
struct Trickle {
    data: Vec<u8>,
    at: usize,
    step: usize,
    error: bool,
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.step.min(buffer.len()).min(self.data.len() - self.at);
        if count == 0 && self.error {
            return Err(io::Error::other("broken"));
        }
        buffer[..count].copy_from_slice(&self.data[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn json(reader: Box<dyn Read + Send>) -> Content {
    Content { form: Form::Json, name: JSON.to_owned(), reader, restart: None }
}

fn limits(max_line_bytes: usize) -> Limits {
    Limits { max_line_bytes, zstd_window_log_max: 27 }
}

/// Every line as (number, offset, length, kind, bytes), and the end.
type Read_ = (u64, u64, u64, UnitKind, Vec<u8>);
fn read(data: &[u8], step: usize, max_line_bytes: usize, error: bool) -> (Vec<Read_>, DumpEnd) {
    let trickle = Trickle { data: data.to_vec(), at: 0, step, error };
    let mut reader = DumpReader::new(0, json(Box::new(trickle)), Compression::None, limits(max_line_bytes));
    let mut lines = Vec::new();
    let mut granted = 0;
    loop {
        let batch = reader
            .next_batch(&mut |bytes| {
                granted += bytes;
                true
            })
            .expect("a dump ends with a batch that says so");
        assert!(granted <= BATCH_BYTES + 4 * CHUNK_BYTES + max_line_bytes, "{granted}");
        granted = 0;
        for (number, line) in (batch.first_line..).zip(&batch.lines) {
            lines.push((number, line.byte_offset, line.byte_length, line.kind, batch.bytes(line).to_vec()));
        }
        if let Some(end) = batch.end {
            assert!(reader.next_batch(&mut |_| true).is_none());
            return (lines, end);
        }
    }
}

#[test]
fn line_ends_of_all_kinds() {
    let (lines, end) = read(b"\xEF\xBB\xBFone\r\n\ntwo\n \nlast", 3, 1000, false);
    let texts: Vec<_> = lines.iter().map(|line| (line.0, line.1, &*line.4)).collect();
    let expected: Vec<(u64, u64, &[u8])> =
        vec![(1, 3, b"one"), (2, 8, b""), (3, 9, b"two"), (4, 13, b" "), (5, 15, b"last")];
    assert_eq!(texts, expected);
    assert_eq!((end.bytes, end.damage), (19, None));
}

#[test]
fn an_empty_dump_has_no_lines() {
    let (lines, end) = read(b"", 1, 1000, false);
    assert!(lines.is_empty());
    assert_eq!(end.bytes, 0);
}

#[test]
fn a_damaged_dump_gives_what_it_has_and_marks_the_cut() {
    let (lines, end) = read(b"one\ntwo\nthr", 2, 1000, true);
    assert_eq!(lines.last().map(|line| (line.3, &*line.4)), Some((UnitKind::CutOff, &b"thr"[..])));
    assert_eq!(end.damage.as_deref(), Some("failed to read on: broken"));
    let (lines, _) = read(b"one\ntwo\n", 2, 1000, true);
    assert!(lines.iter().all(|line| line.3 == UnitKind::Whole));
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_hole_of_nuls_is_damage_and_joins_no_two_records() {
    let nuls = |number| "\0".repeat(number);
    let joined = format!("{{\"a\":1}}\n{{\"a\":\"one{}two\"}}\n{{\"a\":2}}\n", nuls(4096));
    let begun = format!("{}two\"}}\n{{\"a\":2}}\n", nuls(100));
    let padded = format!("{}{{\"a\":\"x{}\"}}{}\n{{\"a\":2}}{}", nuls(4096), nuls(63), nuls(512), nuls(512));
    let (whole, cut_off) = (UnitKind::Whole, UnitKind::CutOff);
    for (dump, kinds, damage) in [
        (&joined, &[whole, cut_off, whole][..], Some("4096 NUL bytes from byte 17 on, in line 2, stand")),
        (&joined.repeat(3), &[whole, cut_off, whole].repeat(3), Some("in line 2 and in 2 others, stand")),
        (&begun, &[cut_off, whole], Some("100 NUL bytes from byte 0 on, in line 1, stand")),
        (&padded, &[whole, whole], None),
    ] {
        for step in [1, 1000, 100_000] {
            let (lines, end) = read(dump.as_bytes(), step, 100_000, false);
            assert_eq!(lines.iter().map(|line| line.3).collect::<Vec<_>>(), kinds);
            assert_eq!(end.damage.is_some(), damage.is_some(), "{:?}", end.damage);
            assert!(end.damage.is_none_or(|said| said.contains(damage.unwrap_or_default())));
        }
    }
}

#[test]
fn a_line_that_is_too_long_is_passed_over_and_the_next_is_read() {
    for length in [1001, 5000, CHUNK_BYTES - 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 7, 3 * BATCH_BYTES] {
        for tail in ["\nnext\n", ""] {
            let data = format!("first\n{}{tail}", "x".repeat(length));
            let (lines, end) = read(data.as_bytes(), 70_001, 1000, false);
            assert_eq!(
                (lines[1].1, lines[1].2, lines[1].3),
                (6, length as u64, UnitKind::TooLong),
                "{length}"
            );
            assert!(lines[1].4.len() <= TOO_LONG_HEAD_BYTES);
            assert_eq!(end.bytes, data.len() as u64);
            if !tail.is_empty() {
                assert_eq!((lines[2].0, lines[2].1, &*lines[2].4), (3, 7 + length as u64, &b"next"[..]));
            }
        }
    }
}

#[test]
fn a_long_line_within_the_limit_is_whole() {
    let data = format!("a\n{}\nb\n", "y".repeat(5 * BATCH_BYTES + 3));
    let (lines, _) = read(data.as_bytes(), usize::MAX, 64 << 20, false);
    assert_eq!(lines.iter().map(|line| line.4.len()).collect::<Vec<_>>(), [1, 5 * BATCH_BYTES + 3, 1]);
}

fn gzip(part: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(part).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn bzip2(part: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(part).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn xz(part: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(part).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn zstd(part: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::bulk::Compressor::new(3).expect("there is memory");
    encoder.include_checksum(true).and_then(|()| encoder.compress(part)).expect("memory takes it")
}

#[test]
fn every_compression_is_undone_behind_its_first_member() {
    let text: Vec<u8> = (0..2000).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
    let (one, two) = text.split_at(5000);
    let skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3].as_slice();
    for (kind, packed) in [
        (Compression::None, text.clone()),
        (Compression::Gzip, [gzip(one), gzip(two)].concat()),
        (Compression::Bzip2, [bzip2(one), bzip2(two)].concat()),
        (Compression::Xz, [xz(one), xz(two)].concat()),
        (Compression::Zstd, [skippable, &zstd(one), skippable, &zstd(two)].concat()),
    ] {
        let whole = unpack(packed.clone());
        assert_eq!(whole.0, kind);
        assert_eq!(whole.1.expect("it is whole"), text, "{kind:?}");
        if kind != Compression::None {
            // Cut within the second member: the first is all there, and the cut is no end.
            let (_, cut) = unpack(packed[..packed.len() - 9].to_vec());
            assert!(cut.is_err(), "{kind:?}");
            // Garbage after good data: all of the data is there, and the garbage is reported.
            let (read, error) = unpack_as_far_as_it_goes([&packed[..], b"garbage and more of it!"].concat());
            assert!(read == text && error.is_some(), "{kind:?}: {} of {} bytes", read.len(), text.len());
        }
    }
    // The format's own padding is no garbage.
    assert_eq!(unpack([&xz(one)[..], &[0; 8], &xz(two), &[0; 4]].concat()).1.expect("it is whole"), text);
}

#[test]
fn a_damaged_member_costs_itself() {
    let member = |number: usize| -> Vec<String> {
        // Digits that do not repeat, so that the damage is in data of every kind of compression.
        (0..400_u64).map(|line| format!("{{\"{number}\": {}}}", xxh3_128(&line.to_le_bytes()))).collect()
    };
    let folder = tempfile::tempdir().expect("there is room");
    let hints = ReadHints { layout: &|_| None, column: &|_| true, known: &|_| false, head: &|_| false };
    for (name, pack) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("bz2", bzip2), ("xz", xz), ("zst", zstd)] {
        for (broken, is_cut) in [(0, false), (2, false), (4, false), (2, true)] {
            let members = (0..5).map(|number| {
                let mut packed = pack((member(number).join("\n") + "\n").as_bytes());
                let middle = packed.len() / 2;
                if number == broken && is_cut {
                    packed.truncate(middle);
                } else if number == broken {
                    packed[middle..middle + 40].fill(0xFF);
                }
                packed
            });
            let path = folder.path().join(format!("dump.jsonl.{name}"));
            std::fs::File::create_new(&path)
                .and_then(|mut file| file.write_all(&members.collect::<Vec<_>>().concat()))
                .expect("there is room");
            let dump = find_dumps(std::slice::from_ref(&path), &|_| false).expect("it is there").remove(0);
            let mut reader = DumpReader::open(0, &dump, limits(1000), &hints, BytesRead::default());
            let (mut lines, mut numbers, mut cut_off, mut end) = (Vec::new(), Vec::new(), 0, None);
            while let Some(batch) = reader.next_batch(&mut |_| true) {
                for (number, line) in (batch.first_line..).zip(&batch.lines) {
                    cut_off += usize::from(line.kind == UnitKind::CutOff);
                    if line.kind == UnitKind::Whole {
                        lines.push(String::from_utf8_lossy(batch.bytes(line)).into_owned());
                        numbers.push(number);
                    }
                }
                end = batch.end;
            }
            let DumpEnd { damage, unsure, .. } = end.expect("it ends");
            let expected: Vec<String> = (0..5).filter(|number| *number != broken).flat_map(member).collect();
            let sound: BTreeSet<&String> = expected.iter().collect();
            let found: Vec<&String> = lines.iter().filter(|line| sound.contains(line)).collect();
            assert!(found.into_iter().eq(&expected), "{name}, {broken} {is_cut}: {}", lines.len());
            assert!(lines.len() <= 2000 && cut_off <= 1, "{name}, {broken}: {cut_off}");
            let damage = damage.expect("it is told");
            assert_eq!(damage.starts_with("failed to read on"), broken == 4, "{name}: {damage}");
            // What damage may have changed is told, and what follows it is not among that.
            let is_unsure = |number: &u64| unsure.iter().any(|part| (part[0]..=part[1]).contains(number));
            let of_others = lines.iter().zip(&numbers).filter(|(line, _)| !sound.contains(line));
            assert!(of_others.clone().all(|(_, number)| is_unsure(number)), "{name}: {unsure:?}");
            let after = numbers.iter().rev().take(400 * (4 - broken));
            assert_eq!(after.filter(|number| is_unsure(number)).count(), 0, "{name}: {unsure:?}");
            let is_told = damage.contains("may have been changed");
            assert!(is_told || is_cut || unsure.is_empty(), "{name}: {damage}");
            std::fs::remove_file(path).expect("it is there");
        }
    }
}

#[test]
fn a_small_record_before_a_damaged_member_is_kept_and_a_bomb_of_members_ends() {
    let folder = tempfile::tempdir().expect("there is room");
    let hints = ReadHints { layout: &|_| None, column: &|_| true, known: &|_| false, head: &|_| false };
    let read = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::File::create_new(&path).and_then(|mut file| file.write_all(bytes)).expect("there is room");
        let dump = find_dumps(std::slice::from_ref(&path), &|_| false).expect("it is there").remove(0);
        let mut reader = DumpReader::open(0, &dump, limits(1 << 20), &hints, BytesRead::default());
        let (mut lines, mut end) = (Vec::new(), None);
        while let Some(batch) = reader.next_batch(&mut |_| true) {
            let whole = batch.lines.iter().filter(|line| line.kind == UnitKind::Whole);
            lines.extend(whole.map(|line| String::from_utf8_lossy(batch.bytes(line)).into_owned()));
            end = batch.end;
        }
        (lines, end.expect("it ends"))
    };
    for (name, pack) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("bz2", bzip2), ("xz", xz), ("zst", zstd)] {
        let mut broken = pack(b"{\"n\": 2}\n");
        let middle = broken.len() / 2;
        broken[middle..].fill(0xFF);
        let packed = [pack(b"{\"n\": 1}\n"), broken, pack(b"{\"n\": 3}\n")].concat();
        let (lines, _) = read(&format!("small.jsonl.{name}"), &packed);
        assert_eq!([&lines[0], &lines[lines.len() - 1]], ["{\"n\": 1}", "{\"n\": 3}"], "{name}");
    }
    // A member every 20 bytes, each a block of 65,535 bytes that are stored as they are: the square of the file.
    let member = [&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 0, 0xFF, 0xFF, 0, 0][..], b"     "].concat();
    let packed = [gzip(b"{\"n\": 1}\n"), member.repeat(20_000)].concat();
    let (_, end) = read("bomb.jsonl.gz", &packed);
    assert!(end.bytes < (64 << 20) + 100 * packed.len() as u64 + (4 << 20), "{}", end.bytes);
}

/// What is read of a dump of three members, of which the second one is damaged: units with their kinds, and how the dump ended.
fn read_damaged(name: &str, [one, two, three]: [&[u8]; 3]) -> (Vec<(UnitKind, String)>, DumpEnd) {
    let mut broken = gzip(two);
    let middle = broken.len() / 2;
    broken[middle..].fill(0xFF);
    let path = tempfile::tempdir().expect("there is room");
    let path = path.path().join(name);
    let packed = [gzip(one), broken, gzip(three)].concat();
    std::fs::File::create_new(&path).and_then(|mut file| file.write_all(&packed)).expect("there is room");
    let dump = find_dumps(std::slice::from_ref(&path), &|_| false).expect("it is there").remove(0);
    let hints = ReadHints { layout: &|_| None, column: &|_| true, known: &|_| false, head: &|_| false };
    let mut reader = DumpReader::open(0, &dump, limits(1 << 20), &hints, BytesRead::default());
    let (mut units, mut end) = (Vec::new(), None);
    while let Some(batch) = reader.next_batch(&mut |_| true) {
        let filled = batch.lines.iter().filter(|line| !batch.bytes(line).trim_ascii().is_empty());
        units.extend(filled.map(|line| (line.kind, String::from_utf8_lossy(batch.bytes(line)).into_owned())));
        end = batch.end;
    }
    (units, end.expect("it ends"))
}

/// A dump's name, what comes before its records, what makes one of them, and its encoding.
type DamagedForm<'a> = (&'a str, &'a str, &'a dyn Fn(u64) -> String, &'a dyn Fn(&str) -> Vec<u8>);

#[test]
fn after_a_damaged_member_records_are_read_where_no_part_of_one_is_taken_for_one() {
    let digits = |number: u64| format!("{:x}", xxh3_128(&number.to_le_bytes()));
    let line = |number: u64| {
        format!(
            "{{\"n\": {number}, \"images\": [{{\"url\": \"{}\"}}, {{\"url\": \"b\"}}]}}\n",
            digits(number)
        )
    };
    let indented = |number: u64| {
        format!(
            "{{\n  \"n\": {number},\n  \"images\": [\n    {{\n      \"url\": \"{}\"\n    }},\n    {{\"url\": \"b\"}}\n  ]\n}}\n",
            digits(number)
        )
    };
    let item =
        |number: u64| indented(number).trim_end().replace('\n', "\n  ").replacen('{', "  {", 1) + ",\n";
    let row = |number: u64| format!("{number},\"{}\nx,y\n\"\n", digits(number));
    let plain = |number: u64| format!("{number},{}\n", digits(number));
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let utf8 = |text: &str| text.as_bytes().to_vec();
    let forms: [DamagedForm<'_>; 6] = [
        ("a.jsonl.gz", "", &line, &utf8),
        ("a.json.gz", "", &indented, &utf8),
        ("a.json.gz", "[\n", &item, &utf8),
        ("a.csv.gz", "n,text\n", &row, &utf8),
        ("a.tsv.gz", "n\ttext\n", &|number| plain(number).replace(',', "\t"), &utf8),
        ("a.jsonl.gz", "\u{FEFF}", &line, &utf16),
    ];
    for (name, head, record, encode) in forms {
        let text: String = std::iter::once(head.to_owned()).chain((0..90).map(record)).collect();
        let text = encode(&text);
        let whole = read_damaged(name, [&text, b"", b""]).0;
        let sound: Vec<&String> = whole.iter().map(|(_, unit)| unit).collect();
        // The third member begins anywhere in a record.
        for shift in 0..40 {
            let (one, rest) = text.split_at(text.len() / 3);
            let (two, three) = rest.split_at(rest.len() / 2 + shift);
            let (units, end) = read_damaged(name, [one, two, three]);
            let told = format!("{name} {head:?} {shift}: {end:?}");
            assert!(end.damage.is_some_and(|damage| damage.contains(" from byte ")), "{told}");
            for (kind, unit) in &units {
                assert!(*kind == UnitKind::CutOff || sound.contains(&unit), "{told}: {kind:?} {unit}");
            }
            // All but the first one, which may be a part.
            let read = units.iter().filter(|(kind, _)| *kind == UnitKind::Whole).map(|(_, unit)| unit);
            let last: Vec<&String> = read.rev().take(28).collect();
            assert!(
                last.iter().eq(&sound.iter().rev().take(28).copied().collect::<Vec<_>>()),
                "{told}: {units:?}"
            );
        }
    }
    // Several on a line, and lists in a response: what is left is told.
    for record in [
        line(1).replace('\n', ""),
        format!("{{\"articles\": [\n{}\n]}}", item(1).repeat(20).trim_end().trim_end_matches(',')),
    ] {
        let text = record.repeat(90);
        let (one, rest) = text.as_bytes().split_at(text.len() / 3);
        let (two, three) = rest.split_at(rest.len() / 2);
        let damage = read_damaged("a.json.gz", [one, two, three]).1.damage.expect("it is damaged");
        assert!(
            damage.starts_with("failed to read on") && damage.contains(" on is not read; lines 1 to "),
            "{damage}"
        );
    }
}

#[test]
fn records_that_claim_to_be_long_are_read_in_linear_time_and_memory() {
    let record =
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 6000000\r\n\r\nlie\r\n\r\n".repeat(100_000);
    let content = Content {
        form: Form::Warc,
        name: "warc".to_owned(),
        reader: Box::new(io::Cursor::new(record.clone())),
        restart: None,
    };
    let mut reader = DumpReader::new(0, content, Compression::None, limits(64 << 20));
    let (mut count, mut bytes) = (0, 0);
    while let Some(batch) = reader.next_batch(&mut |_| true) {
        assert!(batch.data.capacity() <= 2 * BATCH_BYTES && reader.data.capacity() <= 10_000_000);
        count += batch.lines.len();
        bytes += batch.data.len();
    }
    assert_eq!((count, bytes), (100_000, record.len()));
}

fn unpack_as_far_as_it_goes(packed: Vec<u8>) -> (Vec<u8>, Option<io::Error>) {
    let inner = Box::new(io::Cursor::new(packed));
    let mut reader = decompress(inner, 27, BytesRead::default()).expect("memory can be read").reader;
    let mut unpacked = Vec::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return (unpacked, None),
            Ok(count) => unpacked.extend_from_slice(&chunk[..count]),
            Err(error) => return (unpacked, Some(error)),
        }
    }
}

fn unpack(packed: Vec<u8>) -> (Compression, io::Result<Vec<u8>>) {
    let mut unpacked =
        decompress(Box::new(io::Cursor::new(packed)), 27, BytesRead::default()).expect("it opens");
    let mut text = Vec::new();
    let result = unpacked.reader.read_to_end(&mut text).map(|_| text);
    (unpacked.packing.compression, result)
}

proptest! {
    #[test]
    fn lines_are_what_splitting_gives(
        pieces in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("abc"), Just("de"), Just(" ")], 0..400),
        step in 1_usize..50,
    ) {
        let data = pieces.concat();
        let (lines, end) = read(data.as_bytes(), step, 1000, false);
        let mut expected: Vec<&str> = data.split('\n').collect();
        if expected.last() == Some(&"") {
            expected.pop();
        }
        let expected: Vec<&str> = expected.iter().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let found: Vec<String> = lines.iter().map(|line| String::from_utf8_lossy(&line.4).into_owned()).collect();
        prop_assert_eq!(found, expected);
        for line in &lines {
            let at = usize::try_from(line.1).unwrap();
            prop_assert_eq!(&data.as_bytes()[at..at + line.4.len()], &line.4[..]);
        }
        prop_assert_eq!(end.bytes, data.len() as u64);
    }
}

#[test]
fn batches_end_at_the_same_lines_however_the_bytes_come() {
    let line = |number: usize| {
        let length = if number.is_multiple_of(97) { 700_000 } else { number * 7919 % 9000 };
        format!("{}\n", "x".repeat(length)).into_bytes()
    };
    let data: Vec<u8> = (0..4000).flat_map(line).collect();
    let cuts = |step: usize| -> Vec<(u64, u64, u128)> {
        let trickle = Trickle { data: data.clone(), at: 0, step, error: false };
        let mut reader = DumpReader::new(0, json(Box::new(trickle)), Compression::None, limits(500_000));
        let batches = std::iter::from_fn(|| reader.next_batch(&mut |_| true));
        batches.map(|batch| (batch.first_line, batch.end_offset, batch.hash())).collect()
    };
    let expected = cuts(usize::MAX);
    assert!(expected.len() > 10);
    assert_eq!(expected.last().map(|cut| cut.1), Some(data.len() as u64));
    for step in [1000, 4096, 99_991, 128 << 10] {
        assert_eq!(cuts(step), expected, "{step} bytes at a time");
    }
}

#[test]
#[cfg(unix)]
fn a_failing_disk_and_a_lack_of_descriptors_are_no_damage_of_the_dump() {
    struct Failing(i32);
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(self.0))
        }
    }
    // EIO, EMFILE; and ENOENT and EINVAL, which are the dump's.
    for (code, failure) in [(5, Some(5)), (24, Some(24)), (2, None), (22, None)] {
        let reader = Box::new(io::Cursor::new(b"{}\n{").chain(Failing(code)));
        let mut reader = DumpReader::new(0, json(reader), Compression::None, limits(1000));
        let batch = reader.next_batch(&mut |_| true).expect("it ends with a batch");
        let end = batch.end.expect("it is the last");
        let failure = failure.map(ReadFailure::System);
        assert_eq!((end.failure, end.damage.is_some()), (failure, true), "{code}");
    }
}

/// So many bytes of a file, as a dump of its own: what was read of it, and how it ended.
fn read_file(content: &[u8]) -> (Vec<Vec<u8>>, DumpEnd) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(content).expect("there is room");
    let dump = Dump::at("d", Some(file.path().to_owned()), content.len() as u64, "").expect("it is a file");
    let hints = ReadHints { layout: &|_| None, column: &|_| true, known: &|_| false, head: &|_| false };
    let mut reader = DumpReader::open(0, &dump, limits(10_000), &hints, BytesRead::default());
    let mut units = Vec::new();
    loop {
        let batch = reader.next_batch(&mut |_| true).expect("a dump ends with a batch that says so");
        let whole = batch.lines.iter().filter(|line| line.kind != UnitKind::CutOff);
        units.extend(whole.map(|line| batch.bytes(line).to_vec()));
        if let Some(end) = batch.end {
            return (units, end);
        }
    }
}

#[test]
fn a_packed_dump_of_any_form_that_is_cut_anywhere_is_damaged_and_gives_what_it_has() {
    let utf16: Vec<u8> =
        "\u{FEFF}{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [&[u8]; 6] = [
        b"{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n",
        b"url,title\nu1,t1\nu2,t2\nu3,t3\n",
        b"[{\"a\":1},\n{\"a\":2},\n{\"a\":3}]\n",
        b"[[\"url\",\"title\"],[\"u1\",\"t1\"],[\"u2\",\"t2\"]]",
        b"{\"url\":{\"0\":\"u1\",\"1\":\"u2\"},\"title\":{\"0\":\"t1\",\"1\":\"t2\"}}",
        &utf16,
    ];
    for (form, text) in forms.iter().enumerate() {
        let (one, two) = text.split_at(text.len() * 2 / 3);
        for pack in [gzip, bzip2, xz, zstd] {
            let (first, second) = (pack(one), pack(two));
            let packed = [&first[..], &second].concat();
            let (whole, end) = read_file(&packed);
            assert!(end.damage.is_none() && !whole.is_empty(), "{form}: {end:?}");
            // Beyond its first bytes, by which it is known to be packed.
            let is_near = |cut: usize| cut.abs_diff(first.len()) < 16;
            let cuts = (6..packed.len()).filter(|cut| *cut != first.len() && (is_near(*cut) || cut % 7 == 0));
            for cut in cuts {
                let (read, end) = read_file(&packed[..cut]);
                let told = format!("form {form}, {:?}, {cut} of {} bytes", end.compression, packed.len());
                assert!(end.damage.is_some() && end.failure.is_none(), "{told}");
                assert!(read.len() <= whole.len(), "{told}");
            }
        }
    }
}

#[test]
fn what_the_system_answers_to_a_read_fails_the_run_but_that_there_is_no_such_file() {
    let failure = |code| failure_of(&io::Error::from_raw_os_error(code));
    // EPERM, EIO, ENOMEM, EACCES, ENFILE, EMFILE, ENOSPC; and of file systems that check or are far away EBADMSG, EREMOTEIO, ENOTCONN, EUCLEAN.
    for code in [1, 5, 12, 13, 23, 24, 28, 74, 107, 117, 121] {
        assert_eq!(failure(code), Some(ReadFailure::System(code)));
    }
    // ENOENT, ENXIO, ENODEV, ENOTDIR, EISDIR, EINVAL, ELOOP.
    for code in [2, 6, 19, 20, 21, 22].into_iter().chain([Errno::LOOP.raw_os_error()]) {
        assert_eq!(failure(code), None, "{code}");
    }
    assert_eq!(failure_of(&io::Error::from(io::ErrorKind::InvalidData)), None);
}
