//! The table of hosts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use maud::{Markup, html};

use super::Night;
use crate::account::{HostCounts, Trend};
use crate::page::{bar, percent, table};
use crate::text::count;

/// Hosts that are on the page: those with most records. All are in `ledger.json`.
const HOSTS: usize = 200;
/// Hosts that are shown without being asked for.
const HOSTS_AT_ONCE: usize = 20;
/// Hosts that lost most are shown apart.
const HOSTS_LOST: usize = 20;

impl Night<'_> {
    /// Hosts that changed, then by records, and those that lost most.
    pub(super) fn hosts(&self) -> Markup {
        static NOTHING: LazyLock<HostCounts> = LazyLock::new(HostCounts::default);
        let hosts = &self.ledger.hosts;
        let changed: BTreeMap<&str, &str> = (self.ledger.drift.iter())
            .flat_map(|drift| &drift.hosts)
            .filter_map(|drift| Some((drift.host.as_str(), drift.changes.first()?.sentence.as_str())))
            .filter(|(host, _)| !host.is_empty())
            .collect();
        let mut rows: Vec<(&str, &HostCounts)> =
            hosts.by_host.iter().map(|(host, counts)| (host.as_str(), counts)).collect();
        rows.extend(
            changed.keys().filter(|host| !hosts.by_host.contains_key(**host)).map(|host| (*host, &*NOTHING)),
        );
        if rows.is_empty() {
            return html! {};
        }
        rows.sort_by_key(|(name, host)| {
            (!changed.contains_key(name), std::cmp::Reverse(host.kept + host.dropped))
        });
        let more = rows.len().saturating_sub(HOSTS);
        let mut lost: Vec<_> = rows.iter().copied().filter(|(_, host)| host.dropped > 0).collect();
        lost.sort_by_key(|(_, host)| std::cmp::Reverse(host.dropped));
        lost.truncate(HOSTS_LOST);
        let first = if changed.is_empty() {
            "Hosts with most records."
        } else {
            "Hosts that changed, then those with most records."
        };
        let shown = rows.len().min(HOSTS);
        let at_once = shown.min(HOSTS_AT_ONCE.max(changed.len()));
        html! {
            (self.host_table(first, &rows[..at_once], &changed))
            @if shown > at_once {
                details {
                    summary { "the next " (shown - at_once) }
                    (self.host_table("Further hosts, by records.", &rows[at_once..shown], &changed))
                }
            }
            @if more > 0 || hosts.others.is_some() {
                p.soft { (count(more as u64)) " more hosts are in " code { "ledger.json" } @if hosts.others.is_some() { ", and those beyond the first 100 000 are counted there together" } "." }
            }
            @if more > 0 && !lost.is_empty() {
                (self.host_table("The hosts that lost most records.", &lost, &changed))
            }
        }
    }

    fn host_table(
        &self,
        caption: &str,
        rows: &[(&str, &HostCounts)],
        changed: &BTreeMap<&str, &str>,
    ) -> Markup {
        let has_trends = self.trend("").is_some();
        let mut columns = vec![("host", ""), ("records", "n"), ("kept", "n")];
        if has_trends {
            columns = vec![
                ("host", ""),
                ("records", "n"),
                ("usually", "n"),
                ("kept", "n"),
                ("usually kept", "n wide"),
            ];
        }
        columns.push((if has_trends { "nights" } else { "picture" }, ""));
        columns.extend([("no title", "n wide"), ("no date", "n wide"), ("no author", "n wide")]);
        let body = html! {
            @for (name, host) in rows {
                @let all = host.kept + host.dropped;
                @let trend = self.trend(name);
                @let change = changed.get(name);
                tr {
                    th scope="row" {
                        @if name.is_empty() { span.soft { "without an address" } } @else { (breakable(name)) }
                        @if let Some(change) = change { small.bad { (change) } }
                        @else if let Some((reason, lost)) = main_reason(host) { small { (reason) " " (percent(lost, all)) } }
                    }
                    td.n { (count(all)) }
                    @if has_trends { td.n.soft { @if let Some(trend) = trend { (count(trend.usual_records())) } } }
                    td.n { span class=[(host.kept == 0).then_some("bad")] { (percent(host.kept, all)) } }
                    @if has_trends {
                        td.n.soft.wide { @if let Some((kept, records)) = trend.map(Trend::kept).filter(|(_, records)| *records > 0) { (percent(kept, records)) } }
                        td.picture { @if let Some(trend) = trend { (Self::spark(trend, [all, host.kept], change.is_some())) } }
                    } @else {
                        td.bar-cell { (bar(host.kept, 0, all, "kept")) }
                    }
                    @for lacking in [host.without_title, host.without_date, host.without_author] { td.n.wide { @if all > 0 { (percent(lacking, all)) } } }
                }
            }
        };
        table(caption, &columns, &body)
    }
}

/// A host's name, which a narrow column breaks before a point.
fn breakable(host: &str) -> Markup {
    html! { @for (at, label) in host.split('.').enumerate() { @if at > 0 { wbr; "." } (label) } }
}

fn main_reason(host: &HostCounts) -> Option<(&str, u64)> {
    // Of equals the first by name.
    host.reasons
        .iter()
        .rev()
        .max_by_key(|(_, count)| **count)
        .map(|(reason, count)| (reason.as_str(), *count))
}
