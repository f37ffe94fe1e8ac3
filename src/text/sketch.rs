//! A set of which nearly nothing that is asked for is a member, so that "no" has to be quick.

/// Hashes as bits, one each. It may say yes to a hash that was not inserted; a no is certain.
#[derive(Debug)]
pub struct Sketch {
    bits: Box<[u64]>,
}

impl Sketch {
    /// An empty sketch of `64 << size` bits. With a bit set for one in fifty of them, one stranger in fifty gets a yes.
    pub fn new(size: u32) -> Self {
        Self { bits: vec![0; 1 << size].into_boxed_slice() }
    }

    /// Enters a hash; its lower bits count.
    pub fn insert(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.bits[word] |= bit;
    }

    /// Whether a hash may have been inserted.
    pub fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.bits[word] & bit != 0
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let words = self.bits.len() as u64;
        ((hash / 64 % words) as usize, 1 << (hash % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::Sketch;

    #[test]
    fn what_was_inserted_is_found_and_few_others_are() {
        let mut sketch = Sketch::new(4);
        let spread = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        (0..20).for_each(|number| sketch.insert(spread(number)));
        assert!((0..20).all(|number| sketch.may_have(spread(number))));
        assert!((20..1020).filter(|number| sketch.may_have(spread(*number))).count() < 50);
    }
}
