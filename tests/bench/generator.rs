//! Synthetic postmortems for benchmarks: seeded, deterministic, clean under the check.
//!
//! Document `number` depends on the seed and on `number` alone, so that corpora of different sizes share their first
//! documents. The body has about 1,100 words: sections, a timeline, five whys, an action table, links to earlier ones.

use std::fmt::Write as _;

use jiff::civil::{DateTime, date};
use jiff::{Timestamp, ToSpan, tz::Offset};

/// Which front matter the documents have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Ours.
    Aftersight,
    /// Hugo's, with the taxonomies at the top.
    Hugo,
}

/// One file.
pub(crate) struct Generated {
    /// Its name.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// The first `count` documents of a seed.
pub(crate) fn documents(
    seed: u64,
    count: usize,
    flavour: Flavour,
) -> impl Iterator<Item = Generated> {
    let words = vocabulary();
    (1..=count).map(move |number| document(seed, number, flavour, &words))
}

const SEVERITIES: &[(&str, usize)] = &[("sev1", 4), ("sev2", 16), ("sev3", 45), ("sev4", 35)];
const EXTENTS: &[&str] = &["degraded", "partial-outage", "degraded", "outage"];
const SERVICES: &str = "payments-api checkout-web identity-service session-store search-indexer \
    search-frontend catalog-api inventory-sync pricing-engine cart-service order-router \
    shipping-quotes notification-hub push-broker media-transcoder image-proxy cdn-edge \
    dns-resolver load-balancer api-gateway feature-flags config-store secrets-vault audit-log \
    event-bus stream-processor data-lake warehouse-loader report-builder billing-ledger \
    invoice-renderer tax-rules fraud-scoring geo-lookup support-desk admin-console";
const TAGS: &str = "database network dns tls certificate deploy rollback config capacity \
    autoscaling cache queue kafka postgres redis kubernetes memory disk timeout retry-storm \
    rate-limit third-party migration schema feature-flag clock-skew replication failover backup \
    restore monitoring alerting runbook access-control quota region hardware firmware kernel";
const TEAMS: &str = "platform storage traffic growth commerce identity data sre mobile security";
const TAXONOMY: &str = "change capacity missing-test missing-alert expiry dependency";
const SYMPTOMS: &[&str] = &[
    "elevated error rate",
    "high tail latency",
    "dropped messages",
    "stale reads",
    "refused logins",
    "duplicate charges",
    "missing search results",
    "stuck queue consumers",
    "connection exhaustion",
    "replication lag",
    "slow page loads",
    "lost webhooks",
    "corrupt thumbnails",
    "empty recommendations",
    "wrong prices",
    "delayed mail",
    "incorrect totals",
    "cold cache after restart",
    "unavailable dashboard",
    "partial exports",
];
/// What failed; what exactly it did is different every time, as in real incidents.
const TRIGGERS: &[&str] = &[
    "a retry loop in the client library",
    "a lock held across a remote call",
    "a migration without batches",
    "a certificate",
    "a default timeout",
    "a health check",
    "a feature flag",
    "a connection pool",
    "an index",
    "a memory leak in a parser",
    "a configuration push",
    "a shared quota",
    "a queue without a dead-letter policy",
    "a cache key",
    "a rolling restart",
    "a firewall rule",
];
const OBJECTS: &[&str] = &[
    "primary replica",
    "connection pool",
    "write-ahead log",
    "ingress controller",
    "consumer group",
    "token bucket",
    "leader election",
    "config snapshot",
    "warm cache",
    "slow query log",
    "canary cohort",
    "thread dump",
    "heap profile",
    "packet capture",
    "deploy pipeline",
    "feature gate",
    "health endpoint",
    "circuit breaker",
    "rate limiter",
    "dead-letter queue",
    "shard map",
    "lease table",
    "service mesh",
    "error budget",
];
const VERBS: &str = "reported rejected reproduced measured traced isolated compared drained \
    throttled restarted promoted paused replayed sampled profiled";
const CONNECTIVES: &[&str] = &[
    "Because of this,",
    "At the same time,",
    "As a result,",
    "Shortly afterwards,",
    "However,",
    "By then,",
    "During the same window,",
    "Without that signal,",
    "Once that was clear,",
];
const STEMS: &str = "absorb adapt align anchor assemble balance batch bind blend branch bridge \
    buffer bundle calibrate chain channel cluster coalesce commit compile compose compress confine \
    connect contain convert couple crawl cycle dampen decode defer deflect derive detach dispatch \
    divert drift embed emit encode enforce evict expand expire export extend fade fetch filter \
    flatten flush fold forward freeze fuse gather graft guard hedge hoist import infer inject \
    insert inspect install isolate iterate join latch launch lease lift limit link list load lock \
    loop mask merge meter migrate mirror mount mute nest observe offset open order orphan overlap \
    pack page park parse patch pause ping pivot plan poll pool port prefetch prime probe prune \
    publish pull purge push query queue race raise rebase recall reclaim record recycle reduce \
    refresh relay relocate remap render renew replay report request reserve reset resize retain \
    rewind rotate route sample saturate scan schedule seal seed select serve settle shape shard \
    share shed shift shrink sign skew skip slice snapshot spawn spill splice split spool stage \
    stall stamp steer stitch store stream strip suspend swap sweep switch sync tag taper throttle \
    tier tile time toggle trace track trail transfer transform traverse trigger trim tune tunnel \
    unify unwind update upgrade validate vary verify version view void wait wake walk warm watch \
    weigh wire wrap write yield zone";
const PREFIXES: &[&str] = &["", "re", "pre", "over", "under", "co", "auto", "multi"];
const SUFFIXES: &[&str] = &[
    "", "ed", "ing", "able", "ment", "s", "-side", "-bound", "-aware",
];

/// Sentence, type and end of an action; `{s}` is a service, `{o}` an object, `{n}` a number.
const ACTIONS: &[(&str, &str, &str)] = &[
    (
        "Add a canary stage to {s}",
        "prevent",
        "a release with a seeded fault stops at the canary",
    ),
    (
        "Bound the retries of {s} at {n}",
        "prevent",
        "a stub that refuses every call sees {n} attempts",
    ),
    (
        "Alert when the {o} of {s} is above {n} %",
        "detect",
        "a staged load fires the alert",
    ),
    (
        "Write a runbook for the {o} of {s}",
        "mitigate-future",
        "a drill follows it from the first step to the last",
    ),
    (
        "Load-test the fail-over of {s}",
        "prevent",
        "the nightly run shows a fail-over under load",
    ),
    (
        "Remove the shared quota from {s}",
        "prevent",
        "each tenant of {s} has a quota of its own",
    ),
    (
        "Add a dead-letter queue to {s}",
        "mitigate-future",
        "a malformed message arrives there in staging",
    ),
    (
        "Lower the client timeout of {s} to {n} s",
        "mitigate-future",
        "a stalled stub is given up after {n} s",
    ),
    (
        "Automate certificate renewal for {s}",
        "prevent",
        "two renewals have happened without a restart",
    ),
    (
        "Backfill the lost records of {s}",
        "repair",
        "the nightly comparison shows no gap",
    ),
    (
        "Add synthetic probes for {s}",
        "detect",
        "a stopped instance in staging turns the probe red",
    ),
    (
        "Cap the batch size in {s} at {n}",
        "prevent",
        "a batch above {n} is refused in the contract test",
    ),
];

/// SplitMix64: small, quick and the same everywhere.
struct Chance(u64);

impl Chance {
    fn new(seed: u64, number: usize, stream: u64) -> Self {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        let mut chance = Self(seed ^ number.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ stream);
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to, but not including, `high`.
    fn range(&mut self, low: usize, high: usize) -> usize {
        let width = u64::try_from(high - low).unwrap_or(1);
        low + usize::try_from(self.next() % width).unwrap_or(0)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.range(0, list.len())]
    }

    fn word_of<'a>(&mut self, list: &'a str) -> &'a str {
        let count = list.split_whitespace().count();
        let at = self.range(0, count);
        list.split_whitespace().nth(at).unwrap_or_default()
    }

    /// A few different words of a list.
    fn some<'a>(&mut self, list: &'a str, count: usize) -> Vec<&'a str> {
        let mut words: Vec<&str> = Vec::new();
        while words.len() < count {
            let word = self.word_of(list);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    /// A word of the vocabulary, the first ones far more often.
    fn word<'a>(&mut self, words: &'a [String]) -> &'a str {
        let bound = self.range(1, words.len() + 1);
        let bound = self.range(0, bound) + 1;
        &words[self.range(0, bound)]
    }
}

fn vocabulary() -> Vec<String> {
    let mut words = Vec::new();
    for prefix in PREFIXES {
        for suffix in SUFFIXES {
            for stem in STEMS.split_whitespace() {
                let cut = stem.ends_with('e') && matches!(*suffix, "ed" | "ing" | "able");
                let stem = if cut { &stem[..stem.len() - 1] } else { stem };
                words.push(format!("{prefix}{stem}{suffix}"));
            }
        }
    }
    let mut chance = Chance::new(7, 0, 0);
    for at in (1..words.len()).rev() {
        let other = chance.range(0, at + 1);
        words.swap(at, other);
    }
    words
}

/// What other documents may refer to.
struct Identity {
    id: String,
    start: DateTime,
    service: &'static str,
    symptom: &'static str,
    /// What was going on: no two incidents of ten years have the same title.
    occasion: String,
    slug: String,
}

impl Identity {
    fn new(seed: u64, number: usize) -> Self {
        let mut chance = Chance::new(seed, number, 1);
        let minutes = chance.range(0, 10 * 365 * 24 * 60);
        let start = plus(date(2016, 1, 1).at(0, 0, 0, 0), minutes);
        let service = chance.word_of(SERVICES);
        let symptom = chance.pick(SYMPTOMS);
        let occasion = format!("the {} {}", chance.pick(OBJECTS), chance.word_of(STEMS));
        let slug = format!(
            "{}-{service}-{}-{number:05}",
            start.date(),
            symptom.replace(' ', "-")
        );
        Self {
            id: format!("INC-{number:05}"),
            start,
            service,
            symptom,
            occasion,
            slug,
        }
    }

    fn title(&self) -> String {
        format!(
            "{} in {} after {}",
            capital(self.symptom),
            self.service,
            self.occasion
        )
    }
}

fn plus(at: DateTime, minutes: usize) -> DateTime {
    let minutes = i64::try_from(minutes).unwrap_or(0);
    at.checked_add(minutes.minutes()).unwrap_or(at)
}

fn instant(at: DateTime) -> Timestamp {
    Offset::UTC.to_timestamp(at).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

struct Writer<'a> {
    chance: Chance,
    words: &'a [String],
}

impl Writer<'_> {
    fn ident(&mut self) -> String {
        let chance = &mut self.chance;
        match chance.range(0, 4) {
            0 => format!("{}-{:02}", chance.word_of(SERVICES), chance.range(1, 64)),
            1 => format!("{}_{}_total", chance.word_of(STEMS), chance.word_of(STEMS)),
            2 => format!(
                "v{}.{}.{}",
                chance.range(1, 9),
                chance.range(0, 40),
                chance.range(0, 20)
            ),
            _ => format!("{}.{}.count", chance.word_of(STEMS), chance.word_of(STEMS)),
        }
    }

    fn sentence(&mut self) -> String {
        let kind = self.chance.range(0, 6);
        let ident = self.ident();
        let (chance, words) = (&mut self.chance, self.words);
        let (object, other) = (chance.pick(OBJECTS), chance.pick(OBJECTS));
        let (verb, service) = (chance.word_of(VERBS), chance.word_of(SERVICES));
        let (one, two, three) = (chance.word(words), chance.word(words), chance.word(words));
        match kind {
            0 => format!(
                "The {object} in `{service}` {verb} the {one} {two} before the {other} {three} it."
            ),
            1 => format!(
                "{} the {object} {verb} a {one} while {service} was still {two}.",
                chance.pick(CONNECTIVES)
            ),
            2 => format!(
                "Roughly {} % of requests to {service} met {}.",
                chance.range(1, 97),
                chance.pick(SYMPTOMS)
            ),
            3 => format!(
                "The metric `{ident}` rose from {} to {}, which no {one} rule {verb}.",
                chance.range(1, 50),
                chance.range(51, 9000)
            ),
            4 => format!("Version `{ident}` of the {one} {object} {verb} the {two} of {service}."),
            _ => format!(
                "This {one} {verb} the {two} {object} of the {service} and the **{three}**."
            ),
        }
    }

    fn paragraph(&mut self, low: usize, high: usize) -> String {
        let count = self.chance.range(low, high + 1);
        let sentences: Vec<String> = (0..count).map(|_| self.sentence()).collect();
        sentences.join(" ")
    }
}

fn document(seed: u64, number: usize, flavour: Flavour, words: &[String]) -> Generated {
    let who = Identity::new(seed, number);
    let mut writer = Writer {
        chance: Chance::new(seed, number, 2),
        words,
    };
    let record = Record::new(&mut writer, &who, seed, number);
    let mut text = match flavour {
        Flavour::Aftersight => record.front(&who),
        Flavour::Hugo => record.front_for_hugo(&who),
    };
    text += &record.body(&mut writer, &who, flavour);
    Generated {
        name: format!("{}.md", who.slug),
        text,
    }
}

/// The facts of one incident.
struct Record {
    severity: &'static str,
    extent: &'static str,
    services: Vec<&'static str>,
    tags: Vec<&'static str>,
    causes: Vec<&'static str>,
    team: &'static str,
    trigger: String,
    /// Started, detected, acknowledged, identified, mitigated, resolved.
    times: [DateTime; 6],
    meeting: DateTime,
    users: usize,
    percent: usize,
    tickets: usize,
    related: Vec<Identity>,
}

impl Record {
    fn new(writer: &mut Writer<'_>, who: &Identity, seed: u64, number: usize) -> Self {
        let chance = &mut writer.chance;
        let mut weight = chance.range(0, 100);
        let severity = SEVERITIES
            .iter()
            .find(|(_, share)| match weight.checked_sub(*share) {
                Some(rest) => {
                    weight = rest;
                    false
                }
                None => true,
            });
        let mut services = vec![who.service];
        let others = [0, 0, 1, 1, 2][chance.range(0, 5)];
        services.extend(
            chance
                .some(SERVICES, 3)
                .into_iter()
                .filter(|other| *other != who.service)
                .take(others),
        );
        let detected = plus(who.start, chance.range(1, 45));
        let acknowledged = plus(detected, chance.range(1, 5));
        let identified = plus(acknowledged, chance.range(2, 50));
        let mitigated = plus(identified, chance.range(2, 90));
        let resolved = plus(mitigated, chance.range(5, 180));
        let count = chance.range(2, 6);
        let tags = chance.some(TAGS, count);
        let causes = chance.some(TAXONOMY, 2);
        let trigger = {
            let words = writer.words;
            let [one, two, three] = [0; 3].map(|_| chance.word(words));
            let (object, other) = (chance.pick(OBJECTS), chance.pick(OBJECTS));
            let (cause, verb) = (chance.pick(TRIGGERS), chance.word_of(VERBS));
            format!("{cause} that {verb} the {one} {object} while a {two} {other} was {three}")
        };
        let related: std::collections::BTreeSet<usize> = match number {
            1 => [].into(),
            _ => (0..3.min(number - 1))
                .map(|_| chance.range(1, number))
                .collect(),
        };
        Self {
            severity: severity.map_or("sev4", |(name, _)| name),
            extent: chance.pick(EXTENTS),
            services,
            tags,
            causes,
            team: chance.word_of(TEAMS),
            trigger,
            times: [
                who.start,
                detected,
                acknowledged,
                identified,
                mitigated,
                resolved,
            ],
            meeting: plus(resolved, chance.range(10, 40) * 60),
            users: chance.range(20, 90_000),
            percent: chance.range(2, 60),
            tickets: chance.range(3, 900),
            related: related
                .into_iter()
                .map(|other| Identity::new(seed, other))
                .collect(),
        }
    }

    fn front(&self, who: &Identity) -> String {
        let mut text = format!(
            "---\nid: {}\ntitle: {}\nkind: incident\ntemplate: standard\nstatus: final\n",
            who.id,
            who.title()
        );
        let team = self.team;
        let _ = write!(
            text,
            "severity: {}\nowner: \"@example/{team}\"\nauthors: [\"@example/{team}\"]\n",
            self.severity
        );
        let _ = writeln!(
            text,
            "services: [{}]\ntags: [{}]\ncauses: [{}]\nincident:",
            self.services.join(", "),
            self.tags.join(", "),
            self.causes.join(", ")
        );
        let names = [
            "started",
            "detected",
            "acknowledged",
            "identified",
            "mitigated",
            "resolved",
        ];
        for (name, at) in names.iter().zip(self.times) {
            let _ = writeln!(text, "  {name}: {}", instant(at));
        }
        let _ = writeln!(
            text,
            "detected_by: monitoring\nmeeting: {}\nimpact:\n  extent: {}\n  users: {}\n  users_percent: {}\n  support_tickets: {}\n  data_loss: false",
            instant(self.meeting),
            self.extent,
            self.users,
            self.percent,
            self.tickets
        );
        if !self.related.is_empty() {
            let ids: Vec<&str> = self.related.iter().map(|other| other.id.as_str()).collect();
            let _ = writeln!(text, "related: [{}]", ids.join(", "));
        }
        text + "---\n\n"
    }

    fn front_for_hugo(&self, who: &Identity) -> String {
        let list = |names: &[&str]| format!("[\"{}\"]", names.join("\", \""));
        let [started, detected, .., mitigated, resolved] = self.times.map(instant);
        format!(
            "---\ntitle: \"{}\"\ndate: {started}\nslug: {}\ndescription: \"{}\"\nincident_id: {}\nseverities: {}\nservices: {}\ntags: {}\nauthors: {}\ndetected_at: {detected}\nmitigated_at: {mitigated}\nresolved_at: {resolved}\n---\n\n",
            who.title(),
            who.slug,
            self.gist(who),
            who.id,
            list(&[self.severity]),
            list(&self.services),
            list(&self.tags),
            list(&[self.team])
        )
    }

    fn gist(&self, who: &Identity) -> String {
        format!(
            "{} in {} was caused by {}.",
            capital(who.symptom),
            who.service,
            self.trigger
        )
    }

    fn minutes(&self) -> i64 {
        let [started, .., resolved] = self.times.map(instant);
        (resolved.as_second() - started.as_second()) / 60
    }

    fn body(&self, writer: &mut Writer<'_>, who: &Identity, flavour: Flavour) -> String {
        let (service, minutes) = (who.service, self.minutes());
        let object = writer.chance.pick(OBJECTS);
        let mut parts: Vec<(String, Vec<String>)> = Vec::new();
        let mut part =
            |heading: &str, text: String| parts.push((format!("## {heading}"), vec![text]));
        part(
            "Summary",
            format!(
                "{} For {minutes} minutes about {} % of requests were affected. Rolling the change back ended it.",
                self.gist(who),
                self.percent
            ),
        );
        let lines: Vec<String> = (0..3)
            .map(|_| {
                format!(
                    "- **{}**: {}",
                    writer.chance.pick(&self.services),
                    writer.sentence()
                )
            })
            .collect();
        part(
            "Impact",
            format!(
                "About {} people met {}, and {} of them opened a support ticket.\n\n{}",
                self.users,
                who.symptom,
                self.tickets,
                lines.join("\n")
            ),
        );
        part("Timeline", self.timeline(writer, who));
        part(
            "Detection",
            format!(
                "The alert on {} fired {} minutes after the first effect.",
                who.symptom,
                (instant(self.times[1]).as_second() - instant(self.times[0]).as_second()) / 60
            ),
        );
        let log = format!(
            "```text\n{} ERROR {service}: {}\n{} WARN  {service}: retry {} of 9\n```",
            instant(self.times[0]),
            writer.ident(),
            instant(self.times[1]),
            writer.chance.range(1, 9)
        );
        part(
            "Contributing factors",
            format!(
                "- The trigger was {}.\n- The alert on the {object} watched the average of all instances, so that one starved instance did not show.\n- The load test in staging runs without the {object} and could not exhaust it.\n\n{log}",
                self.trigger
            ),
        );
        part(
            "Resolution",
            format!(
                "The earlier version of {service} was rolled out again, and the {object} came back to its usual size."
            ),
        );
        part(
            "What went well",
            "- The roll-back went as rehearsed.".into(),
        );
        part(
            "What went wrong",
            format!("- The dashboard of {service} did not show the {object}."),
        );
        part(
            "Where we got lucky",
            "- The traffic of the evening had not begun.".into(),
        );
        part(
            "Lessons learned",
            format!("- A limit that two things share is a limit of neither; {service} had one."),
        );
        let whys = whys(writer, who, &self.trigger);
        let actions = self.actions(writer);
        let mut tail = format!("## Action items\n\n{actions}\n");
        if matches!(self.severity, "sev1" | "sev2") {
            let _ = write!(
                tail,
                "\n## External message\n\nOn {} some requests were answered late or not at all for {minutes} minutes. We have undone the change that caused it\nand separated the systems that got in each other's way.\n",
                self.times[0].date()
            );
        }
        if !self.related.is_empty() {
            tail += "\n## References\n\n";
        }
        for other in &self.related {
            let address = match flavour {
                Flavour::Aftersight => format!("{}.md", other.slug),
                Flavour::Hugo => format!("/incidents/{}/", other.slug),
            };
            let _ = writeln!(
                tail,
                "- [{}: {} in {}]({address})",
                other.id, other.symptom, other.service
            );
        }
        self.fill(writer, &mut parts, &whys, &tail);
        let mut text = format!("# {}\n", who.title());
        for (heading, blocks) in &parts {
            let _ = write!(text, "\n{heading}\n\n{}\n", blocks.join("\n\n"));
            if heading == "## Contributing factors" {
                let _ = write!(text, "\n### Five whys\n\n{whys}\n");
            }
        }
        text + "\n" + &tail
    }

    /// Adds paragraphs until the body has its 1,000 to 1,200 words.
    fn fill(
        &self,
        writer: &mut Writer<'_>,
        parts: &mut [(String, Vec<String>)],
        whys: &str,
        tail: &str,
    ) {
        let count = |text: &str| text.split_whitespace().count();
        let own =
            |part: &(String, Vec<String>)| part.1.iter().map(|block| count(block)).sum::<usize>();
        let mut have = parts.iter().map(own).sum::<usize>() + count(whys) + count(tail);
        let goal = writer.chance.range(1020, 1130);
        let open = [
            "Impact",
            "Detection",
            "Contributing factors",
            "Resolution",
            "Lessons learned",
        ];
        for turn in 0.. {
            if have >= goal {
                break;
            }
            let text = writer.paragraph(3, 5);
            have += count(&text);
            let heading = open[turn % open.len()];
            if let Some((_, blocks)) = parts.iter_mut().find(|(name, _)| name.ends_with(heading)) {
                blocks.push(text);
            }
        }
    }

    fn timeline(&self, writer: &mut Writer<'_>, who: &Identity) -> String {
        let [
            started,
            detected,
            acknowledged,
            identified,
            mitigated,
            resolved,
        ] = self.times;
        let service = who.service;
        let before = plus(started, 0)
            .checked_sub(20.minutes())
            .unwrap_or(started);
        let mut rows = vec![
            (
                before,
                format!(
                    "Release {} of {service} reaches production",
                    writer.chance.range(2, 900)
                ),
            ),
            (
                started,
                "The first requests are refused: the incident starts".to_string(),
            ),
            (
                detected,
                format!("Detected: the alert on {} fires", who.symptom),
            ),
            (acknowledged, "The page is acknowledged".to_string()),
            (identified, format!("Identified: {}", self.trigger)),
            (
                mitigated,
                format!("Mitigated: the earlier version of {service} is back on every instance"),
            ),
            (
                resolved,
                "Resolved: the error rate is at its usual level".to_string(),
            ),
        ];
        for pair in 1..6 {
            let (mut at, next) = (self.times[pair - 1], self.times[pair]);
            loop {
                at = plus(at, writer.chance.range(8, 45));
                if at >= next {
                    break;
                }
                rows.push((at, writer.sentence()));
            }
        }
        rows.sort_by_key(|(at, _)| *at);
        let mut text = String::from("| Time (UTC) | Event |\n| --- | --- |");
        for (at, event) in rows {
            let _ = write!(text, "\n| {} | {event} |", at.strftime("%Y-%m-%d %H:%M"));
        }
        text
    }

    fn actions(&self, writer: &mut Writer<'_>) -> String {
        let mut text = String::from(
            "| ID | Action | Type | Priority | Owner | Due | Done when |\n| --- | --- | --- | --- | --- | --- | --- |",
        );
        let first = writer.chance.range(0, ACTIONS.len());
        let resolved = self.times[5].date();
        for number in 1..writer.chance.range(5, 9) {
            let at = if number == 1 {
                first % 3
            } else {
                (first + number * 5) % ACTIONS.len()
            };
            let (sentence, kind, end) = ACTIONS[at];
            let (priority, days) = match (number, writer.chance.range(0, 3)) {
                (1, _) => ("P1", writer.chance.range(7, 30)),
                (_, 0) => ("P1", writer.chance.range(7, 30)),
                (_, 1) => ("P2", writer.chance.range(14, 90)),
                _ => ("P3", writer.chance.range(30, 300)),
            };
            let days = i64::try_from(days).unwrap_or(0).days();
            let due = resolved.checked_add(days).unwrap_or(resolved);
            let service = writer.chance.pick(&self.services);
            let object = writer.chance.pick(OBJECTS);
            let n = writer.chance.range(2, 95).to_string();
            let filled = |text: &str| {
                text.replace("{s}", service)
                    .replace("{o}", object)
                    .replace("{n}", &n)
            };
            let team = writer.chance.word_of(TEAMS);
            let _ = write!(
                text,
                "\n| A{number} | {} | {kind} | {priority} | @example/{team} | {due} | {} |",
                filled(sentence),
                filled(end)
            );
        }
        text
    }
}

fn whys(writer: &mut Writer<'_>, who: &Identity, trigger: &str) -> String {
    let mut text = format!(
        "1. **Why was there {}?** The trigger was {trigger}.",
        who.symptom
    );
    for number in 2..5 {
        let object = writer.chance.pick(OBJECTS);
        let _ = write!(
            text,
            "\n{number}. **Why did the {object} {}?** {}",
            writer.chance.word_of(STEMS),
            writer.sentence()
        );
    }
    text + "\n5. **Why did no check see it?** The pipeline compares each service with itself, not with those that share its limits."
}
