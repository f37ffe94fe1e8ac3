//! The article's pictures: address, caption, credit.

use serde_json::Value;
use url::Url;

use crate::article::{Found, Image};
use crate::html::{Name, NodeId, Page, Tag};
use crate::text::Slice;

use super::head::{PageHead, one_line};
use super::linked::{Linked, text};
use super::zones::{Element, Zones};
use crate::stage::page::ClassHints;

/// Meta tags with the picture under which a page is shared.
#[rustfmt::skip]
const SHARED: [&str; 8] = [
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "image",
];
/// Galleries of more pictures are cut.
const MAX_IMAGES: usize = 100;

/// The picture that the page shares, and those of the article's figures.
pub(super) fn images(
    head: &PageHead<'_>,
    linked: &Linked<'_>,
    zones: &Zones<'_>,
    address: &str,
) -> Option<(Vec<Image>, Found)> {
    let mut images: Vec<(String, Image)> = Vec::new();
    let mut first = None;
    let base = Url::parse(address).ok();
    let mut add = |mut image: Image, found: Found| {
        if image.url.is_empty() || images.len() >= MAX_IMAGES {
            return;
        }
        if !image.url.contains("://")
            && let Some(whole) = base.as_ref().and_then(|base| base.join(&image.url).ok())
        {
            image.url = whole.into();
        }
        let stem = stem(&image.url);
        if let Some((_, known)) = images.iter_mut().find(|(known, _)| *known == stem) {
            for (value, new) in [(&mut known.caption, image.caption), (&mut known.credit, image.credit)] {
                if value.is_empty() {
                    *value = new;
                }
            }
        } else {
            first.get_or_insert(found);
            images.push((stem, image));
        }
    };
    let mut is_shared = true;
    if let Some(url) = head.meta_of(&SHARED) {
        add(Image { url: url.to_owned(), ..Image::default() }, Found::Meta);
    } else if let Some(value) = linked.value("image").filter(|_| linked.has_article()) {
        // A list of plain addresses is one picture in several shapes.
        let items = match value {
            Value::Array(items) if items.iter().all(Value::is_string) => items.get(..1).unwrap_or_default(),
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items.iter().take(MAX_IMAGES) {
            add(linked_image(linked, item), Found::JsonLd);
        }
    } else if let Some(url) = &head.picture {
        add(Image { url: url.to_string(), ..Image::default() }, Found::Meta);
    } else {
        is_shared = false;
    }
    let heading = zones.lines.get(zones.heading_line).map(|line| line.first);
    for picture in &zones.pictures {
        let is_below = heading.is_some_and(|heading| picture.node > heading);
        let image = if let Some(figure) = figure_of(zones.page, picture.node) {
            let image = figure_image(zones.page, picture.node, figure);
            // Logos and icons stand above the headline, or are drawings.
            Some(image).filter(|image| is_below || !image.caption.is_empty())
        } else if !is_shared && is_below && is_large(zones, *picture) {
            // Where the page shares none, the first below the headline is what it would share.
            address_of(zones.page, picture.node).map(|url| Image { url, ..Image::default() })
        } else {
            None
        };
        if let Some(image) = image.filter(|image| !image.url.contains(".svg")) {
            is_shared = true;
            add(image, Found::Dom);
        }
    }
    first.map(|found| (images.into_iter().map(|(_, image)| image).collect(), found))
}

/// Whether a picture may illustrate an article: not an icon, a button, a counter or somebody's portrait.
fn is_large(zones: &Zones<'_>, picture: Element) -> bool {
    const NARROWEST: u32 = 150;
    let page = zones.page;
    let parts = ClassHints::PEOPLE
        .with(ClassHints::BYLINE)
        .with(ClassHints::BIOGRAPHY)
        .with(ClassHints::SHARE)
        .with(ClassHints::PROMOTION)
        .with(ClassHints::HIDDEN);
    let width = page.raw_attribute(picture.node, Name::Width).and_then(|width| width.trim().parse().ok());
    let url = address_of(page, picture.node).unwrap_or_default().to_ascii_lowercase();
    !zones.hints_at(picture.node).has(parts)
        && width.is_none_or(|width: u32| width >= NARROWEST)
        && !url.contains(".gif")
        && !["logo", "icon", "avatar", "pixel", "spacer"].iter().any(|word| url.contains(word))
}

/// What the addresses of one picture in several sizes have in common: the file's name without its size.
fn stem(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let bare =
        stem.trim_end_matches(|character: char| character.is_ascii_digit() || "x-_".contains(character));
    // A name of digits alone, or no name, as of a script that scales pictures: all of the address counts.
    if bare.len() < 6 { url.to_owned() } else { bare.to_owned() }
}

fn linked_image(linked: &Linked<'_>, item: &Value) -> Image {
    let Some(object) = linked.object(item) else {
        return Image { url: item.as_str().unwrap_or_default().to_owned(), ..Image::default() };
    };
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(object.get(*key))).unwrap_or_default();
    Image {
        url: first(&["url", "contentUrl", "@id"]),
        caption: first(&["caption", "description"]),
        credit: first(&["creditText", "copyrightHolder", "creator", "author"]),
    }
}

/// The picture's figure: the element of that name, or a small box that has a caption and no words beside it.
fn figure_of(page: Page<'_>, picture: NodeId) -> Option<NodeId> {
    const BOXES: usize = 2;
    const MOST_NODES: usize = 40;
    page.ancestors(picture).take(8).find(|outer| page.tag(*outer) == Tag::Figure).or_else(|| {
        page.ancestors(picture)
            .take(BOXES)
            .take_while(|outer| page.descendants(*outer).nth(MOST_NODES).is_none())
            .find(|outer| {
                caption(page, *outer).is_some_and(|text| text == one_line(&page.inner_text(*outer)))
            })
    })
}

/// What a figure's caption says: the element for it, or one of that class, such as `wp-caption-text`.
fn caption(page: Page<'_>, figure: NodeId) -> Option<String> {
    let is_of_class = |node: &NodeId| {
        page.attribute(*node, Name::Class).is_some_and(|class| {
            class
                .split(|character: char| !character.is_ascii_alphanumeric())
                .any(|word| word.eq_ignore_ascii_case("caption"))
        })
    };
    let inner = || page.descendants(figure).filter(|inner| *inner != figure);
    inner()
        .find(|inner| page.tag(*inner) == Tag::Figcaption)
        .or_else(|| inner().find(is_of_class))
        .map(|node| one_line(&page.inner_text(node)))
        .filter(|text| !text.is_empty())
}

/// A picture's address, where it is no stand-in for one that a script loads.
fn address_of(page: Page<'_>, picture: NodeId) -> Option<String> {
    [Name::DataSrc, Name::DataLazySrc, Name::DataOriginal, Name::Src, Name::DataSrcset, Name::Srcset]
        .iter()
        .filter_map(|name| page.attribute(picture, *name))
        .map(|value| {
            value.split_ascii_whitespace().next().unwrap_or_default().trim_end_matches(',').to_owned()
        })
        .find(|value| !value.is_empty() && !value.starts_with("data:") && !value.contains("placeholder"))
}

fn figure_image(page: Page<'_>, picture: NodeId, figure: NodeId) -> Image {
    // Readers without scripts get the picture itself, next to its stand-in.
    let without_scripts = || {
        let next = page.descendants(figure).find(|node| *node > picture && page.tag(*node) == Tag::Img)?;
        let is_for_them = page.ancestors(next).take(3).any(|outer| page.tag(outer) == Tag::Noscript);
        is_for_them.then(|| address_of(page, next)).flatten()
    };
    let url = without_scripts().or_else(|| address_of(page, picture)).unwrap_or_default();
    let (caption, credit) = without_credit(&caption(page, figure).unwrap_or_default());
    Image { url, caption, credit }
}

/// `The bridge. Photo: Ann Lee` → `The bridge.`, `Ann Lee`
fn without_credit(caption: &str) -> (String, String) {
    const MARKS: &[&str] = &[
        "(Photo: ",
        "(Foto: ",
        "Photo: ",
        "Foto: ",
        "Fotos: ",
        "Bild: ",
        "Image: ",
        "Credit: ",
        "Picture: ",
        "Photo by ",
        "Photograph: ",
        "Quelle: ",
        "Source: ",
        "Crédit : ",
        "Photo : ",
        "Imagen: ",
        "Foto di ",
        "Фото: ",
        "© ",
        "©",
        "Getty Images",
    ];
    let found = MARKS.iter().filter_map(|mark| Some((caption.find(mark)?, *mark))).min_by_key(|(at, _)| *at);
    let Some((at, mark)) = found else { return (caption.to_owned(), String::new()) };
    let (before, behind) = (caption.slice(..at), caption.slice(at..));
    let credit = if mark == "Getty Images" { behind } else { behind.strip_prefix(mark).unwrap_or(behind) };
    let credit = credit.trim_matches(|character: char| "()|©– ".contains(character));
    let before = before.trim_end_matches(|character: char| "(|–-/ ".contains(character));
    (before.to_owned(), credit.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{stem, without_credit};

    #[test]
    fn a_picture_in_two_sizes_is_one() {
        assert_eq!(stem("https://paper.example/a/bridge-1024x768.jpg?x=1"), stem("/b/bridge.webp"));
        assert_ne!(stem("https://paper.example/bridge.jpg"), stem("https://paper.example/tower.jpg"));
        assert_ne!(stem("https://paper.example/1.jpg"), stem("https://paper.example/2.jpg"));
        assert_ne!(stem("https://paper.example/image?id=1"), stem("https://paper.example/image?id=2"));
    }

    #[test]
    fn a_credit_leaves_the_caption() {
        for (caption, expected) in [
            ("The bridge. Photo: Ann Lee", ("The bridge.", "Ann Lee")),
            ("Die Brücke (Foto: Ann Lee/dpa)", ("Die Brücke", "Ann Lee/dpa")),
            ("The bridge © Ann Lee", ("The bridge", "Ann Lee")),
            ("The bridge", ("The bridge", "")),
        ] {
            let (text, credit) = without_credit(caption);
            assert_eq!((text.as_str(), credit.as_str()), expected, "{caption}");
        }
    }
}
