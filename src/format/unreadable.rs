//! Files that copydesk cannot read: they are named, and never read as lines of text.

use super::{encoding, warc};

/// What a file is that begins with these bytes, and what to do with it; `None` where it may be a dump. `head` is as it is
/// on the disk or decompressed, of up to [`super::HEAD_BYTES`].
pub(crate) fn unreadable(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const WITHOUT_TABLES: bool = cfg!(not(feature = "parquet"));
    const UNPACK: &str = "unpack it and give what is in it";
    const JSON_LINES: &str = "write its rows as JSON lines first";
    const DECOMPRESS: &str = "decompress it first";
    const NO_ARTICLES: &str = "it holds no articles";
    let starts = |magic: &[u8]| head.starts_with(magic);
    // `ORCID,title` and `PARENT_ID,title` are the headers of tables.
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let starts_binary = |magic: &[u8]| starts(magic) && !head.iter().take(64).all(is_text);
    let has = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let is_zip = starts(b"PK\x03\x04") || starts(b"PK\x05\x06");
    let is_office = memchr::memmem::find(head, b"[Content_Types].xml").is_some();
    let known = [
        (is_zip && is_office, "a workbook or document of an office program", "save it as CSV"),
        (is_zip, "a zip archive", UNPACK),
        (starts(b"7z\xBC\xAF\x27\x1C"), "a 7z archive", UNPACK),
        (starts(b"Rar!\x1A\x07"), "a RAR archive", UNPACK),
        (has(257, b"ustar"), "a tar archive", UNPACK),
        (WITHOUT_TABLES && starts(b"PAR1"), "a Parquet file", JSON_LINES),
        (starts_binary(b"PARE"), "an encrypted Parquet file", JSON_LINES),
        (WITHOUT_TABLES && starts(b"ARROW1\0\0"), "an Arrow file", JSON_LINES),
        (starts_binary(b"FEA1"), "a Feather file of version 1", "write it as version 2"),
        (starts_binary(b"ORC"), "an ORC file", JSON_LINES),
        (starts(b"Obj\x01"), "an Avro file", JSON_LINES),
        (starts(b"SEQ\x06") || starts(b"RCF\x01"), "a file of Hadoop's", JSON_LINES),
        (has(5, b"_id\0"), "a BSON file", "write its documents as JSON lines with `bsondump`"),
        (starts(b"SQLite format 3\0"), "an SQLite database", JSON_LINES),
        (has(8, b"DUCK") && has(13, &[0; 7]), "a DuckDB database", JSON_LINES),
        (is_sql(head), "an SQL script", "load it into a database and write its rows as JSON lines"),
        (starts(b"\x89HDF\r\n\x1A\n"), "an HDF5 file", JSON_LINES),
        (starts(b"\x93NUMPY"), "a file of NumPy's", JSON_LINES),
        (
            starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            "a workbook or document of an office program",
            "save it as CSV",
        ),
        (starts(b"filedesc://"), "an ARC file", "write it as WARC first, as with `warcio recompress`"),
        (starts(b"%PDF-"), "a PDF file", "extract its text first"),
        (is_picture(head), "a picture", NO_ARTICLES),
        (is_recording(head), "a sound or a film", NO_ARTICLES),
        (starts(b"\x7FELF") || starts(b"MZ\x90\0"), "a program", NO_ARTICLES),
        (
            starts(b"-----BEGIN PGP") || starts(b"Salted__") || starts(b"age-encryption.org/"),
            "an encrypted file",
            "decrypt it first",
        ),
        (starts(b"\x04\x22\x4D\x18"), "an lz4 file", DECOMPRESS),
        (starts(b"\xFF\x06\0\0sNaPpY"), "a file that is compressed with snappy", DECOMPRESS),
        (starts(b"LZIP\x01"), "an lzip file", DECOMPRESS),
        (starts(b"\x1F\x9D"), "a file that `compress` wrote", DECOMPRESS),
        (is_html(head), "an HTML page", "a dump has a JSON object a page, with the page under `html`"),
        (is_xml(head), "an XML file", "write its records as JSON lines first"),
        (
            is_binary(head),
            "no text and no format that copydesk knows",
            "decrypt or unpack it, or write its records as JSON lines first",
        ),
    ];
    known.into_iter().find(|(is, ..)| *is).map(|(_, what, advice)| (what, advice))
}

/// What decompressed bytes are that could be read if they were not compressed; `None` for all else.
pub(crate) fn packed_table(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const DECOMPRESS: &str = "its columns are compressed already, so decompress it first";
    let known = [(&b"PAR1"[..], "a compressed Parquet file"), (b"ARROW1\0\0", "a compressed Arrow file")];
    known.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| (what, DECOMPRESS))
}

fn is_picture(head: &[u8]) -> bool {
    let magics: [&[u8]; 6] =
        [b"\x89PNG\r\n", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\x01\0\x01\0"];
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    is_webp || magics.iter().any(|magic| head.starts_with(magic))
}

fn is_recording(head: &[u8]) -> bool {
    let magics: [&[u8]; 4] = [b"ID3\x03", b"ID3\x04", b"OggS\0", b"\x1A\x45\xDF\xA3"];
    let is_riff = head.starts_with(b"RIFF") && matches!(head.get(8..12), Some(b"WAVE" | b"AVI "));
    is_riff || head.get(4..8) == Some(b"ftyp") || magics.iter().any(|magic| head.starts_with(magic))
}

/// Whether a text is what databases dump themselves as.
fn is_sql(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 9] = [
        b"-- MySQL dump",
        b"-- MariaDB dump",
        b"-- PostgreSQL database",
        b"--\n-- PostgreSQL database",
        b"/*M!",
        b"PRAGMA foreign_keys",
        b"BEGIN TRANSACTION;",
        b"CREATE TABLE ",
        b"INSERT INTO ",
    ];
    let head = head.trim_ascii_start();
    STARTS.iter().any(|start| head.starts_with(start))
}

/// Whether these bytes are of no text, of no format that is read, and nothing among them looks like the beginning of a record: a
/// dump that begins with junk has sound records after it.
fn is_binary(head: &[u8]) -> bool {
    /// Fewer bytes tell nothing.
    const LEAST_BYTES: usize = 64;
    /// Of texts so few bytes are control characters, also of damaged ones.
    const ONE_IN: usize = 50;
    let is_format = [&b"PAR1"[..], b"ARROW1\0\0"].iter().any(|magic| head.starts_with(magic))
        || warc::begins(head)
        || encoding::wide(head).is_some();
    let is_hive = is_hive(head);
    // NULs are what a power cut leaves, and ISO 2022 has escapes.
    let is_separator = |byte: u8| is_hive && byte == 1;
    let is_control = |byte: u8| {
        !matches!(byte, b'\x1B' | 0)
            && byte.is_ascii_control()
            && !byte.is_ascii_whitespace()
            && !is_separator(byte)
    };
    let written = head.iter().filter(|byte| **byte != 0).count();
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    if is_format || written < LEAST_BYTES || controls * ONE_IN < written {
        return false;
    }
    !has_records(head)
}

/// Whether there are as many U+0001 in each line, as Hive writes between the columns.
pub(super) fn is_hive(head: &[u8]) -> bool {
    let lines = head.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let mut columns = lines.map(|line| memchr::memchr_iter(1, line).count());
    let first = columns.next().unwrap_or_default();
    first > 0 && columns.next() == Some(first) && columns.all(|others| others == first)
}

/// Whether a line begins as a record does.
fn has_records(head: &[u8]) -> bool {
    let begins_record = |line: &[u8]| {
        // NULs, separators of records, commas of a list, byte order marks
        let is_before = |byte: &u8| byte.is_ascii_control() || b" ,\xEF\xBB\xBF".contains(byte);
        let start = line.iter().position(|byte| !is_before(byte)).unwrap_or(line.len());
        let line = line.get(start..).unwrap_or_default().trim_ascii_end();
        matches!(line, b"{" | b"[")
            || [&b"{\""[..], b"{ ", b"[{", b"WARC/"].iter().any(|start| line.starts_with(start))
    };
    head.split(|byte| *byte == b'\n').any(begins_record)
}

/// Whether a text begins with an element, and has no records in lines, as a file of search results in XML with a script has.
fn is_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins = head.strip_prefix(b"<").and_then(|rest| rest.first());
    head.starts_with(b"<?xml")
        || (begins.is_some_and(u8::is_ascii_alphabetic) && !has_records(head) && !has_object(head))
}

/// Whether the first line has an object in it.
fn has_object(head: &[u8]) -> bool {
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    memchr::memmem::find(first, b"{\"").is_some()
}

fn is_html(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins = |name: &[u8]| head.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    begins(b"<!doctype html") || begins(b"<html") || begins(b"<!--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_dump_is_named() {
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        let ciphertext: Vec<u8> =
            (0..4096_u32).map(|at| at.wrapping_mul(at * 7 + 13).to_le_bytes()[1]).collect();
        for (head, expected) in [
            (&b"PK\x03\x04\x14\0"[..], Some("a zip archive")),
            (&tar, Some("a tar archive")),
            (b"PARE\x15\x04", Some("an encrypted Parquet file")),
            (b"\n<!DOCTYPE html><html>", Some("an HTML page")),
            (b"<?xml version=\"1.0\"?><rss>", Some("an XML file")),
            (b"<rss version=\"2.0\"><channel>", Some("an XML file")),
            (b"<pre>{\"a\":1}</pre>\n", None),
            (b"<14>May 3 host: {\"a\":1}\n", None),
            (
                b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml",
                Some("a workbook or document of an office program"),
            ),
            (b"-- MySQL dump 10.13\nCREATE TABLE `posts`", Some("an SQL script")),
            (b"ORC\n\x11\x08\0", Some("an ORC file")),
            (b"ORCID,title,text\n", None),
            (b"PARENT_ID,TITLE\n", None),
            (b"{\"url\":\"DUCK pond\"}\n", None),
            (b"\0\0\0\x18ftypmp42", Some("a sound or a film")),
            (b"\x1B\xD3\xA8\x00\x00\x00\x00\x00DUCK@\0\0\0\0\0\0\0", Some("a DuckDB database")),
            (&ciphertext, Some("no text and no format that copydesk knows")),
            (&[&ciphertext[..], b"\n{\"a\":1}\n"].concat(), None),
            (&[&[0; 900][..], b"url,title\n"].concat(), None),
            (b"{\"a\":1}", None),
            (b"[\n", None),
            (b"WARC/1.0\r\n", None),
            (b"", None),
            (b"url,title\n", None),
            (&b"7\x01Pier\x01Ann\n".repeat(9), None),
            (
                &[&b"7\x01Pier\x01Ann\n".repeat(9)[..], b"\x01\n"].concat(),
                Some("no text and no format that copydesk knows"),
            ),
        ] {
            assert_eq!(unreadable(head).map(|(what, _)| what), expected, "{head:?}");
        }
    }
}
