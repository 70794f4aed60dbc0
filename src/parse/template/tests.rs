//! In: small templates, one trap each. Out: pass or fail.

use super::*;
use crate::facts::template::{NodeId, NodeKind};

/// A value with its expressions as written.
fn shown_value(text: &str, value: &AttributeValue) -> String {
    let piece = |part: &Part| match part {
        Part::Text(literal) => literal.clone(),
        Part::Expression(_, span) | Part::Handler(_, span) | Part::Prop(_, _, span) => {
            format!("{{{{{}}}}}", span.of(text))
        }
    };
    value.parts.iter().map(piece).collect()
}

/// `name(attribute=value …)[children]`, siblings with a space between them.
fn shown(text: &str, template: &Template, parent: Option<NodeId>) -> String {
    let one = |id: NodeId| match &template.nodes[id as usize].kind {
        NodeKind::Text(value) => format!("'{}'", shown_value(text, value)),
        NodeKind::Element(element) => {
            let attribute = |attribute: &Attribute| match &attribute.value {
                Some(value) => format!("{}={}", attribute.name, shown_value(text, value)),
                None => attribute.name.clone(),
            };
            let attributes: Vec<String> = element.attributes.iter().map(attribute).collect();
            let attributes = if attributes.is_empty() { String::new() } else { format!("({})", attributes.join(" ")) };
            let inside = shown(text, template, Some(id));
            let inside = if inside.is_empty() { inside } else { format!("[{inside}]") };
            format!("{}{attributes}{inside}", element.name)
        }
    };
    template.children(parent).map(one).collect::<Vec<_>>().join(" ")
}

/// Reads, checks all places and that the mask left the tokeniser nothing to stumble over.
fn read_checked(text: &str) -> (String, Vec<String>) {
    let (template, problems, _) = read(text);
    for node in &template.nodes {
        let NodeKind::Element(element) = &node.kind else { continue };
        assert!(element.tag.of(text).starts_with('<'), "{text}: {:?}", element.tag.of(text));
        assert_eq!(element.name_span.of(text), element.name);
        for attribute in &element.attributes {
            assert_eq!(attribute.name_span.of(text), attribute.name);
            assert!(element.tag.contains(attribute.span), "{text}");
        }
    }
    let messages = problems.into_iter().map(|problem| format!("{} @{}", problem.message, problem.span.of(text)));
    (shown(text, &template, None), messages.collect())
}

fn assert_table(cases: &[(&str, &str, &[&str])]) {
    for (text, tree, problems) in cases {
        let (found, messages) = read_checked(text);
        assert_eq!(found, *tree, "tree of {text}");
        assert_eq!(messages, *problems, "problems of {text}");
    }
}

#[test]
fn sloppy_markup_that_works_is_no_problem() {
    assert_table(&[
        ("<view a:if={{x > 1}} key={item.id}>t</view>", "view(a:if={{x > 1}} key={item.id})['t']", &[]),
        ("<button disabled loading/>", "button(disabled loading)", &[]),
        ("<view a=\"1\"b='2'c/>", "view(a=1 b=2 c)", &[]),
        ("<view a=\"1\" a=\"2\"/>", "view(a=1 a=2)", &[]),
        ("<view a = \"1\"\r\n\tb\n=\n'2'>\r\n</view >", "view(a=1 b=2)", &[]),
        ("<view a=\"\" b=1/>", "view(a= b=1)", &[]),
        ("<a/><b></b>c", "a b 'c'", &[]),
        (
            "<view a:if=\"{{a < b && c > d}}\">{{ a < b }}{{a<b?'</x>':''}}</view>",
            "view(a:if={{a < b && c > d}})['{{ a < b }}{{a<b?'</x>':''}}']",
            &[],
        ),
        ("<view a=\"{{ x ? \"p\" : 'q' }}\" b='{{'c'}}'/>", "view(a={{ x ? \"p\" : 'q' }} b={{'c'}})", &[]),
        ("<t data=\"{{...a, o: {b: 1}}}\"/>", "t(data={{...a, o: {b: 1}}})", &[]),
        (
            "<t a=\"x {{y}}&amp;{{z}} &lt; && b\">a && b &gt; c & d</t>",
            "t(a=x {{y}}&{{z}} < && b)['a && b > c & d']",
            &[],
        ),
        ("<t a=\"x > y\" b='<i>'>it's \"so\"</t>", "t(a=x > y b=<i>)['it's \"so\"']", &[]),
        ("<t a=it's b=/x/y/ c=?p=1&q=2>x</t>", "t(a=it's b=/x/y/ c=?p=1&q=2)['x']", &[]),
        ("<a><!-- <b> {{ ' --><c/></a><!---->", "a[c]", &[]),
        ("<?xml version=\"1.0\"?><!DOCTYPE html><a>x<![CDATA[<b>]]></a>", "a['x' '<b>']", &[]),
        ("<wxs module=\"m\">if (a < b && c) { '{{' }</wxs><v/>", "wxs(module=m)['if (a < b && c) { '{{' }'] v", &[]),
        (
            "<文/><a 中文=\"值\">中文</a>",
            "'<文/>' a(中文=值)['中文']",
            &["`<` opens no tag; in text it is written `&lt;` @<"],
        ),
        ("<a b=\"{{ c }}\u{3000}\">\u{3000}</a>", "a(b={{ c }}\u{3000})", &[]),
        ("", "", &[]),
    ]);
}

#[test]
fn void_like_elements_need_no_end() {
    assert_table(&[
        ("<v><image src=\"a\"><text>t</text><input></v><w/>", "v[image(src=a) text['t'] input] w", &[]),
        (
            "<import src=\"a\"><import src=\"b\"/><include src=\"c\"></include><v/>",
            "import(src=a) import(src=b) include(src=c) v",
            &[],
        ),
        ("<import-sjs name=\"a\" from=\"b\"><v/>", "import-sjs(name=a from=b) v", &[]),
        ("<image><v/></image><image/>", "image[v] image", &[]),
        ("<input><input><v><image>t</v>", "input input v[image 't']", &[]),
    ]);
}

#[test]
fn broken_tags_are_said_once() {
    let text_angle = "`<` opens no tag; in text it is written `&lt;`";
    assert_table(&[
        ("<v a=\"1\", b=\"2\", c>x</v>", "v(a=1 b=2 c)['x']", &["stray `,` inside a tag @,"]),
        ("<v></v class=\"x\"><w/>", "v w", &["end tag `</v>` has attributes @</v"]),
        (
            "< !-- <a> -->< /v><b/>",
            "b",
            &[
                "white space inside the comment opener `<!--` @< !--",
                "white space inside the end tag opener `</` @< /",
                "end tag `</v>` closes nothing @< /v>",
            ],
        ),
        (
            "<v>1 < 2 <3 <<v> << </v>",
            "v['1 < 2 <3 <' v['<<']]",
            &[
                "element `<v>` has no end tag @<v>",
                &format!("{text_angle} @<"),
                &format!("{text_angle} @<"),
                &format!("{text_angle} @<"),
                &format!("{text_angle} @<<"),
            ],
        ),
        ("<a><b></a></b><c/>", "a[b] c", &["element `<b>` has no end tag @<b>"]),
        ("<a><b><c>t</d></b></a>", "a[b[c['t']]]", &["end tag `</d>` closes nothing, `<c>` is open here @</d>"]),
        ("<a><t b=\"c\">x<t></a>", "a[t(b=c)['x' t]]", &["element `<t>` has no end tag @<t>"]),
        (
            "<a></b \"></a>",
            "a",
            &["end tag `</b>` has attributes @</b", "end tag `</b>` closes nothing, `<a>` is open here @</b \">"],
        ),
        (
            "<v><v a=\"1\"><v b=\"2\">x<v></v></v>",
            "v[v(a=1)[v(b=2)['x' v]]]",
            &["element `<v>` has no end tag @<v a=\"1\">"],
        ),
        ("<a><i/></i></a>", "a[i]", &["end tag `</i>` closes nothing, `<a>` is open here @</i>"]),
        ("<a><b></a><c>", "a[b] c", &["element `<b>` has no end tag @<b>", "element `<c>` has no end tag @<c>"]),
        (
            "<v a=\"1\"\n<w b=2 <x/></w></v>",
            "v(a=1)[w(b=2)[x]]",
            &["tag `<v` has no closing `>` @<v", "tag `<w` has no closing `>` @<w"],
        ),
        ("<v></v\n<w/>", "v w", &["tag `</v` has no closing `>` @</v"]),
        ("<v a=1", "v(a=1)", &["tag `<v` has no closing `>` @<v"]),
        ("<v <!-- a=\"1\" --> b>x</v>", "v(b)['x']", &["comment inside a tag @<!-- a=\"1\" -->"]),
        (
            "<v a= b=\"2\" c=>x</v>",
            "v(a b=2 c)['x']",
            &["attribute `a` has `=` but no value @a=", "attribute `c` has `=` but no value @c="],
        ),
        (
            "<v a==\"1\" \"=b }/ c/>",
            "v(a=1 b c)",
            &["stray `=` inside a tag @=", "stray `\"` inside a tag @\"", "stray `}` inside a tag @}/"],
        ),
        ("<v a={{x}}\" b=\"{{y}}\"\"/>", "v(a={{x}} b={{y}})", &["stray `\"` inside a tag @\""]),
        ("<v {{x}} b>t</v>", "v(b)['t']", &["`{{ }}` stands where an attribute belongs @{{x}}"]),
        (
            "<v a=\"{{ b }\" c=\"{{d}}\">{{ e }</v>",
            "v(a={{ b } c={{d}})['{{ e }']",
            &["`{{` has no closing `}}` @{{", "`{{` has no closing `}}` @{{"],
        ),
    ]);
}

#[test]
fn broken_comments_and_quotes_are_said_once() {
    assert_table(&[
        ("<a/><!--<中文", "a", &["comment has no closing `-->` @<!--"]),
        ("<a/><!-- 中><b/>", "a b", &["comment has no closing `-->` @<!--"]),
        ("<a/><!-- <b/>", "a", &["comment has no closing `-->` @<!--"]),
        ("<a/><!-- note -><b/>", "a b", &["comment has no closing `-->` @<!--"]),
        ("<a/><!--><b><--><c/>", "a c", &[]),
        ("<a/><!--><b/><!-- --><c/>", "a b c", &[]),
        ("<a/><!- <b/> -><c/>", "a c", &["`<!` opens no comment; comments are written `<!-- -->` @<!- <b/> ->"]),
        (
            "<v a=\"b>\n<w c=\"d\" e=\"f\">x</w></v>",
            "v(a=b)[w(c=d e=f)['x']]",
            &["value of attribute `a` has no closing quote @a=\"b"],
        ),
        (
            "<v a=\"b c\n d=\"{{e}}\"/><w c=\"d\"/>",
            "v(a=b c d={{e}}) w(c=d)",
            &["value of attribute `a` has no closing quote @a=\"b c"],
        ),
        ("<v a=\"b d=\"{{e}}\"/>", "v(a=b d={{e}})", &["value of attribute `a` has no closing quote @a=\"b"]),
        ("<v a=\"{{b}} c/><w/>", "v(a={{b}} c) w", &["value of attribute `a` has no closing quote @a=\"{{b}} c"]),
        ("<v a='>x</v>", "v(a=)['x']", &["value of attribute `a` has no closing quote @a='"]),
        ("<v u=\"/p?a=1&b=\" s=\"x\ny\"/>", "v(u=/p?a=1&b= s=x\ny)", &[]),
    ]);
}

#[test]
fn directives_are_comments_to_this_tool() {
    let text = "<!-- consentry-ignore a: b --><v <!--consentry-x--> />< !-- consentry-y --><!-- other -->";
    let (_, _, directives) = read(text);
    let found: Vec<_> = directives.iter().map(|one| (one.text.as_str(), one.span.of(text))).collect();
    assert_eq!(
        found,
        [
            ("consentry-ignore a: b", "<!-- consentry-ignore a: b -->"),
            ("consentry-x", "<!--consentry-x-->"),
            ("consentry-y", "< !-- consentry-y -->"),
        ]
    );
}

#[test]
fn spans_of_elements_values_and_texts() {
    let text = "\r\n<v a=\"b {{c}}\" d=e>\r\n 中文 {{f}} \r\n<w/></v>";
    let (template, _, _) = read(text);
    let spans: Vec<&str> = template.nodes.iter().map(|node| node.span.of(text)).collect();
    assert_eq!(spans, [text.trim(), "中文 {{f}}", "<w/>"]);
    let element = template.element(0).expect("an element");
    assert_eq!(element.tag.of(text), "<v a=\"b {{c}}\" d=e>");
    let spans: Vec<_> = element.attributes.iter().map(|one| one.span.of(text)).collect();
    assert_eq!(spans, ["a=\"b {{c}}\"", "d=e"]);
    let values: Vec<_> =
        element.attributes.iter().flat_map(|one| &one.value).map(|value| value.span.of(text)).collect();
    assert_eq!(values, ["b {{c}}", "e"]);
}

#[test]
fn hostile_sizes_take_no_time() {
    let nested = "<v>".repeat(100_000) + &"</v>".repeat(100_000);
    assert_eq!(read(&nested).0.nodes.len(), 100_000);
    let many = |piece: &str| piece.repeat(20_000);
    for text in [
        many("<v>"),
        many("</v>"),
        many("<v a=\""),
        many("<v a='\n<"),
        many("{{"),
        many("{{'"),
        many("<!-- >"),
        many("<![CDATA["),
        many("<!x <"),
        many("<wxs>"),
        many("<image>") + &many("</v>"),
        String::from("<a>") + &many("<b>") + "</a>" + &many("</c>"),
        many("<v a={{b}} "),
        format!("<v {}>", many("a=\"{{b}}\" ")),
        format!("<v>{}</v>", many("a&b{{c}}<")),
    ] {
        read(&text);
    }
}
