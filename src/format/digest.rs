//! Digests as WARC files have them: `sha1:` and base32, or another algorithm's name and hex digits.

use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};

/// Whether bytes have a digest; `None` where its algorithm or its form is not known.
pub(crate) fn fits(labelled: &str, bytes: &[u8]) -> Option<bool> {
    let (algorithm, digest) = labelled.split_once(':')?;
    let algorithm = algorithm.trim().to_ascii_lowercase().replace('-', "");
    let found = match &*algorithm {
        "sha1" => Sha1::digest(bytes).to_vec(),
        "md5" => Md5::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    };
    Some(from_hex(digest.trim()).or_else(|| from_base32(digest.trim()))? == found)
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    // 32 characters of base32 are a SHA-1, of hex digits an MD5; no SHA-1 in base32 has hex digits alone, but for one in 10^9.
    let value = |digit: char| u8::try_from(digit.to_digit(16)?).ok();
    let values: Vec<u8> = digits.chars().map(value).collect::<Option<_>>()?;
    Some(values.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

/// RFC 4648, with padding or without.
fn from_base32(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u16, 0);
    for digit in digits.trim_end_matches('=').bytes() {
        let value = match digit.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            number @ b'2'..=b'7' => number - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u16::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            let [_, byte] = (bits >> held).to_be_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}
