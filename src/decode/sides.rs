//! Records that stand side by side in an object, each under a key of its own: `{"left": {…}, "right": {…}}`,
//! `{"data": {"articles": {"1001": {…}, "1002": {…}}}}`, `{"2024-01-01": {"a": {…}}, "2024-01-02": {…}}`.
//!
//! Databases that have no lists give each record a key, and a pair to be compared is in one object. A record in a wrapper has other objects
//! beside it, too: comments, the article before, its own earlier version. Those are no records of the dump; so all objects beside each other
//! must be records with a body and more, there must be two of them, most with more than half of their keys in common, and they must not all be of one
//! address.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::Decoder;
use super::fields::Slot;
use super::object::Object;
use super::records::is_usual;
use super::tables::Pairs;
use super::values;
use super::wrapper::is_former;
use crate::format::{ANY, EACH};

/// A store of an application on a page has its articles in `props.pageProps.initialState.articles.byId`.
const DEPTH: usize = 6;

/// The keys that lead to the records in units of a dump that begins with these; `None` where it is not so in one of them.
pub(super) fn path(units: &[&RawValue], is_cut: bool, decoder: &Decoder) -> Option<Vec<String>> {
    let last = units.len().checked_sub(1)?;
    let is_cut_at = |place: usize| is_cut && place == last;
    let mut paths = units.iter().enumerate().filter_map(|(place, unit)| {
        let search = Search { decoder, is_cut: is_cut_at(place) };
        let path = search.path(unit.get(), DEPTH)?;
        let object = decoder.object(unit.get()).ok()?;
        // What has its body elsewhere is a record that has other records in it.
        let mut bodies = object.text.iter().chain(&object.html).filter(|big| !big.text.is_empty());
        let is_there = |outer: &[_]| {
            let keys = path.get(..path.len() - 1).unwrap_or_default();
            outer.len() > keys.len() && keys.iter().zip(outer).all(|(key, outer)| key == ANY || key == outer)
        };
        bodies.all(|big| is_there(&big.path.outer)).then_some(path)
    });
    let path = paths.next()?;
    let is_in = |(place, unit): (usize, &&RawValue)| {
        let search = Search { decoder, is_cut: is_cut_at(place) };
        search.follow(unit.get(), &path).unwrap_or(path.len() > 1)
    };
    units.iter().enumerate().all(is_in).then_some(path)
}

struct Search<'a> {
    decoder: &'a Decoder,
    /// The text ends within its last value.
    is_cut: bool,
}

impl Search<'_> {
    /// The keys that lead to an object of two records or more, the deepest first: an object of them is a wrapper of one, too.
    fn path(&self, json: &str, depth: usize) -> Option<Vec<String>> {
        let Pairs(pairs) = serde_json::from_str(json).ok()?;
        let objects = || pairs.iter().filter(|(_, value)| value.get().starts_with('{'));
        // A record has parts with titles of their own, such as chapters.
        let has_head = pairs.iter().any(|(key, value)| self.is_head(key, value));
        let is_open = |key: &str| depth > 0 && (!has_head || is_usual(key));
        let deeper = objects().filter(|(key, _)| is_open(key)).find_map(|(key, value)| {
            let path = self.path(value.get(), depth - 1)?;
            Some((key, path))
        });
        if let Some((key, path)) = deeper {
            let is_alike = |(_, value): &(String, &RawValue)| self.follow(value.get(), &path) == Some(true);
            let are_alike = objects().count() > 1 && objects().all(is_alike);
            let key = if are_alike { ANY.to_owned() } else { key.clone() };
            return Some([vec![key], path].concat());
        }
        (self.records(&pairs)? >= 2).then(|| vec![EACH.to_owned()])
    }

    /// Whether there are records, and nothing else, where a path leads; `None` where it leads nowhere.
    fn follow(&self, json: &str, path: &[String]) -> Option<bool> {
        let Pairs(pairs) = serde_json::from_str(json).ok()?;
        match path {
            [] => None,
            [_] => Some(self.records(&pairs).is_some()),
            [key, rest @ ..] => {
                let on_path = |name: &String| key == ANY || name == key;
                let mut inside = pairs.iter().filter(|(name, _)| on_path(name));
                inside.find_map(|(_, value)| self.follow(value.get(), rest))
            }
        }
    }

    /// Whether a value is an address, a title or a body of the object that it stands in.
    fn is_head(&self, key: &str, value: &RawValue) -> bool {
        const HEADS: [Slot; 4] = [Slot::Url, Slot::Title, Slot::Text, Slot::Html];
        let claims = self.decoder.fields.get(key).map_or(&[][..], |found| &found.meaning.claims);
        !value.get().starts_with(['{', '['])
            && !values::is_nothing(value.get())
            && claims.iter().any(|claim| HEADS.contains(&claim.slot))
    }

    /// How many records an object has, where it has one or more and no object besides, is none itself, and they are not versions of one.
    fn records(&self, pairs: &[(String, &RawValue)]) -> Option<usize> {
        let (mut addresses, mut heads) = (HashSet::new(), HashSet::new());
        let (mut count, mut has_former) = (0, false);
        let (mut first_keys, mut alike) = (HashSet::new(), 0);
        for (place, (key, value)) in pairs.iter().enumerate() {
            let is_list_of_objects =
                value.get().strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'));
            if !value.get().starts_with('{') {
                if is_list_of_objects || self.is_head(key, value) {
                    return None;
                }
                continue;
            }
            let record = self.decoder.object(value.get()).ok().filter(|object| {
                let strength = object.strength();
                strength.has_body && strength.fields > 0
            });
            let Some(record) = record else {
                // What is cut may have lost its body.
                if self.is_cut && place + 1 == pairs.len() {
                    continue;
                }
                return None;
            };
            let of = |slot| first(&record, slot);
            addresses.extend(of(Slot::Url));
            heads.insert(of(Slot::Title).or_else(|| record.bodies().next().map(str::to_owned)));
            has_former |= is_former(key);
            let Pairs(values) = serde_json::from_str(value.get()).ok()?;
            let keys: HashSet<String> = values.into_iter().map(|(key, _)| key).collect();
            if count == 0 {
                first_keys = keys;
            } else {
                let shared = first_keys.intersection(&keys).count();
                alike += usize::from(4 * shared > first_keys.len() + keys.len());
            }
            count += 1;
        }
        let are_versions = match addresses.len() {
            0 => has_former || heads.len() < 2,
            count => count < 2,
        };
        // A writer gives its records the same keys; an article and its author have others.
        (count == 1 || (count > 1 && !are_versions && 2 * alike >= count - 1)).then_some(count)
    }
}

/// The first value of a field that says something.
fn first(object: &Object<'_>, slot: Slot) -> Option<String> {
    let mut values = object.values.iter().filter(|value| value.slot == slot);
    values.find(|value| !values::is_nothing(&value.raw)).map(|value| value.raw.clone().into_owned())
}
