//! Files that copydesk cannot read: they are named, and never read as lines of text.

use super::{encoding, warc};

/// What a file is that begins with these bytes, and what to do with it; `None` where it may be a dump. `head` is as it is
/// on the disk or decompressed, of up to [`super::HEAD_BYTES`].
pub(crate) fn unreadable(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const WITHOUT_TABLES: bool = cfg!(not(feature = "parquet"));
    const UNPACK: &str = "unpack it and give what is in it";
    const JSON_LINES: &str = "write its rows as JSON lines first";
    let starts = |magic: &[u8]| head.starts_with(magic);
    let is_webp = starts(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let known = [
        (starts(b"PK\x03\x04") || starts(b"PK\x05\x06"), "a zip archive", UNPACK),
        (starts(b"7z\xBC\xAF\x27\x1C"), "a 7z archive", UNPACK),
        (starts(b"Rar!\x1A\x07"), "a RAR archive", UNPACK),
        (head.get(257..262) == Some(b"ustar"), "a tar archive", UNPACK),
        (WITHOUT_TABLES && starts(b"PAR1"), "a Parquet file", JSON_LINES),
        (starts(b"PARE"), "an encrypted Parquet file", JSON_LINES),
        (WITHOUT_TABLES && starts(b"ARROW1\0\0"), "an Arrow file", JSON_LINES),
        (starts(b"FEA1"), "a Feather file of version 1", "write it as version 2"),
        (starts(b"ORC"), "an ORC file", JSON_LINES),
        (starts(b"Obj\x01"), "an Avro file", JSON_LINES),
        (
            head.get(5..9) == Some(b"_id\0"),
            "a BSON file",
            "write its documents as JSON lines with `bsondump`",
        ),
        (starts(b"SQLite format 3\0"), "an SQLite database", JSON_LINES),
        (starts(b"\x89HDF\r\n\x1A\n"), "an HDF5 file", JSON_LINES),
        (starts(b"filedesc://"), "an ARC file", "write it as WARC first, as with `warcio recompress`"),
        (starts(b"%PDF-"), "a PDF file", "extract its text first"),
        (
            starts(b"\x89PNG\r\n") || starts(b"\xFF\xD8\xFF") || starts(b"GIF8") || is_webp,
            "a picture",
            "it holds no articles",
        ),
        (starts(b"\x7FELF") || starts(b"MZ\x90\0"), "a program", "it holds no articles"),
        (
            starts(b"-----BEGIN PGP") || starts(b"Salted__") || starts(b"age-encryption.org/"),
            "an encrypted file",
            "decrypt it first",
        ),
        (starts(b"\x04\x22\x4D\x18"), "an lz4 file", "decompress it first"),
        (is_html(head), "an HTML page", "a dump has a JSON object a page, with the page under `html`"),
        (starts(b"<?xml"), "an XML file", "write its records as JSON lines first"),
        (
            is_binary(head),
            "no text and no format that copydesk knows",
            "decrypt or unpack it, or write its records as JSON lines first",
        ),
    ];
    known.into_iter().find(|(is, ..)| *is).map(|(_, what, advice)| (what, advice))
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
        || encoding::of(head).is_some();
    // NULs are what a power cut leaves, and ISO 2022 has escapes.
    let is_control =
        |byte: u8| byte != b'\x1B' && byte != 0 && byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let written = head.iter().filter(|byte| **byte != 0).count();
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    if is_format || written < LEAST_BYTES || controls * ONE_IN < written {
        return false;
    }
    let begins_record = |line: &[u8]| {
        // NULs, separators of records, commas of a list, byte order marks
        let is_before = |byte: &u8| byte.is_ascii_control() || b" ,\xEF\xBB\xBF".contains(byte);
        let start = line.iter().position(|byte| !is_before(byte)).unwrap_or(line.len());
        let line = line.get(start..).unwrap_or_default().trim_ascii_end();
        matches!(line, b"{" | b"[")
            || [&b"{\""[..], b"{ ", b"[{", b"WARC/"].iter().any(|start| line.starts_with(start))
    };
    !head.split(|byte| *byte == b'\n').any(begins_record)
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
            (&ciphertext, Some("no text and no format that copydesk knows")),
            (&[&ciphertext[..], b"\n{\"a\":1}\n"].concat(), None),
            (&[&[0; 900][..], b"url,title\n"].concat(), None),
            (b"{\"a\":1}", None),
            (b"[\n", None),
            (b"WARC/1.0\r\n", None),
            (b"", None),
            (b"url,title\n", None),
        ] {
            assert_eq!(unreadable(head).map(|(what, _)| what), expected, "{head:?}");
        }
    }
}
