use comrak::nodes::NodeValue;
use comrak::{Arena, Options};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::postmortem::choice::ActionType;

/// A promise like any other.
pub(in crate::tracker) fn promise() -> Promise {
    Promise {
        key: Key::new("INC-2026-014", "A1"),
        title: "Alert when the queue grows".into(),
        owner: Some(Party::User("ada".into())),
        team: Some("acme/payments".into()),
        service: Some("checkout".into()),
        priority: Some("P1".into()),
        kind: Some(ActionType::Detect),
        due: Some(date(2026, 12, 1)),
        done_when: Some("The alert pages within a minute".into()),
        wanted: Wanted::Open,
        path: "postmortems/2026/queue (1).md".into(),
        commit: "c0ffee".into(),
    }
}

fn places() -> Places {
    Places {
        folder: String::new(),
        site: Some("https://pm.example/base/".into()),
        repository: Some("https://github.com/acme/pm".into()),
        mention_teams: true,
    }
}

#[test]
fn a_block_says_what_the_postmortem_says() {
    let wanted = "<!-- aftersight:begin -->
<!-- aftersight:item INC-2026-014/A1 -->
**Alert when the queue grows**

- Owner: `@ada`
- Team: @acme/payments
- Due: 2026-12-01
- Priority: P1
- Type: detect
- Service: checkout
- Done when: The alert pages within a minute
- Postmortem: [INC-2026-014](https://pm.example/base/postmortems/INC-2026-014/)
- Source: [the file](https://github.com/acme/pm/blob/c0ffee/postmortems/2026/queue%20%281%29.md)

The postmortem says this; write above or below, what stands here is rewritten.
<!-- aftersight:end -->";
    assert_eq!(render(&promise(), &places()), wanted);
    assert_eq!(
        title(&promise()),
        "Alert when the queue grows (INC-2026-014/A1)"
    );
}

#[test]
fn another_commit_alone_is_no_change() {
    let one = render(&promise(), &places());
    let mut promise = promise();
    promise.commit = "decade".into();
    let other = render(&promise, &places());
    assert_ne!(one, other);
    assert!(holds(&one, &other));
    assert!(holds(&one.replace('\n', "\r\n"), &other));
    promise.due = None;
    assert!(!holds(&one, &render(&promise, &places())));
}

/// Everything that GitHub would act on in a text.
fn alive(markdown: &str) -> Vec<String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, markdown, &options);
    let mut text = String::new();
    let mut found = Vec::new();
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Document | NodeValue::Paragraph => {}
            NodeValue::Text(part) => text += part,
            other => found.push(format!("{other:?}")),
        }
    }
    let mut references = text.match_indices(['@', '#']);
    let near = |at: usize| text[at + 1..].starts_with(|c: char| c.is_alphanumeric());
    found.extend(
        references
            .find(|(at, _)| near(*at))
            .map(|(_, c)| format!("{c} in {text}")),
    );
    found.extend(text.contains("://").then(|| text.clone()));
    found
}

#[test]
fn a_strangers_sentence_is_only_a_sentence() {
    for text in [
        "@everyone look @acme/all",
        "<script>alert(1)</script><img src=x>",
        "--> <!-- aftersight:end --> <!-- aftersight:item INC-1/A1 -->",
        "see #12, acme/shop#3 and GH-12",
        "https://github.com/acme/shop/issues/1 www.example.org a@b.example",
        "[a](https://evil.example) ![b](c) **bold** `code` ~~gone~~ | cell | $x$",
        "one\r\n\r\n# two\u{2028}three\u{202e}four",
        "&lt;b&gt; &commat;ada &#64;ada \\@ada",
    ] {
        let made = cell(text);
        assert_eq!(alive(&made), Vec::<String>::new(), "{made}");
        assert!(!made.contains("-->") && !made.contains("<!--"), "{made}");
        assert_eq!(made.lines().count(), 1);
        let mut promise = promise();
        promise.title = text.into();
        promise.done_when = Some(text.into());
        promise.wanted = Wanted::Dropped(Some(text.into()));
        let block = render(&promise, &places());
        assert_eq!(marked(&block), Some(promise.key.clone()));
        assert_eq!(
            (block.matches(BEGIN).count(), block.matches(END).count()),
            (1, 1)
        );
        assert_eq!(title(&promise).lines().count(), 1);
    }
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let mut promise = promise();
    let long = "@<#*".repeat(20_000);
    promise.title.clone_from(&long);
    promise.done_when = Some(long.clone());
    promise.service = Some(long.clone());
    promise.wanted = Wanted::Dropped(Some(long));
    let block = render(&promise, &places());
    assert!(
        block.chars().count() < MAX_BODY,
        "{}",
        block.chars().count()
    );
    assert!(block.contains("the rest is in the postmortem"));
    let title = title(&promise);
    assert_eq!(title.chars().count(), 256);
    assert!(title.ends_with("… (INC-2026-014/A1)"), "{title}");
    assert_eq!(splice(&"x".repeat(MAX_BODY - 10), &block), None);
}

#[test]
fn only_the_block_is_rewritten() {
    let old = framed(&promise().key, "old");
    let new = framed(&promise().key, "new");
    let body = format!("Above\r\n{old}\n\nBelow  \n");
    let spliced = splice(&body, &new).expect("room");
    assert_eq!(spliced, format!("Above\r\n{new}\n\nBelow  \n"));
}

#[test]
fn a_damaged_block_is_replaced_and_never_there_twice() {
    let block = framed(&promise().key, "new");
    let item = marker(&promise().key);
    for (body, people) in [
        (String::new(), vec![]),
        ("Only words".into(), vec!["Only words"]),
        (format!("a {BEGIN}\n{item}\nb"), vec!["a", "b"]),
        (format!("a {END} b"), vec!["a", "b"]),
        (format!("{END} a {BEGIN} b"), vec!["a", "b"]),
        (format!("{block} a {block} b"), vec!["a", "b"]),
        (format!("{BEGIN} a {block} b"), vec!["a", "b"]),
        (format!("{item}\na\n{item}{block}"), vec!["a"]),
        (format!("a {ITEM}"), vec!["a"]),
    ] {
        let spliced = splice(&body, &block).expect("room");
        assert_eq!(spliced.matches(BEGIN).count(), 1, "{body}");
        assert_eq!(spliced.matches(END).count(), 1, "{body}");
        assert_eq!(spliced.matches(&item).count(), 1, "{body}");
        assert!(holds(&spliced, &block), "{body} -> {spliced}");
        for word in people {
            let around = spliced.replace(&block, "");
            assert!(around.contains(word), "{body} -> {spliced}");
        }
    }
}

#[test]
fn nothing_is_left_of_a_block_that_lost_one_end() {
    let block = render(&promise(), &places());
    let mut changed = promise();
    changed.due = None;
    let new = render(&changed, &places());
    for lost in [BEGIN, END] {
        let body = format!("above\n\n{block}\n\nbelow").replace(lost, "");
        let spliced = splice(&body, &new).expect("room");
        assert_eq!(spliced.matches("Done when").count(), 1, "{spliced}");
        let people = spliced.replace(&new, "");
        let words: Vec<_> = people.split_whitespace().collect();
        assert_eq!(words, ["above", "below"]);
    }
}

proptest! {
    #[test]
    fn any_text_stays_text(text in "[@#<>&\\[\\]()*_`|:/.~!a-z0-9 -]{0,60}") {
        let made = cell(&text);
        let found = alive(&format!("- x: {made}"));
        let list = |kind: &String| !kind.starts_with("List") && !kind.starts_with("Item");
        prop_assert!(!found.iter().any(list), "{} {:?}", made, found);
    }

    #[test]
    fn splicing_twice_is_splicing_once(parts in proptest::collection::vec(0..6_usize, 0..8)) {
        let block = framed(&promise().key, "new");
        let old = framed(&promise().key, "old");
        let item = marker(&promise().key);
        let pieces = [BEGIN, END, &item, &old, "words\n", ITEM];
        let body: String = parts.iter().map(|part| pieces[*part]).collect();
        let once = splice(&body, &block).expect("room");
        prop_assert!(holds(&once, &block), "{}", once);
        prop_assert_eq!(splice(&once, &block).expect("room"), once);
    }
}
