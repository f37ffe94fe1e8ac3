//! Which nights are too old to count, where clocks may be wrong.
//!
//! A clock that is a year ahead for one night must not make a year of nights forgotten, and a night under a clock that begins
//! with 1970 must not be forgotten the night after. So no single reading decides:
//!
//! - **What time it is now** is the earlier of two readings: tonight's, and that of the night before. Where one of the last
//!   [`JUMP_NIGHTS`] was read much longer after the night before it than is usual, it is the reading before that jump: a clock that
//!   is ahead can stay so for a week.
//! - **How old a night is** follows from its own reading where its neighbours bear it out: it lies between the night before
//!   and the night after, and the night after is not a whole `expire-days` later. Else it counts as young as the
//!   night after it says, if that is younger.
//!
//! The price is a night that is remembered for one night longer than `expire-days`, and for longer still next to a wrong
//! reading, a gap of `expire-days` between two nights or a long pause. What is not certain is kept.

/// Days since 1970 of a moment in RFC 3339.
pub(super) fn days(moment: &str) -> Option<i64> {
    moment.parse::<jiff::Timestamp>().ok().map(|moment| moment.as_second().div_euclid(86_400))
}

/// For each night, in order, whether it has expired, by the days on which it and tonight began.
pub(super) fn expired(nights: &[i64], tonight: i64, most_days: i64) -> Vec<bool> {
    let Some(last) = nights.last() else { return Vec::new() };
    let now = tonight.min(*last).min(before_jump(nights, tonight).unwrap_or(tonight));
    let began = |place: usize| {
        let own = nights[place];
        let after = nights.get(place + 1).copied().unwrap_or(tonight);
        let before = place.checked_sub(1).map_or(own, |before| nights[before]);
        let borne_out = before <= own && own <= after && after - own <= most_days;
        if borne_out { own } else { own.max(after) }
    };
    (0..nights.len()).map(|place| now - began(place) > most_days).collect()
}

/// The nights that have to follow a jump of the clock before it is believed.
const JUMP_NIGHTS: usize = 7;

/// The reading before the first jump forward among the last nights, if there was one: more than a week, and more than ten times as
/// far as is usual.
fn before_jump(nights: &[i64], tonight: i64) -> Option<i64> {
    let readings = || nights.iter().copied().chain([tonight]);
    let gaps = || readings().zip(readings().skip(1)).map(|(before, after)| (before, after - before));
    let mut usual: Vec<i64> = gaps().map(|(_, gap)| gap).collect();
    usual.sort_unstable();
    // Of two, the shorter: one of them may be the jump.
    let usual = usual.get((usual.len().saturating_sub(1)) / 2)?;
    let last = gaps().skip(nights.len().saturating_sub(JUMP_NIGHTS));
    last.filter(|(_, gap)| *gap > 7.max(usual * 10)).map(|(before, _)| before).min()
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
        assert_eq!(left(&[1000, 1001, 1367], 1367 + 1), [1000, 1001, 1367], "and for two nights");
        assert_eq!(left(&[1000, 0], 1001), [1000, 0], "1970 last night");
        assert_eq!(left(&[1000, 0, 1002, 1003], 1004), [1000, 0, 1002, 1003], "1970 once");
        assert_eq!(left(&[0, 1000, 1001], 1002), [0, 1000, 1001], "1970 in the first night");
        assert_eq!(left(&[1000, 1001, 1002], 0), [1000, 1001, 1002], "1970 tonight");
        assert_eq!(left(&[1000, 1001, 9000, 1003], 1004), [1000, 1001, 9000, 1003]);
    }

    #[test]
    fn a_clock_that_is_ahead_for_some_nights_makes_nothing_forgotten() {
        let mut nights: Vec<i64> = (1000..1300).collect();
        for ahead in 0..6 {
            assert_eq!(left(&nights, 1700 + ahead), nights, "{ahead} nights ahead before");
            nights.push(1700 + ahead);
        }
        assert_eq!(left(&nights, 1306), nights, "the clock is right again");
        nights.push(1706);
        assert_eq!(left(&nights, 1707).first(), Some(&1299), "eight nights in a row say so");
        let monthly: Vec<i64> = (0..20).map(|month| 1000 + month * 30).collect();
        assert_eq!(left(&monthly, 1600).first(), Some(&1210), "nights a month apart are no jumps");
    }

    #[test]
    fn an_odd_clock_is_named() {
        assert_eq!(oddity(&[1000], 1001, Some(365)), None);
        assert_eq!(oddity(&[], 0, Some(365)), None);
        assert!(oddity(&[1000], 1366, Some(365)).is_some_and(|text| text.contains("366 days after")));
        assert!(oddity(&[1000], 0, None).is_some_and(|text| text.contains("1000 days before")));
    }
}
