//! The article's pictures: address, caption, credit.

use serde_json::Value;

use crate::article::{Found, Image};
use crate::html::{Name, NodeId, Page, Tag};

use super::head::{Head, one_line};
use super::linked::{Linked, text};
use super::survey::Survey;

/// Galleries of more pictures are cut.
const MAX_IMAGES: usize = 100;

/// Pictures from the article's figures, and where there are none, the one that the page shares.
pub(super) fn images(
    page: Page<'_>,
    head: &Head<'_>,
    linked: &Linked<'_>,
    survey: &Survey,
) -> Option<(Vec<Image>, Found)> {
    let mut images: Vec<Image> = Vec::new();
    let mut first = None;
    let mut add = |image: Image, found: Found| {
        if image.url.is_empty() || images.len() >= MAX_IMAGES {
            return;
        }
        if let Some(known) = images.iter_mut().find(|known| known.url == image.url) {
            for (value, new) in [(&mut known.caption, image.caption), (&mut known.credit, image.credit)] {
                if value.is_empty() {
                    *value = new;
                }
            }
        } else {
            first.get_or_insert(found);
            images.push(image);
        }
    };
    if let Some(value) = linked.value("image").filter(|_| linked.has_article()) {
        // A list of plain addresses is one picture in several shapes.
        let items = match value {
            Value::Array(items) if items.iter().all(Value::is_string) => items.get(..1).unwrap_or_default(),
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items.iter().take(MAX_IMAGES) {
            add(linked_image(linked, item), Found::JsonLd);
        }
    } else if let Some(url) =
        head.meta_of(&["og:image", "og:image:url", "og:image:secure_url", "twitter:image"])
    {
        add(Image { url: url.to_owned(), ..Image::default() }, Found::Meta);
    }
    for picture in &survey.pictures {
        if let Some(figure) =
            page.ancestors(picture.node).take(8).find(|outer| page.tag(*outer) == Tag::Figure)
        {
            add(figure_image(page, picture.node, figure), Found::Dom);
        }
    }
    first.map(|found| (images, found))
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

fn figure_image(page: Page<'_>, picture: NodeId, figure: NodeId) -> Image {
    let url = [Name::DataSrc, Name::DataOriginal, Name::Src, Name::DataSrcset, Name::Srcset]
        .iter()
        .filter_map(|name| page.attribute(picture, *name))
        .map(|value| {
            value.split_ascii_whitespace().next().unwrap_or_default().trim_end_matches(',').to_owned()
        })
        .find(|value| !value.is_empty() && !value.starts_with("data:"))
        .unwrap_or_default();
    let caption = page
        .descendants(figure)
        .find(|inner| page.tag(*inner) == Tag::Figcaption)
        .map(|node| one_line(&page.inner_text(node)))
        .unwrap_or_default();
    let (caption, credit) = without_credit(&caption);
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
    let (before, behind) = (caption.get(..at).unwrap_or_default(), caption.get(at..).unwrap_or_default());
    let credit = if mark == "Getty Images" { behind } else { behind.strip_prefix(mark).unwrap_or(behind) };
    let credit = credit.trim_matches(|character: char| "()|©– ".contains(character));
    let before = before.trim_end_matches(|character: char| "(|–-/ ".contains(character));
    (before.to_owned(), credit.to_owned())
}

#[cfg(test)]
mod tests {
    use super::without_credit;

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
