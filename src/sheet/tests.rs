use super::*;

fn hostile() -> Sheet {
    let evil = "@team | <b>x</b> [l](http://evil.example) #12 *a* `a|b`\u{202e}\n# no";
    let mut sheet = Sheet::new("A <title> & @team");
    sheet.heading(evil);
    sheet.paragraph("# no heading");
    sheet.paragraph("12. no list");
    sheet.quote("- no list");
    sheet.list(vec![evil.into(), "+ no list".into()]);
    sheet.tasks(vec![Line::new().strong(evil).text(" and more")]);
    sheet.table(Table::new([("Name", false), ("n", true)]).with([vec![
            Line::new().code("@saltmarsh/web|x"),
            Line::new()
                .link("a ](x) `b`", Some("https://x.example/a(b)|c".into()))
                .link(" no page", Some("javascript:alert(1)".into())),
        ]]));
    sheet
}

#[test]
fn nothing_of_a_stranger_is_an_order_in_markdown() {
    let text = hostile().write(Format::Markdown);
    let expected = "\
# A &lt;title&gt; &amp; @&#8203;team

## @&#8203;team \\| &lt;b&gt;x&lt;/b&gt; \\[l\\](http:&#8203;//evil.example) #&#8203;12 \\*a\\* `a|b` # no

\\# no heading

12\\. no list

> \\- no list

- @&#8203;team \\| &lt;b&gt;x&lt;/b&gt; \\[l\\](http:&#8203;//evil.example) #&#8203;12 \\*a\\* `a|b` # no
- \\+ no list

- [ ] **@&#8203;team \\| &lt;b&gt;x&lt;/b&gt; \\[l\\](http:&#8203;//evil.example) #&#8203;12 \\*a\\* \\`a\\|b\\` # no** and more

| Name | n |
| --- | ---: |
| `@saltmarsh/web\\|x` | [a \\](x) \\`b\\`](https://x.example/a%28b%29%7Cc) no page |
";
    assert_eq!(text, expected);
}

#[test]
fn nothing_of_a_stranger_is_an_order_in_html() {
    let html = hostile().write(Format::Html);
    for part in [
        "<title>A &lt;title&gt; &amp; @team</title>",
        "&lt;b&gt;x&lt;/b&gt;",
        ">a|b</code>",
        "<a href=\"https://x.example/a(b)|c\">a ](x) `b`</a> no page",
        "<th scope=\"row\"",
        "text-align:right",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    for never in [
        "<b>",
        "<script",
        "javascript:",
        "\u{202e}",
        "<style",
        "src=",
        "url(",
    ] {
        assert!(!html.contains(never), "{never} is in {html}");
    }
}

#[test]
fn spaces_between_pieces_stay() {
    let line = Line::new()
        .text("see ")
        .code("a")
        .text(", ")
        .strong("b")
        .text(" ");
    let mut sheet = Sheet::new("t");
    sheet.paragraph(line.text("c"));
    assert_eq!(sheet.write(Format::Markdown), "# t\n\nsee `a`, **b** c\n");
    let mut empty = Sheet::new("t");
    empty.list(Vec::new());
    empty.table(Table::default());
    assert_eq!(empty.blocks, []);
}
