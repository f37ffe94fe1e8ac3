use super::chance::{at_most, ln_gamma, tail};
use super::question::records;
use super::*;
use crate::account::{HostCounts, Sameness};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
    }

    /// About normal, with mean 0 and standard deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// How many of so many are of a kind that has this share: about binomial, by few throws.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a test's counts"
    )]
    fn of(&mut self, all: u64, share: f64) -> u64 {
        let (few, rare) = (share <= 0.5, share.min(1.0 - share));
        let mean = all as f64 * rare;
        let hit = if mean > 12.0 {
            (mean + (mean * (1.0 - rare)).sqrt() * self.normal()).round().clamp(0.0, all as f64) as u64
        } else {
            // Poisson's distribution, by inversion.
            let (mut left, mut term, mut hit) = (self.unit(), (-mean).exp(), 0);
            while left > term && hit < all {
                left -= term;
                hit += 1;
                term *= mean / hit as f64;
            }
            hit
        };
        if few { hit } else { all - hit }
    }
}

const HOSTS: usize = 200;

/// An ordinary night: hosts of 30 to 600 records, weekends with half of them, shares that wander by a few percent.
fn night(day: usize, dice: &mut Dice) -> HostAccount {
    let mut account = HostAccount::default();
    // Weekends bring half; a holiday, every 23 days, two fifths.
    let weekend = match (day % 7 >= 5, day % 23 == 22) {
        (_, true) => 0.4,
        (true, false) => 0.5,
        (false, false) => 1.0,
    };
    for host in 0..HOSTS {
        let usual = 30.0 * f64::from(u32::try_from(1 + host % 20).expect("small"));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's counts")]
        let all = (usual * weekend * (1.0 + 0.12 * dice.normal()).max(0.3)) as u64;
        let mut part = |share: f64| {
            let share = (share * (1.0 + 0.15 * dice.normal())).clamp(0.0, 1.0);
            dice.of(all, share)
        };
        let dropped = part(0.12);
        let few = part(0.05);
        let mut own = Sameness::default();
        // Not of each host: it takes most of the test's time.
        (0..if host % 10 == 7 { all } else { 0 }).for_each(|title| own.add(format!("{day} {title}")));
        let counts = HostCounts {
            kept: all - dropped,
            dropped,
            reasons: BTreeMap::from([("too_few_words".to_owned(), dropped)]),
            without_title: part(0.002),
            without_date: part(if host % 3 == 0 { 0.3 } else { 0.01 }),
            without_author: part(0.25),
            with_lost_characters: part(0.002),
            beyond_ascii: if host % 2 == 0 { all - part(0.02) } else { part(0.5) },
            dated_later: part(0.001),
            dated_long_before: part(if host % 5 == 0 { 0.3 } else { 0.01 }),
            counted: all,
            without_section: if host % 4 == 0 { all / 2 } else { few },
            without_images: few,
            title_of_another: part(if host % 6 == 0 { 0.3 } else { 0.06 }),
            address_of_another: part(0.04),
            description_of_another: part(0.05),
            dated_ahead: part(0.02),
            one_paragraph: part(0.03),
            text_twice: part(0.01),
            title_from_text: part(0.02),
            author_with_digits: part(0.01),
            alike_fields: part(0.005),
            dated_long_ago: part(0.001),
            updates: few,
            same_title: own,
            same_date: own,
            same_address: own,
            same_author: own,
            same_description: own,
            same_image: own,
            same_beginning: own,
            same_end: own,
            characters: all * (3000 + part(0.5)),
            title_characters: all * 60 + part(0.5),
            languages: BTreeMap::from([("en".to_owned(), all)]),
            pages: BTreeMap::from([("paywall_stub".to_owned(), part(0.02))]),
            ..HostCounts::default()
        };
        account.by_host.insert(format!("h{host}.example"), counts);
    }
    account
}

fn nights(days: usize, seed: u64) -> Vec<HostAccount> {
    let mut dice = Dice(seed);
    (0..days).map(|day| night(day, &mut dice)).collect()
}

#[test]
fn two_hundred_ordinary_nights_with_weekends_and_holidays_give_at_most_one_false_alarm() {
    let nights = nights(204, 7);
    let mut alarms = Vec::new();
    for tonight in LEAST_NIGHTS + 1..nights.len() {
        let from = tonight.saturating_sub(30);
        let before: Vec<&HostAccount> = nights[from..tonight].iter().collect();
        alarms.extend(drift(&nights[tonight], &before, 1.0).iter().map(Drift::sentence));
    }
    assert!(alarms.len() <= 1, "{alarms:#?}");
}

#[test]
fn broken_scrapers_are_found_on_their_first_night_and_nobody_else_is() {
    for (days, seed) in [(4, 1), (5, 2), (6, 3), (9, 4), (20, 5), (21, 6), (40, 7)] {
        let mut nights = nights(days, seed);
        let mut tonight = nights.pop().expect("there are some");
        let host = |number: usize| format!("h{number}.example");
        let dates = tonight.by_host.get_mut(&host(14)).expect("it is there");
        dates.without_date = records(dates);
        let wall = tonight.by_host.get_mut(&host(15)).expect("it is there");
        let all = records(wall);
        wall.pages = BTreeMap::from([("consent_wall".to_owned(), all)]);
        wall.characters = all * 250;
        let volume = tonight.by_host.get_mut(&host(16)).expect("it is there");
        (volume.kept, volume.dropped) = (volume.kept / 5, volume.dropped / 5);
        volume.reasons = BTreeMap::from([("too_few_words".to_owned(), volume.dropped)]);
        volume.languages = BTreeMap::from([("en".to_owned(), records(volume))]);
        (volume.without_date, volume.without_author, volume.without_title) = (0, 0, 0);
        volume.characters /= 5;
        volume.title_characters /= 5;
        volume.pages.clear();
        let same = tonight.by_host.get_mut(&host(17)).expect("it is there");
        let with_title = records(same) - same.without_title;
        same.same_title = Sameness::of(&vec!["The Daily Example"; usize::try_from(with_title).expect("few")]);
        tonight.by_host.get_mut(&host(12)).expect("it is there").beyond_ascii = 0;
        let later = tonight.by_host.get_mut(&host(34)).expect("it is there");
        later.dated_later = records(later);
        let shifted = tonight.by_host.get_mut(&host(35)).expect("it is there");
        shifted.title_of_another = records(shifted) * 9 / 10;
        let addresses = tonight.by_host.get_mut(&host(38)).expect("it is there");
        addresses.address_of_another = records(addresses) / 2;
        let dates = tonight.by_host.get_mut(&host(39)).expect("it is there");
        dates.author_with_digits = records(dates);
        let epoch = tonight.by_host.get_mut(&host(54)).expect("it is there");
        epoch.dated_long_ago = records(epoch);
        let section = tonight.by_host.get_mut(&host(55)).expect("it is there");
        let with_section = records(section) - section.without_section;
        section.same_section = Sameness::of(&vec!["News"; usize::try_from(with_section).expect("few")]);
        tonight.by_host.get_mut(&host(33)).expect("it is there").title_characters /= 4;
        let other = tonight.by_host.get_mut(&host(32)).expect("it is there");
        other.languages = BTreeMap::from([("en".to_owned(), 1), ("de".to_owned(), records(other) - 1)]);
        let before: Vec<&HostAccount> = nights.iter().collect();
        let found = drift(&tonight, &before, 1.0);
        let what: BTreeMap<&str, &str> =
            found.iter().map(|drift| (drift.host.as_str(), drift.changes[0].what.as_str())).collect();
        let expected = [
            ("h12.example", "plain_ascii"),
            ("h34.example", "dated_later"),
            ("h35.example", "title_of_another"),
            ("h38.example", "address_of_another"),
            ("h39.example", "author_with_digits"),
            ("h54.example", "dated_long_ago"),
            ("h55.example", "same_section"),
            ("h33.example", "title_characters"),
            ("h32.example", "language"),
            ("h14.example", "without_date"),
            ("h15.example", "page_consent_wall"),
            ("h16.example", "records"),
            ("h17.example", "same_title"),
        ];
        assert_eq!(what, BTreeMap::from(expected), "after {days} nights: {found:#?}");
    }
}

#[test]
fn missing_scrapers_are_named_however_many_there_are_and_after_lost_nights() {
    for (hosts, days) in [(200, 12), (11, 5), (11, 12), (200, 30)] {
        let few = |mut night: HostAccount| {
            night.by_host.retain(|host, _| {
                let number: String = host.chars().filter(char::is_ascii_digit).collect();
                number.parse::<usize>().is_ok_and(|at| at < hosts)
            });
            night
        };
        let mut nights: Vec<HostAccount> = nights(days, 5).into_iter().map(few).collect();
        let whole = nights.pop().expect("there are some");
        for quarters in [2, 3, 4] {
            let mut tonight = whole.clone();
            let gone: Vec<String> =
                (0..hosts).filter(|at| at % 4 < quarters).map(|at| format!("h{at}.example")).collect();
            gone.iter().for_each(|host| drop(tonight.by_host.remove(host)));
            let before: Vec<&HostAccount> = nights.iter().collect();
            let found = DriftAccount { hosts: drift(&tonight, &before, 1.0), ..DriftAccount::default() };
            let mut missing: Vec<&str> = found.missing().map(|drift| drift.host.as_str()).collect();
            missing.sort_unstable();
            let mut gone: Vec<&str> = gone.iter().map(String::as_str).collect();
            gone.sort_unstable();
            assert_eq!((missing, found.changed().count()), (gone, 0), "{quarters}/4 of {hosts}");
            let is_low = found.whole().any(|shift| shift.what == "records");
            // Half of the hosts are about half of the records.
            assert!(is_low || quarters == 2, "{quarters}/4 of {hosts}");
            if days >= 30 {
                // What was lost is no excuse for the next night.
                nights.push(tonight);
            }
        }
    }
}

#[test]
fn what_missing_dumps_explain_is_no_holiday_and_neither_is_a_third_of_the_usual() {
    // Five working days.
    let mut nights = nights(5, 5);
    let usual = nights.pop().expect("there are some");
    let before: Vec<&HostAccount> = nights.iter().collect();
    let of_night = |parts: u64, there: f64| -> Vec<String> {
        let mut tonight = usual.clone();
        for host in tonight.by_host.values_mut() {
            let part = |number: u64| number * parts / 100;
            *host = HostCounts {
                kept: part(records(host)),
                characters: part(host.characters),
                title_characters: part(host.title_characters),
                beyond_ascii: part(host.beyond_ascii),
                languages: BTreeMap::from([("en".to_owned(), part(records(host)))]),
                ..HostCounts::default()
            };
        }
        let found = drift(&tonight, &before, there).into_iter();
        found
            .filter(|drift| drift.host.is_empty())
            .flat_map(|drift| drift.changes)
            .map(|shift| shift.what)
            .collect()
    };
    assert_eq!(of_night(42, 1.0), [""; 0]);
    assert_eq!(of_night(42, 0.4), ["records"]);
    assert_eq!(of_night(42, 0.9), [""; 0], "one of many");
    assert_eq!(of_night(33, 1.0), ["records"]);
}

#[test]
fn at_most_is_poissons_distribution_where_nights_do_not_vary() {
    assert!((at_most(0, 5.0, 1e-9) - (-5.0_f64).exp()).abs() < 1e-6);
    assert!((at_most(1, 2.0, 1.0) - (1.0 / 3.0 + 2.0 / 9.0)).abs() < 1e-9, "a geometric one");
}

#[test]
fn a_host_that_stays_away_is_named_and_a_weekend_is_not() {
    let mut nights = nights(20, 3);
    let mut tonight = nights.pop().expect("there are some");
    tonight.by_host.remove("h19.example");
    let before: Vec<&HostAccount> = nights.iter().collect();
    let found = drift(&tonight, &before, 1.0);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].sentence().starts_with("h19.example: 0 records, usually "), "{}", found[0].sentence());
    // The first weekend ever.
    let mut dice = Dice(9);
    let week: Vec<HostAccount> = (0..6).map(|day| night(day, &mut dice)).collect();
    assert_eq!(drift(&week[5], &week[..5].iter().collect::<Vec<_>>(), 1.0), []);
}

#[test]
fn too_few_nights_or_records_tell_nothing() {
    let nights = nights(3, 1);
    let nothing = HostAccount::default();
    assert_eq!(drift(&nothing, &nights[..1].iter().collect::<Vec<_>>(), 1.0), []);
    assert!(!drift(&nothing, &nights.iter().collect::<Vec<_>>(), 1.0).is_empty());
    let small = |without_date: u64| {
        let counts = HostCounts { kept: 19, without_date, ..HostCounts::default() };
        HostAccount { by_host: BTreeMap::from([("h.example".to_owned(), counts)]), others: None }
    };
    let before = [small(0), small(0), small(0), small(0)];
    assert_eq!(drift(&small(19), &before.iter().collect::<Vec<_>>(), 1.0), []);
}

#[test]
fn two_nights_tell_what_is_missing_and_nothing_else() {
    let nights = nights(3, 1);
    let before: Vec<&HostAccount> = nights[..2].iter().collect();
    let mut tonight = nights[2].clone();
    assert_eq!(drift(&tonight, &before, 1.0), []);
    tonight.by_host.remove("h19.example");
    let dates = tonight.by_host.get_mut("h14.example").expect("it is there");
    dates.without_date = records(dates);
    let found = drift(&tonight, &before, 1.0);
    let named: Vec<&str> = found.iter().map(|drift| drift.host.as_str()).collect();
    assert_eq!(named, ["h19.example"]);
    // It pauses.
    let mut last = nights[1].clone();
    last.by_host.remove("h19.example");
    assert_eq!(drift(&tonight, &[&nights[0], &last], 1.0), []);
}

#[test]
fn the_tail_is_the_binomials_where_records_do_not_resemble_each_other() {
    // 8 or more of 10 at one half: (45 + 10 + 1) / 1024.
    assert!((tail(8, 10, 0.5, 1e-9) - 56.0 / 1024.0).abs() < 1e-6);
    // All values are equally likely where the beta distribution is uniform: mean 1/2, size 2.
    assert!((tail(8, 10, 0.5, 1.0 / 3.0) - 3.0 / 11.0).abs() < 1e-9);
    assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
}

#[test]
fn hosts_too_small_to_be_judged_alone_are_counted() {
    let mut dice = Dice(4);
    // 300 hosts of five records, some of which have none on some nights, and one of 4,000.
    let mut night = |factor: f64, share_of_small: f64, large: u64| {
        let mut account = HostAccount::default();
        for host in 0..300 {
            let kept = dice.of(10, 0.5 * factor);
            if kept > 0 && dice.unit() < share_of_small {
                account
                    .by_host
                    .insert(format!("s{host}.example"), HostCounts { kept, ..HostCounts::default() });
            }
        }
        let counts = HostCounts { kept: large, ..HostCounts::default() };
        account.by_host.insert("large.example".to_owned(), counts);
        account
    };
    let week: Vec<HostAccount> =
        (0..9).map(|day| night(if day % 7 >= 5 { 0.5 } else { 1.0 }, 0.97, 4000)).collect();
    let found = |tonight: &HostAccount| {
        let found = drift(tonight, &week.iter().collect::<Vec<_>>(), 1.0);
        found.iter().map(Drift::sentence).collect::<Vec<_>>()
    };
    assert_eq!(found(&night(1.0, 0.97, 4000)), Vec::<String>::new());
    assert_eq!(found(&night(0.5, 0.97, 4000)), Vec::<String>::new(), "a weekend");
    let half = found(&night(1.0, 0.48, 4000));
    assert!(half.len() == 1 && half[0].contains(" of the small hosts delivered, usually 2"), "{half:?}");
    assert!(found(&night(1.0, 0.0, 4000))[0].contains(": 0 of the small hosts delivered, usually "));
}

/// One host's records on some nights; others bring 100.
fn host_of(counts: &[u64]) -> Vec<HostAccount> {
    let night = |records: &u64| {
        let mut account = HostAccount::default();
        for host in 0..8 {
            let kept = if host == 0 { *records } else { 100 };
            account.by_host.insert(format!("h{host}.example"), HostCounts { kept, ..HostCounts::default() });
        }
        account
    };
    counts.iter().map(night).collect()
}

/// On which nights the host is named.
fn named(counts: &[u64]) -> Vec<usize> {
    let nights = host_of(counts);
    let is_named = |tonight: &usize| {
        let before: Vec<&HostAccount> = nights[tonight.saturating_sub(14)..*tonight].iter().collect();
        drift(&nights[*tonight], &before, 1.0).iter().any(|drift| drift.host == "h0.example")
    };
    (LEAST_NIGHTS..nights.len()).filter(is_named).collect()
}

#[test]
fn a_host_that_stays_away_is_named_each_night_for_a_week() {
    let mut counts = vec![100; 8];
    counts.extend([0; 14]);
    assert_eq!(named(&counts), (8..=15).collect::<Vec<_>>());
    // Three nights of a crawl are hardly a habit.
    assert_eq!(named(&[100, 100, 100, 0, 0, 0, 0, 0, 0, 0]), [3, 4, 5, 6]);
    // It comes again, and is as usual.
    assert_eq!(named(&[100, 100, 100, 100, 0, 0, 0, 100, 100]), [4, 5, 6]);
}

#[test]
fn weekends_do_not_hide_a_host_that_lost_most_of_its_records() {
    let night = |day: usize, of_host: u64| {
        // All bring half on weekends, give or take.
        let of = |host: usize| if day % 7 >= 5 { 50 } else { 100 } + (day * 5 + host * 3) as u64 % 7;
        let counts = |host: usize| if host == 0 { of_host.min(of(host)) } else { of(host) };
        let hosts = (0..8).map(|host| {
            (format!("h{host}.example"), HostCounts { kept: counts(host), ..HostCounts::default() })
        });
        HostAccount { by_host: hosts.collect(), others: None }
    };
    let nights: Vec<HostAccount> = (0..14).map(|day| night(day, 100)).collect();
    let named = |day, of_host| {
        let found = drift(&night(day, of_host), &nights.iter().collect::<Vec<_>>(), 1.0);
        found.into_iter().map(|drift| drift.host).collect::<Vec<_>>()
    };
    assert_eq!(named(14, 33), ["h0.example"]);
    assert_eq!(named(14, 60), [""; 0]);
    assert_eq!(named(19, 100), [""; 0], "a weekend");
    assert_eq!(named(19, 10), ["h0.example"], "less than a weekend explains");
}

#[test]
fn a_host_with_nights_off_is_named_when_it_stays_away_for_longer() {
    let mut every_second: Vec<u64> = [100, 0].repeat(6);
    assert_eq!(named(&every_second), [0; 0]);
    every_second.extend([0, 0]);
    assert_eq!(named(&every_second), [12, 13]);
    let mut weekdays: Vec<u64> = [100, 100, 100, 100, 100, 0, 0].repeat(3);
    let first_weekend = [5, 6];
    assert_eq!(named(&weekdays), first_weekend);
    weekdays.extend([0, 0]);
    assert_eq!(named(&weekdays), [5, 6, 21, 22]);
}

#[test]
fn a_broken_scraper_is_named_each_night_for_a_week() {
    let mut nights = nights(12, 8);
    let mut hosts = BTreeMap::new();
    for tonight in 6..nights.len() {
        let account = &mut nights[tonight];
        let of = |number: usize| format!("h{number}.example");
        let dates = account.by_host.get_mut(&of(14)).expect("it is there");
        dates.without_date = records(dates);
        let short = account.by_host.get_mut(&of(15)).expect("it is there");
        short.characters = records(short) * 250;
        let same = account.by_host.get_mut(&of(17)).expect("it is there");
        let titles = usize::try_from(records(same) - same.without_title).expect("few");
        same.same_title = Sameness::of(&vec!["The Daily Example"; titles]);
        let other = account.by_host.get_mut(&of(18)).expect("it is there");
        other.languages = BTreeMap::from([("de".to_owned(), records(other))]);
        let before: Vec<&HostAccount> = nights[..tonight].iter().collect();
        for found in drift(&nights[tonight], &before, 1.0) {
            hosts.entry(found.host).or_insert_with(Vec::new).push(tonight);
        }
    }
    let week: Vec<usize> = (6..12).collect();
    assert_eq!(
        hosts,
        BTreeMap::from([14, 15, 17, 18].map(|host| (format!("h{host}.example"), week.clone())))
    );
}

#[test]
fn lost_nights_do_not_excuse_the_next_one() {
    let named = |history: &[u64]| {
        let mut nights = host_of(history);
        for night in nights.iter_mut().filter(|night| night.by_host["h0.example"].kept == 0) {
            // Nothing came at all.
            night.by_host.clear();
        }
        let tonight = host_of(&[0]).pop().expect("one");
        !drift(&tonight, &nights.iter().collect::<Vec<_>>(), 1.0).is_empty()
    };
    for quiet in 0..8 {
        for lost in 1..3 {
            let mut history = vec![100; 4];
            history.extend(std::iter::repeat_n(0, lost));
            history.extend(std::iter::repeat_n(100, quiet));
            assert!(named(&history), "{lost} lost nights, and {quiet} after them");
        }
    }
    // Only this host was away, once in five nights.
    assert_eq!(self::named(&[100, 100, 100, 0, 100, 0, 100]), [3, 5]);
}

/// What is said of a night on which one host is changed, after so many ordinary nights.
fn said_of(host: &str, change: impl Fn(&mut HostCounts)) -> Vec<(String, String)> {
    let mut nights = nights(9, 11);
    let mut tonight = nights.pop().expect("there are some");
    change(tonight.by_host.get_mut(host).expect("it is there"));
    let found = drift(&tonight, &nights.iter().collect::<Vec<_>>(), 1.0);
    found.into_iter().map(|drift| (drift.host.clone(), drift.changes[0].what.clone())).collect()
}

#[test]
fn values_that_half_of_a_hosts_records_share_are_told() {
    let host = "h17.example";
    let share = |percent: u64, set: fn(&mut HostCounts, Sameness)| {
        said_of(host, |counts| {
            let all = records(counts);
            let of =
                |number| if number * 100 < all * percent { "one".to_owned() } else { format!("{number}") };
            let values: Vec<String> = (0..all).map(of).collect();
            set(counts, Sameness::of(&values));
        })
    };
    let said = |what: &str| vec![(host.to_owned(), what.to_owned())];
    assert_eq!(share(55, |counts, values| counts.same_title = values), said("same_title"));
    assert_eq!(share(55, |counts, values| counts.same_address = values), said("same_address"));
    assert_eq!(share(90, |counts, values| counts.same_author = values), said("same_author"));
    assert_eq!(share(100, |counts, values| counts.same_beginning = values), said("same_beginning"));
    assert_eq!(share(100, |counts, values| counts.same_end = values), said("same_end"));
    assert_eq!(share(10, |counts, values| counts.same_title = values), []);
}

#[test]
fn fields_that_nearly_all_records_had_are_missed_and_updates_counted() {
    let host = "h17.example";
    let said = |what: &str| vec![(host.to_owned(), what.to_owned())];
    assert_eq!(said_of(host, |counts| counts.without_section = records(counts)), said("without_section"));
    assert_eq!(said_of(host, |counts| counts.without_images = records(counts) / 2), said("without_images"));
    assert_eq!(said_of(host, |counts| counts.without_address = records(counts) / 3), said("without_address"));
    assert_eq!(said_of(host, |counts| counts.updates = records(counts) * 6 / 10), said("updates"));
    assert_eq!(said_of(host, |counts| counts.dated_ahead = records(counts) / 2), said("dated_ahead"));
    assert_eq!(said_of(host, |counts| counts.one_paragraph = records(counts) / 2), said("one_paragraph"));
    assert_eq!(said_of(host, |counts| counts.text_twice = records(counts) / 2), said("text_twice"));
    assert_eq!(said_of(host, |counts| counts.title_from_text = records(counts) / 2), said("title_from_text"));
    assert_eq!(said_of(host, |counts| counts.updates = records(counts) * 4 / 10), []);
    assert_eq!(
        said_of("h16.example", |counts| counts.without_section = records(counts)),
        [],
        "half have none"
    );
    // Accounts of earlier versions say nothing of them.
    let mut nights = nights(9, 11);
    let mut tonight = nights.pop().expect("there are some");
    for host in nights.iter_mut().flat_map(|night| night.by_host.values_mut()) {
        (host.counted, host.without_section, host.without_images) = (0, 0, 0);
    }
    tonight.by_host.values_mut().for_each(|host| host.without_section = records(host));
    assert_eq!(drift(&tonight, &nights.iter().collect::<Vec<_>>(), 1.0), []);
}

/// Hosts of 100 records each, and what is said of tonight.
fn moved(tonight: &[(&str, u64)]) -> Vec<String> {
    let of = |hosts: &[(&str, u64)]| {
        let counts = |kept| HostCounts { kept, ..HostCounts::default() };
        let hosts = hosts.iter().filter(|(_, kept)| *kept > 0);
        HostAccount {
            by_host: hosts.map(|(host, kept)| ((*host).to_owned(), counts(*kept))).collect(),
            others: None,
        }
    };
    let usual = of(&["a", "b", "c", "d", "e", "f"].map(|host| (host, 100)));
    let nights = vec![&usual; 8];
    drift(&of(tonight), &nights, 1.0).iter().map(Drift::sentence).collect()
}

#[test]
fn records_of_other_hosts_are_told() {
    let half = ["b", "c", "d", "e", "f"].map(|host| (host, 50));
    let with = |first: &[(&'static str, u64)]| moved(&[first, &half].concat());
    assert_eq!(
        with(&[("a", 350)]),
        [
            "a: 350 records, usually 100, while other hosts have 250 fewer than usual; it probably has the records of other hosts"
        ]
    );
    assert_eq!(with(&[("a", 100), ("proxy", 250)]).len(), 1);
    assert_eq!(with(&[("a", 50)]), [""; 0], "a weekend");
    assert_eq!(with(&[("a", 50), ("new", 60)]), [""; 0], "a new host on a weekend");
    let others = ["b", "c", "d", "e", "f"].map(|host| (host, 100));
    assert_eq!(moved(&[&[("a", 500)], &others[..]].concat()), [""; 0], "a large day");
    assert_eq!(
        moved(&[&[("m.a", 98), ("new", 120)], &others[..]].concat()),
        ["a: 0 records, usually 100, while m.a has 98 records, usually 0; its records may be there"]
    );
}

#[test]
fn texts_that_are_shorter_each_night_are_held_against_those_before() {
    let mut nights = nights(16, 8);
    let mut share = 1.0;
    let mut named = Vec::new();
    for tonight in 8..nights.len() {
        share *= 0.85;
        let host = nights[tonight].by_host.get_mut("h15.example").expect("it is there");
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a test's counts"
        )]
        let shortened = (host.characters as f64 * share) as u64;
        host.characters = shortened;
        let found = drift(&nights[tonight], &nights[..tonight].iter().collect::<Vec<_>>(), 1.0);
        named.extend(found.into_iter().map(|drift| (drift.host, tonight - 8)));
    }
    let host = || "h15.example".to_owned();
    assert_eq!(named, [4, 5, 6, 7].map(|night| (host(), night)));
}

#[test]
fn texts_of_most_hosts_that_are_a_third_shorter_are_told_together() {
    let mut nights = nights(9, 11);
    let mut tonight = nights.pop().expect("there are some");
    tonight.by_host.values_mut().for_each(|host| host.characters = host.characters * 68 / 100);
    let found = drift(&tonight, &nights.iter().collect::<Vec<_>>(), 1.0);
    let what: Vec<(&str, &str)> =
        found.iter().map(|drift| (drift.host.as_str(), drift.changes[0].what.as_str())).collect();
    assert_eq!(what, [("", "shorter_texts")]);
}

#[test]
fn hosts_and_dumps_of_a_few_records_may_have_none() {
    let missing = |before: &[u64]| {
        let mut counts = before.to_vec();
        counts.push(0);
        named(&counts).contains(&before.len())
    };
    assert!(missing(&[10, 10, 11, 10, 9, 10]), "it never varies");
    assert!(!missing(&[10, 14, 6, 9, 12, 4]));
    let dump =
        |lines: Option<u64>| vec![DumpOfNight { name: "a.jsonl".to_owned(), lines, quarantined: None }];
    let of = MissingDump { dump: "a.jsonl".to_owned(), tonight: 0, usual: 1 };
    let may_have_none = |lines: &[u64]| {
        dumps::may_have_none(&of, &lines.iter().map(|lines| dump(Some(*lines))).collect::<Vec<_>>())
    };
    assert!(may_have_none(&[6, 9, 4, 3]));
    assert!(!may_have_none(&[6, 6, 6, 6]) && !may_have_none(&[60, 90, 40, 30]));
    assert!(!dumps::may_have_none(&of, &[dump(Some(6)), dump(None), dump(Some(3)), dump(Some(4))]));
}

#[test]
fn a_guess_fits_what_changed() {
    let guess = |what: &[&str]| {
        let changes =
            what.iter().map(|what| Shift { what: (*what).to_owned(), ..Shift::default() }).collect();
        Drift { host: "a.example".to_owned(), changes, elsewhere: None }.cause().guess
    };
    assert!(guess(&["with_lost_characters"]).contains("wrong encoding"));
    assert!(guess(&["plain_ascii"]).contains("letters were probably lost"));
    assert!(guess(&["plain_ascii", "dropped_no_text"]).contains("layout"));
    assert!(guess(&["language"]).contains("another edition"));
    assert!(guess(&["same_title"]).contains("the same on all pages"));
    assert!(guess(&["same_title", "dropped_duplicate_text"]).contains("the same again"));
    assert!(guess(&["same_beginning", "characters"]).contains("a wall"));
    assert!(guess(&["dropped_near_duplicate"]).contains("a few words"));
}
