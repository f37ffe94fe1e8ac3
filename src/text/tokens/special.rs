//! Chunks with tokens of their own: contractions, abbreviations, times, emoticons.

use std::sync::LazyLock;

use super::{split, word_hash};

/// Lengths in bytes of the one to three tokens of a special chunk.
pub(super) type Pieces = [u8; 3];

/// The longest special chunk, in bytes: a table that is turned over.
pub(super) const LONGEST: usize = 28;

/// Endings of contractions with what they are put after, lower case. Each stem comes with a capital, too, and each
/// apostrophe curled. Left out are contractions that are words: `well`, `its`, `were`.
const CONTRACTIONS: &[(&str, &str)] = &[
    ("'m 'm|a m m|a", "i"),
    (
        "'d 'd|'ve 'll 'll|'ve",
        "he how i it she that there these they this those we what when where who why you",
    ),
    ("d", "he how i it that there these they this those we what when where who why you"),
    ("d|ve ll|ve", "he how i it she that there these they this those we what when where who why you"),
    ("ll", "how it that there these they this those what when where who why you"),
    ("'d|'y", "how"),
    ("'re", "how there these they those we what when where who why you"),
    ("re", "how there these they those what when where why you"),
    ("'s", "he how it let she that there this what when where who why"),
    ("s", "he how she that there this what when where who why"),
    (
        "'ve ve",
        "could how i might must not should there these they those we what when where who why would you",
    ),
    (
        "n't nt",
        "ai are ca could dare did do does had has have is may might must need ought sha should was were wo would",
    ),
    ("n't|'ve nt|ve", "ca could did do does had may might must need ought sha should wo would"),
    ("not", "can"),
    ("na", "gon"),
    ("ta", "got"),
    ("on", "c'm"),
];

/// Others of several tokens.
const SPLIT: &str = "y'|all y|all \
     °|C|. °|F|. °|K|. °|c|. °|f|. °|k|.";

/// One token each, with a capital or without.
const EITHER_CASE: &str = "doin doin' goin goin' havin havin' lovin lovin' nothin nothin' nuthin nuthin' ol ol' somethin somethin' \
     ma'am o'clock 'cause 'cos 'coz 'cuz";

/// One token each, as they stand.
const WHOLE: &str = "' '' 'S 's 'bout 'd 'em 'll 'nuff 're ‘S ‘s em ll nuff and/or w/o \
     Adm. Ak. Ala. Apr. Ariz. Ark. Aug. Bros. Calif. Co. co. Colo. Conn. Corp. D.C. Dec. Del. Dr. E.G. E.g. e.g. Feb. Fla. \
     Ga. Gen. Gov. I.E. I.e. i.e. Ia. Id. Ill. Inc. Ind. Jan. Jr. Jul. Jun. Kan. Kans. Ky. La. Ltd. Mar. Mass. Md. Messrs. \
     Mich. Minn. Miss. Mo. Mont. Mr. Mrs. Ms. Mt. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla. Ore. Pa. \
     Ph.D. Prof. Rep. Rev. S.C. Sen. Sep. Sept. St. Tenn. Va. Wash. Wis. a.m. p.m. v.s. vs. \
     a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. u. v. w. x. y. z. ä. ö. ü. C++ \\n \\t \\\") <space> — \
     (*_*) (-8 (-: (-; (-_-) (._.) (: (; (= (>_<) (^_^) (o: (¬_¬) (ಠ_ಠ) (╯°□°）╯︵┻━┻ )-: ): -_- -__- ._. 0.0 0.o 0_0 0_o \
     8) 8-) 8-D 8D :'( :') :'-( :'-) :( :(( :((( :() :) :)) :))) :* :-( :-(( :-((( :-) :-)) :-))) :-* :-/ :-0 :-3 :-> :-D \
     :-O :-P :-X :-] :-o :-p :-x :-| :-} :/ :0 :1 :3 :> :D :O :P :X :] :o :o) :p :x :| :} ;) ;-) ;-D ;D ;_; <.< </3 <3 <33 \
     <333 =( =) =/ =3 =D =[ =] =| >.< >.> >:( >:o ><(((*> @_@ O.O O.o O_O O_o V.V V_V XD XDD [-: [: [= ]= ^_^ ^__^ ^___^ \
     o.0 o.O o.o o_0 o_O o_o v.v v_v xD xDD ¯\\(ツ)/¯ ಠ_ಠ ಠ︵ಠ";

struct Special {
    chunk: Box<str>,
    pieces: Pieces,
    /// The tokens that it would have if it were not special, where they are several: a chunk within which
    /// they come to stand side by side gets the special ones instead.
    ordinary: Vec<u32>,
}

const SLOTS: usize = 4096;

struct Table {
    specials: Vec<Special>,
    /// Place in `specials` plus one, below 21 bits of the hash.
    slots: Vec<u32>,
    /// A bit for each special chunk, by other bits of the hash. One in 25 of other chunks has one, too; the slots, a third of
    /// which are taken, would cost a wrong guess of the processor at every third word.
    bits: [u64; 512],
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { specials: Vec::new(), slots: vec![0; SLOTS], bits: [0; 512] };
    for (endings, stems) in CONTRACTIONS {
        for ending in endings.split(' ') {
            for stem in stems.split(' ') {
                table.add_either_case(&format!("{stem}|{ending}"));
            }
        }
    }
    for hour in 1..=12 {
        for half in ["a.m.", "am", "p.m.", "pm"] {
            table.add(&format!("{hour}|{half}"));
        }
    }
    SPLIT.split_whitespace().for_each(|tokens| table.add(tokens));
    EITHER_CASE.split_whitespace().for_each(|token| table.add_either_case(token));
    // An emoticon may have the bar that separates tokens elsewhere.
    WHOLE.split_whitespace().for_each(|token| table.add_tokens(token, &[token]));
    for special in &mut table.specials {
        split::ordinary_tokens(&special.chunk, &mut special.ordinary);
    }
    table
});

impl Table {
    fn add_either_case(&mut self, tokens: &str) {
        self.add(tokens);
        let letter = tokens.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(0);
        let mut capital = tokens.to_owned();
        if let Some(first) = capital.get_mut(letter..=letter) {
            first.make_ascii_uppercase();
        }
        self.add(&capital);
    }

    fn add(&mut self, tokens: &str) {
        self.add_tokens(&tokens.replace('|', ""), &tokens.split('|').collect::<Vec<_>>());
    }

    fn add_tokens(&mut self, chunk: &str, tokens: &[&str]) {
        self.insert(chunk, tokens);
        if chunk.contains('\'') {
            let curled: Vec<String> = tokens.iter().map(|token| token.replace('\'', "’")).collect();
            self.insert(&curled.concat(), &curled.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn insert(&mut self, chunk: &str, tokens: &[&str]) {
        let mut pieces = [0; 3];
        for (piece, token) in pieces.iter_mut().zip(tokens) {
            *piece = u8::try_from(token.len()).expect("special tokens are short");
        }
        let hash = word_hash(chunk.as_bytes());
        let (word, bit) = bit(hash);
        self.bits[word] |= bit;
        let mut place = slot(hash);
        while self.slots.get(place).is_some_and(|taken| *taken > 0) {
            place = (place + 1) % SLOTS;
        }
        self.specials.push(Special { chunk: chunk.into(), pieces, ordinary: Vec::new() });
        if let Some(empty) = self.slots.get_mut(place) {
            let number = u32::try_from(self.specials.len()).expect("there are some 1,300");
            *empty = tag(hash) | number;
        }
    }

    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = bit(hash);
        self.bits[word] & bit != 0
    }

    #[inline]
    fn find(&self, chunk: &[u8], hash: u64) -> Option<&Special> {
        if !self.may_have(hash) {
            return None;
        }
        let mut place = slot(hash);
        loop {
            let taken = *self.slots.get(place)?;
            if taken == 0 {
                return None;
            }
            if taken & TAG == tag(hash) {
                let special = self.specials.get((taken & !TAG) as usize - 1)?;
                if special.chunk.as_bytes() == chunk {
                    return Some(special);
                }
            }
            place = (place + 1) % SLOTS;
        }
    }
}

/// The upper bits of a slot.
const TAG: u32 = !0x7FF;

#[inline]
fn tag(hash: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "some of its bits")]
    let bits = hash as u32;
    bits & TAG
}

#[inline]
fn bit(hash: u64) -> (usize, u64) {
    ((hash >> 55) as usize, 1 << (hash >> 49 & 63))
}

#[inline]
fn slot(hash: u64) -> usize {
    let place = (hash >> 40) as usize;
    place % SLOTS
}

/// Whether a chunk with this hash may be special.
#[inline]
pub(super) fn may_be_special(hash: u64) -> bool {
    TABLE.may_have(hash)
}

/// The tokens of a special chunk.
pub(super) fn special(chunk: &[u8]) -> Option<Pieces> {
    if chunk.len() > LONGEST {
        return None;
    }
    special_with_hash(chunk, word_hash(chunk))
}

/// [`special`] of a chunk whose hash is known.
#[inline]
pub(super) fn special_with_hash(chunk: &[u8], hash: u64) -> Option<Pieces> {
    TABLE.find(chunk, hash).map(|special| special.pieces)
}

/// The tokens that a run of tokens is replaced by: `text` is what they spell, `lengths` are theirs in bytes.
pub(super) fn special_run(text: &str, lengths: &[u32]) -> Option<Pieces> {
    let special = TABLE.find(text.as_bytes(), word_hash(text.as_bytes()))?;
    (special.ordinary == lengths).then_some(special.pieces)
}
