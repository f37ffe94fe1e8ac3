//! The host in a URL, without parsing the rest of it.

/// The host of an absolute URL, without credentials, port and `www.`; empty where there is none.
///
/// For a URL that `canonicalise-url` has been over this is exact; for any other text it is the part
/// between `://` and the next `/`, `?` or `#`, which is good enough to group records by.
pub fn host_of(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return "" };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    host.strip_prefix("www.").unwrap_or(host)
}

/// Whether a link on a page leads to the same site: a relative one does, and one to a host of the same registrable domain,
/// such as `courier.co.uk`, by the public suffix list. Without the page's own address every link does.
pub fn is_same_site(page: &str, link: &str) -> bool {
    let (from, to) = (host_of(page), host_of(link));
    let site = |host: &str| {
        let host = host.to_ascii_lowercase();
        psl::domain_str(&host).map(str::to_owned).unwrap_or(host)
    };
    from.is_empty() || to.is_empty() || from == to || site(from) == site(to)
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_same_site};

    #[test]
    fn sites_have_many_hosts() {
        let page = "https://www.courier.example/a";
        for link in ["/b", "b.html", "http://Sport.Courier.EXAMPLE/b", "#top"] {
            assert!(is_same_site(page, link), "{link}");
        }
        assert!(!is_same_site(page, "https://shop.example/b"));
        assert!(is_same_site("", "https://shop.example/b"));
        // Two papers under one public suffix are two sites.
        assert!(is_same_site("https://news.courier.co.uk/a", "https://courier.co.uk/b"));
        for (page, link) in [("courier.co.uk", "gazette.co.uk"), ("okaz.com.sa", "alweeam.com.sa")] {
            assert!(
                !is_same_site(&format!("https://{page}/a"), &format!("https://{link}/b")),
                "{page} {link}"
            );
        }
        assert!(is_same_site("http://192.168.0.1/a", "http://192.168.0.1/b"));
    }

    #[test]
    fn a_host_stands_between_scheme_and_path() {
        for (url, host) in [
            ("https://www.example.com/a", "example.com"),
            ("http://example.com:8080?x", "example.com"),
            ("https://user:secret@example.com#top", "example.com"),
            ("https://[::1]:80/", "[::1]"),
            ("https://[2001:db8::1]/", "[2001:db8::1]"),
            ("example.com/a", ""),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }
}
