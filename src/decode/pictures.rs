//! Pictures among a record's values: addresses, objects, and lists of either.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::bounds::MOST_ITEMS;
use super::people;
use super::values::{TEXT_KEYS, text_in, text_under};
use crate::article::Image;
use crate::text::says_nothing;

/// The pictures that a value is, each once.
pub(super) fn images_in(value: &mut Value) -> Option<Vec<Image>> {
    if let Value::String(text) = value
        && let Some(items) = people::list_in(text)
    {
        *value = Value::Array(items);
    }
    let found: Vec<Image> = match value {
        Value::Array(items) => {
            let is_list = items.len() > 1;
            let pictures = items.iter_mut().filter(|item| !(is_list && item.as_str().is_some_and(is_icon)));
            // `[["https://…", "what it shows"], …]`
            let picture = |item: &mut Value| match item {
                Value::Array(pair) => pair.first_mut().and_then(image_in),
                item => image_in(item),
            };
            pictures.filter_map(picture).take(MOST_ITEMS).collect()
        }
        value => image_in(value).into_iter().collect(),
    };
    // Scrapers that list every picture of a page list some of them several times.
    let mut seen = HashSet::new();
    let is_new: Vec<bool> = found.iter().map(|image| seen.insert(image.clone())).collect();
    let images: Vec<Image> =
        found.into_iter().zip(is_new).filter_map(|(image, new)| new.then_some(image)).collect();
    (!images.is_empty()).then_some(images)
}

/// The first address of a picture in an object, whatever its key, or in the objects in it.
fn picture_under(object: &mut Map<String, Value>) -> Option<String> {
    object.values_mut().find_map(|value| match value {
        Value::String(text) if is_picture(text) => Some(std::mem::take(text)),
        Value::Object(inner) => inner
            .values_mut()
            .filter_map(|value| value.as_str())
            .find(|text| is_picture(text))
            .map(str::to_owned),
        _ => None,
    })
}

/// Whether a text is the address of a picture, as its ending tells.
pub(crate) fn is_picture(text: &str) -> bool {
    const PICTURES: [&str; 6] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"];
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
        && PICTURES.iter().any(|ending| path.ends_with(ending))
}

/// Whether an address in a list of pictures is one of the drawings that pages have beside an article.
fn is_icon(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let mut words = file.split(|character: char| !character.is_ascii_alphabetic());
    url.starts_with("data:") || words.any(|word| matches!(word, "svg" | "ico" | "icon" | "icons" | "favicon"))
}

fn image_in(value: &mut Value) -> Option<Image> {
    match value {
        // `self`, `default` and `nsfw` are what one site has for pictures that there are not.
        Value::String(text) if !says_nothing(text) && text.contains(['/', '.']) => {
            Some(Image { url: std::mem::take(text).trim().to_owned(), ..Image::default() })
        }
        Value::Object(object) => {
            let mut text = |keys: &[&str]| {
                keys.iter().find_map(|key| match object.get_mut(*key)? {
                    value @ Value::String(_) => text_in(value),
                    Value::Object(inner) => text_under(inner, TEXT_KEYS),
                    _ => None,
                })
            };
            let mut image = Image {
                url: text(&[
                    "url",
                    "src",
                    "contentUrl",
                    "content_url",
                    "href",
                    "link",
                    "source_url",
                    "image_url",
                    "thumbnail",
                ])
                .unwrap_or_default(),
                caption: text(&["caption", "title", "description", "image_description", "alt", "alt_text"])
                    .unwrap_or_default(),
                credit: text(&["credit", "credits", "author", "copyright"]).unwrap_or_default(),
            };
            if image.url.is_empty() {
                image.url = picture_under(object).unwrap_or_default();
            }
            (image != Image::default()).then_some(image)
        }
        _ => None,
    }
}
