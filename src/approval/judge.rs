//! The judgement: facts, requirements and a text make a verdict.
//!
//! Owns the algorithm of approvals. Nothing here asks anybody; the same facts always give the same verdict.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::facts::{Facts, Opinion, Person, Review, Seen, Text};
use crate::ledger::verdict::{Need, Requirement, State, Verdict, Voice, Weight};

/// Judges one text.
///
/// Of every reviewer, known by the account's number, the last opinion counts; a comment is none, and a dismissed review
/// leaves its author without one. An approval counts for the text that it was given for, a request for changes for every
/// text; what was said after a merge is none of its business. Who opened the pull request has no voice. Who only wrote on it cannot approve, but can object: anybody can write
/// somebody's name into a commit, and that must silence nobody. One person may meet several requirements, each of them once.
pub fn judge(facts: &Facts, requirements: &[Requirement], text: &Text) -> Verdict {
    let bench = Bench::new(facts, requirements);
    let mut needs: Vec<Need> = requirements
        .iter()
        .map(|requirement| Need {
            requirement: requirement.clone(),
            met_by: Vec::new(),
            missing: 0,
        })
        .collect();
    let mut voices = Vec::new();
    let merged = facts.merge.as_ref().map(|merge| merge.at);
    // What is said after the merge did not bring the text in, whenever it is put on record.
    let in_time = |review: &&Review| merged.is_none_or(|merged| review.at <= merged);
    for review in opinions(facts.reviews.iter().filter(in_time)) {
        let weight = bench.weigh(review, text);
        let mut roles = Vec::new();
        if weight == Weight::Counts {
            for need in &mut needs {
                if bench.names(&need.requirement, &review.by) {
                    roles.push(need.requirement.role.clone());
                    if review.opinion == Opinion::Approved {
                        need.met_by.push(review.by.login.clone());
                    }
                }
            }
        }
        voices.push(Voice {
            login: review.by.login.clone(),
            review: review.id,
            opinion: review.opinion,
            weight,
            roles,
        });
    }
    for need in &mut needs {
        let met = u32::try_from(need.met_by.len()).unwrap_or(u32::MAX);
        // A record that somebody damaged may ask for nobody; that is not what a policy can say.
        need.missing = need.requirement.count.max(1).saturating_sub(met);
    }
    Verdict {
        state: state(&needs, &voices),
        needs,
        voices,
    }
}

fn state(needs: &[Need], voices: &[Voice]) -> State {
    let any = |opinion: Opinion, weights: &[Weight]| {
        let mut voices = voices.iter();
        voices.any(|voice| voice.opinion == opinion && weights.contains(&voice.weight))
    };
    if any(Opinion::ChangesRequested, &[Weight::Counts]) {
        State::ChangesRequested
    } else if !needs.is_empty() && needs.iter().all(|need| need.missing == 0) {
        State::Approved
    } else if any(Opinion::Approved, &[Weight::Stale, Weight::Unreachable]) {
        State::Stale
    } else if any(Opinion::Approved, &[Weight::Counts]) {
        State::Pending
    } else {
        State::Unreviewed
    }
}

/// Of every account the last review that is more than a comment, in the order of time.
fn opinions<'a>(reviews: impl Iterator<Item = &'a Review>) -> Vec<&'a Review> {
    let mut last: BTreeMap<u64, &Review> = BTreeMap::new();
    for review in reviews.filter(|review| review.opinion != Opinion::Commented) {
        let known = last.entry(review.by.id).or_insert(review);
        if (review.at, review.id) > (known.at, known.id) {
            *known = review;
        }
    }
    let mut opinions: Vec<&Review> = last.into_values().collect();
    opinions.sort_by_key(|review| (review.at, review.id));
    opinions
}

/// Who may judge and who may not.
struct Bench<'a> {
    facts: &'a Facts,
    requirements: &'a [Requirement],
    /// The accounts that wrote on the pull request, by number and by name in small letters.
    wrote: (BTreeSet<u64>, BTreeSet<String>),
}

impl<'a> Bench<'a> {
    fn new(facts: &'a Facts, requirements: &'a [Requirement]) -> Self {
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for contributor in &facts.contributors {
            match &contributor.person {
                Some(person) => {
                    ids.insert(person.id);
                    names.insert(person.login.to_lowercase());
                }
                // Nobody is known by that name; better one judge too few than one who judges their own words.
                None => {
                    names.insert(contributor.name.trim().to_lowercase());
                }
            }
        }
        Self {
            facts,
            requirements,
            wrote: (ids, names),
        }
    }

    /// Why an opinion counts or does not: the first reason that holds.
    fn weigh(&self, review: &Review, text: &Text) -> Weight {
        let by = &review.by;
        let author = self.facts.author.as_ref();
        let wrote =
            self.wrote.0.contains(&by.id) || self.wrote.1.contains(&by.login.to_lowercase());
        let names = |requirement: &Requirement| self.names(requirement, by);
        if author.is_some_and(|author| author.id == by.id) {
            Weight::Author
        } else if wrote && review.opinion == Opinion::Approved {
            Weight::Contributor
        } else if by.bot
            && !self
                .requirements
                .iter()
                .any(|requirement| by_login(requirement, by))
        {
            Weight::Bot
        } else if review.opinion == Opinion::Dismissed {
            Weight::Dismissed
        } else if !self.requirements.iter().any(names) {
            Weight::NotNamed
        } else if !review.may_write {
            Weight::NoAccess
        } else if review.opinion == Opinion::ChangesRequested {
            Weight::Counts
        } else {
            match text.seen.get(&review.commit) {
                Some(Seen::Same) => Weight::Counts,
                Some(Seen::Other) => Weight::Stale,
                Some(Seen::Unreachable) | None => Weight::Unreachable,
            }
        }
    }

    /// Whether a requirement means a person; a program only by its own name.
    fn names(&self, requirement: &Requirement, person: &Person) -> bool {
        let in_team = |name: &String| {
            let team = self.facts.teams.get(&name.to_lowercase());
            team.is_some_and(|team| team.iter().any(|member| member.id == person.id))
        };
        let anybody = || requirement.who.is_empty() || requirement.who.iter().any(in_team);
        by_login(requirement, person) || !person.bot && anybody()
    }
}

/// Whether a requirement names an account itself.
fn by_login(requirement: &Requirement, person: &Person) -> bool {
    let mut names = requirement.who.iter();
    names.any(|name| {
        let name = name.strip_prefix('@');
        name.is_some_and(|name| name.eq_ignore_ascii_case(&person.login))
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::facts::{Contributor, Merge};

    fn person(id: u64, login: String) -> Person {
        Person {
            id,
            login,
            bot: id == 7,
        }
    }

    /// Eight accounts: 0 opened the pull request, 1 wrote on it, 7 is a program, 6 is in no requirement.
    fn facts(reviews: Vec<Review>) -> Facts {
        Facts {
            number: 1,
            url: String::new(),
            author: Some(person(0, "p0".into())),
            branch: "main".into(),
            base: "b".into(),
            head: "c0".into(),
            merge: None,
            contributors: vec![Contributor {
                person: Some(person(1, "p1".into())),
                name: String::new(),
            }],
            reviews,
            teams: BTreeMap::from([(
                "@acme/web".into(),
                [3, 4, 5, 7].map(|id| person(id, format!("p{id}"))).into(),
            )]),
        }
    }

    fn text() -> Text {
        let seen = [
            ("c0", Seen::Same),
            ("c1", Seen::Same),
            ("c2", Seen::Other),
            ("c3", Seen::Unreachable),
        ];
        Text {
            id: None,
            path: "a.md".into(),
            blob: Some("b".into()),
            seen: seen.map(|(commit, seen)| (commit.to_string(), seen)).into(),
        }
    }

    fn reviews() -> impl Strategy<Value = Vec<Review>> {
        let opinion = prop_oneof![
            4 => Just(Opinion::Approved),
            1 => Just(Opinion::ChangesRequested),
            1 => Just(Opinion::Commented),
            1 => Just(Opinion::Dismissed),
        ];
        let one = (
            0..8_u64,
            opinion,
            0..6_i64,
            0..5_usize,
            prop::bool::weighted(0.9),
        );
        vec(one, 0..12).prop_map(|all| {
            let all = all.into_iter().enumerate();
            all.map(|(id, (by, opinion, at, commit, may_write))| Review {
                id: id as u64,
                by: person(by, format!("p{by}")),
                opinion,
                at: Timestamp::from_second(at).expect("a moment"),
                commit: format!("c{commit}"),
                may_write,
            })
            .collect()
        })
    }

    fn requirements() -> impl Strategy<Value = Vec<Requirement>> {
        let who = prop::sample::subsequence(vec!["@P2", "@acme/Web", "@p1", "@p7", "@p0"], 1..4);
        vec((who, 1..3_u32), 1..3).prop_map(|all| {
            let all = all.into_iter();
            all.map(|(who, count)| Requirement {
                role: who.join(" or "),
                count,
                who: who.into_iter().map(String::from).collect(),
            })
            .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_the_list_does_not_matter(
            reviews in reviews(), requirements in requirements(), turn in 0..12_usize,
        ) {
            let before = judge(&facts(reviews.clone()), &requirements, &text());
            let mut other = reviews;
            other.reverse();
            let turn = turn.min(other.len());
            other.rotate_left(turn);
            prop_assert_eq!(judge(&facts(other), &requirements, &text()), before);
        }

        #[test]
        fn a_comment_changes_nothing(
            reviews in reviews(), requirements in requirements(), by in 0..8_u64, at in 0..7_i64,
        ) {
            let before = judge(&facts(reviews.clone()), &requirements, &text());
            let mut more = reviews;
            more.push(Review {
                id: 99,
                by: person(by, format!("p{by}")),
                opinion: Opinion::Commented,
                at: Timestamp::from_second(at).expect("a moment"),
                commit: "c0".into(),
                may_write: true,
            });
            prop_assert_eq!(judge(&facts(more), &requirements, &text()), before);
        }

        #[test]
        fn what_is_said_after_the_merge_changes_nothing(
            reviews in reviews(), requirements in requirements(), merged in 0..7_i64,
        ) {
            let merged = Timestamp::from_second(merged).expect("a moment");
            let merge = Merge { commit: "m".into(), at: merged, by: None };
            let all = Facts { merge: Some(merge), ..facts(reviews.clone()) };
            let mut in_time = reviews;
            in_time.retain(|review| review.at <= merged);
            prop_assert_eq!(judge(&all, &requirements, &text()), judge(&facts(in_time), &requirements, &text()));
        }

        #[test]
        fn what_was_not_approved_is_not_approved_by_one_approval_less(
            reviews in reviews(), requirements in requirements(),
        ) {
            let before = judge(&facts(reviews.clone()), &requirements, &text()).state;
            for at in 0..reviews.len() {
                if reviews[at].opinion != Opinion::Approved {
                    continue;
                }
                // Of two approvals by one person the later counts; without it the earlier does, which may be for this text.
                let mut fewer = reviews.clone();
                fewer.remove(at);
                let state = judge(&facts(fewer), &requirements, &text()).state;
                let mine = |review: &&Review| review.by.id == reviews[at].by.id;
                let covers = reviews.iter().filter(mine).any(|review| review.opinion == Opinion::Approved
                    && review.id != reviews[at].id && (review.at, review.id) < (reviews[at].at, reviews[at].id));
                if before != State::Approved && !covers {
                    prop_assert_ne!(state, State::Approved);
                }
            }
        }

        #[test]
        fn who_is_named_nowhere_changes_nothing(reviews in reviews(), requirements in requirements()) {
            let before = judge(&facts(reviews.clone()), &requirements, &text());
            let others: Vec<Review> = reviews.into_iter().filter(|review| review.by.id != 6).collect();
            let after = judge(&facts(others), &requirements, &text());
            prop_assert_eq!((after.state, after.needs), (before.state, before.needs));
        }

        #[test]
        fn a_new_name_gives_no_second_vote(reviews in reviews(), requirements in requirements()) {
            // The account renamed itself before some of its reviews, to a name that is asked as well.
            let mut renamed = reviews;
            for review in renamed.iter_mut().filter(|review| review.by.id == 3 && review.id % 2 == 0) {
                review.by.login = "p2".into();
            }
            let facts = facts(renamed);
            let verdict = judge(&facts, &requirements, &text());
            let by = |voice: &Voice| facts.reviews.iter().find(|review| review.id == voice.review).map(|review| review.by.id);
            let people: BTreeSet<Option<u64>> = verdict.voices.iter().map(by).collect();
            prop_assert_eq!(people.len(), verdict.voices.len());
            let approve = verdict.voices.iter().filter(|voice| voice.weight == Weight::Counts && voice.opinion == Opinion::Approved);
            let approve = approve.count();
            prop_assert!(verdict.needs.iter().all(|need| need.met_by.len() <= approve));
        }

        #[test]
        fn approved_means_enough_people_who_may(reviews in reviews(), requirements in requirements()) {
            let verdict = judge(&facts(reviews.clone()), &requirements, &text());
            if verdict.state == State::Approved {
                for requirement in &requirements {
                    let fits = |id: u64| {
                        let mut own: Vec<&Review> = reviews.iter()
                            .filter(|review| review.by.id == id && review.opinion != Opinion::Commented).collect();
                        own.sort_by_key(|review| (review.at, review.id));
                        let named = requirement.who.iter().any(|name| {
                            name.to_lowercase() == format!("@p{id}")
                                || name.to_lowercase() == "@acme/web" && (3..=5).contains(&id)
                        });
                        own.last().is_some_and(|last| named && last.opinion == Opinion::Approved
                            && last.may_write && matches!(last.commit.as_str(), "c0" | "c1"))
                    };
                    let count = (2..8).filter(|id| fits(*id)).count();
                    prop_assert!(count >= requirement.count as usize, "{requirement:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_asked_is_nothing_approved() {
        let at = Timestamp::UNIX_EPOCH;
        let review = Review {
            id: 1,
            by: person(2, "p2".into()),
            opinion: Opinion::Approved,
            at,
            commit: "c0".into(),
            may_write: true,
        };
        let facts = facts(vec![review]);
        assert_eq!(judge(&facts, &[], &text()).state, State::Unreviewed);
        let nobody = Requirement {
            role: "x".into(),
            count: 0,
            who: vec!["@p5".into()],
        };
        assert_eq!(judge(&facts, &[nobody], &text()).state, State::Unreviewed);
    }
}
