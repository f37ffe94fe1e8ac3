//! The day that an address has in its path.

use jiff::civil;

use super::WEB_YEARS;
use super::names::month;

/// The day that an address has as `/2021/03/03/`, `/2021-03-03`, `/20210303`.
pub(crate) fn date_in_url(url: &str) -> Option<civil::Date> {
    // An archive's copy has the article's address at the end of its own.
    let (_, rest) = url.rsplit_once("://")?;
    let path = rest.split(['?', '#']).next()?.split_once('/')?.1;
    let groups: Vec<&str> = path
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .take(32)
        .collect();
    let day = |year: &str, month: &str, day: &str| {
        let year: i16 = year.parse().ok().filter(|year| WEB_YEARS.contains(year))?;
        civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let whole = groups.windows(3).find_map(|triple| {
        let [year, month, of] = triple else { return None };
        // Groups that are neighbours in the path, with one mark between.
        let is_close =
            ["/", "-", "_", "."].iter().any(|seam| path.contains(&format!("{year}{seam}{month}{seam}{of}")));
        (year.len() == 4 && month.len() <= 2 && of.len() <= 2 && is_close)
            .then(|| day(year, month, of))
            .flatten()
    });
    // `/2021/mar/04/`
    let named = || {
        let parts: Vec<&str> = path.split('/').take(32).collect();
        parts.windows(3).find_map(|triple| {
            let [year, name, of] = triple else { return None };
            let digits: String = of.chars().take_while(char::is_ascii_digit).collect();
            let month = month(&name.to_ascii_lowercase())?;
            (year.len() == 4 && matches!(digits.len(), 1 | 2))
                .then(|| day(year, &month.to_string(), &digits))
                .flatten()
        })
    };
    whole.or_else(named).or_else(|| {
        groups
            .iter()
            .filter(|group| group.len() == 8)
            .find_map(|group| day(group.get(..4)?, group.get(4..6)?, group.get(6..)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_dates_in_several_forms() {
        for (url, expected) in [
            ("https://paper.example/2021/03/04/bridge", Some("2021-03-04")),
            ("https://paper.example/news/2021-3-4-bridge", Some("2021-03-04")),
            ("https://paper.example/news/2021/mar/4/bridge", Some("2021-03-04")),
            ("https://paper.example/news/2021/March/04-bridge", Some("2021-03-04")),
            ("https://paper.example/news/2021/marching/04/bridge", None),
            ("https://paper.example/news/20210304/bridge", Some("2021-03-04")),
            (
                "https://archive.example/web/20220101000000/http://paper.example/2021/03/04/",
                Some("2021-03-04"),
            ),
            ("https://archive.example/web/20220101/http://paper.example/bridge", None),
            ("https://paper.example/2021/13/04/bridge", None),
            ("https://paper.example/2021/03/bridge-04", None),
            ("https://paper.example/?date=2021-03-04", None),
            ("https://paper.example/id/12345678901", None),
            ("https://2021-03-04.example/bridge", None),
        ] {
            assert_eq!(date_in_url(url).map(|day| day.to_string()).as_deref(), expected, "{url}");
        }
    }
}
