//! Which nights are too old to count, where clocks may be wrong.
//!
//! A clock that is a year ahead for one night must not make a year of nights forgotten, and a night under a clock that begins
//! with 1970 must not be forgotten the night after. So no single reading decides:
//!
//! - **What time it is now** is the earlier of two readings: tonight's, and that of the night before.
//! - **How old a night is** follows from its own reading where its neighbours bear it out: it lies between the night before
//!   and the night after, and the night after is not a whole `expire-days` later. Else it counts as young as the
//!   night after it says, if that is younger.
//!
//! The price is a night that is remembered for one night longer than `expire-days`, and for longer still next to a wrong
//! reading or a gap of `expire-days` between two nights. What is not certain is kept.

/// Days since 1970 of a moment in RFC 3339.
pub(super) fn days(moment: &str) -> Option<i64> {
    moment.parse::<jiff::Timestamp>().ok().map(|moment| moment.as_second().div_euclid(86_400))
}

/// For each night, in order, whether it has expired, by the days on which it and tonight began.
pub(super) fn expired(nights: &[i64], tonight: i64, most_days: i64) -> Vec<bool> {
    let Some(last) = nights.last() else { return Vec::new() };
    let now = tonight.min(*last);
    let began = |place: usize| {
        let own = nights[place];
        let after = nights.get(place + 1).copied().unwrap_or(tonight);
        let before = place.checked_sub(1).map_or(own, |before| nights[before]);
        let borne_out = before <= own && own <= after && after - own <= most_days;
        if borne_out { own } else { own.max(after) }
    };
    (0..nights.len()).map(|place| now - began(place) > most_days).collect()
}

/// What is odd about tonight's reading, if anything is.
pub(super) fn oddity(nights: &[i64], tonight: i64, most_days: Option<i64>) -> Option<String> {
    let last = *nights.last()?;
    let ahead = tonight - last;
    if ahead < -1 {
        return Some(format!(
            "the clock says that tonight is {} days before the night before; no night is forgotten for it",
            -ahead
        ));
    }
    let most = most_days.filter(|most| ahead > *most)?;
    Some(format!(
        "the clock says that tonight is {ahead} days after the night before, and expire-days is {most}; no night is \
         forgotten until another night says so, too"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(nights: &[i64], tonight: i64) -> Vec<i64> {
        let expired = expired(nights, tonight, 365);
        nights.iter().zip(expired).filter(|(_, expired)| !expired).map(|(night, _)| *night).collect()
    }

    #[test]
    fn nights_expire_when_two_readings_say_so() {
        let daily: Vec<i64> = (1000..1366).collect();
        assert_eq!(left(&daily, 1366), daily, "365 days are not too many");
        let daily: Vec<i64> = (1000..=1366).collect();
        assert_eq!(left(&daily, 1367).first(), Some(&1001));
        assert_eq!(left(&[1000, 1100, 1200, 1366], 1367), [1100, 1200, 1366]);
    }

    #[test]
    fn one_wrong_clock_makes_nothing_forgotten() {
        assert_eq!(left(&[1000], 1366), [1000], "ahead tonight");
        assert_eq!(left(&[1000, 1366], 1001), [1000, 1366], "ahead last night");
        assert_eq!(left(&[1000, 1001, 1367], 1367 + 1), [1001, 1367], "two nights agree that 1000 is old");
        assert_eq!(left(&[1000, 0], 1001), [1000, 0], "1970 last night");
        assert_eq!(left(&[1000, 0, 1002, 1003], 1004), [1000, 0, 1002, 1003], "1970 once");
        assert_eq!(left(&[0, 1000, 1001], 1002), [0, 1000, 1001], "1970 in the first night");
        assert_eq!(left(&[1000, 1001, 1002], 0), [1000, 1001, 1002], "1970 tonight");
        assert_eq!(left(&[1000, 1001, 9000, 1003], 1004), [1000, 1001, 9000, 1003]);
    }

    #[test]
    fn an_odd_clock_is_named() {
        assert_eq!(oddity(&[1000], 1001, Some(365)), None);
        assert_eq!(oddity(&[], 0, Some(365)), None);
        assert!(oddity(&[1000], 1366, Some(365)).is_some_and(|text| text.contains("366 days after")));
        assert!(oddity(&[1000], 0, None).is_some_and(|text| text.contains("1000 days before")));
    }
}
