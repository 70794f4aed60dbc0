//! In: generated text and markup. Out: pass or fail: the AXML reader never panics, its places are real, and what was
//! built is what is read.

use consentry::facts::template::{AttributeValue, NodeKind, Part, Template};
use consentry::parse::template::{self, masked};
use consentry::text::Span;
use proptest::prelude::*;

/// Pieces that AXML is made of, whole and broken.
const PIECES: [&str; 44] = [
    "<view",
    "<image",
    "<wxs",
    "</view",
    "</wxs>",
    "</",
    "<",
    ">",
    "/>",
    "</view>",
    "<view>",
    "</text>",
    "<text>",
    " ",
    "\r\n",
    "\t",
    "\u{c}",
    " a:if=",
    "onTap",
    "=",
    "\"",
    "'",
    "`",
    "{{",
    "}}",
    "{",
    "}",
    ",",
    "&",
    "&amp;",
    "&#x4e2d;",
    "中文",
    "\u{feff}",
    "\u{3000}",
    "<!--",
    "-->",
    "< !--",
    "<!",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "consentry-ignore x",
    "a=\"1\"",
];

fn axml_like() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..40).prop_map(|pieces| pieces.concat())
}

fn boundary(text: &str, span: Span, within: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no part of the text");
    assert!(within.contains(span), "{span:?} is not within {within:?}");
}

fn check_value(text: &str, value: &AttributeValue, within: Span) {
    boundary(text, value.span, within);
    let mut literal = false;
    for part in &value.parts {
        match part {
            Part::Text(text) => {
                assert!(!literal && !text.is_empty(), "neighbours or empty pieces in {value:?}");
                literal = true;
            }
            Part::Expression(_, span) => {
                boundary(text, *span, value.span);
                literal = false;
            }
            Part::Prop(..) | Part::Handler(..) => panic!("only code has such a part: {value:?}"),
        }
    }
}

/// Everything that holds for any input.
fn check(text: &str) -> Template {
    let (template, problems, directives) = template::read(text);
    let all = Span::new(0, text.len());
    let mut last = 0;
    for (id, node) in template.nodes.iter().enumerate() {
        assert!(node.parent.is_none_or(|parent| (parent as usize) < id), "parents come first");
        let within = node.parent.map_or(all, |parent| template.nodes[parent as usize].span);
        boundary(text, node.span, within);
        assert!(node.span.start >= last, "nodes are in document order");
        last = node.span.start;
        match &node.kind {
            NodeKind::Text(value) => check_value(text, value, node.span),
            NodeKind::Element(element) => {
                boundary(text, element.tag, node.span);
                boundary(text, element.name_span, element.tag);
                assert_eq!(element.name_span.of(text), element.name);
                for attribute in &element.attributes {
                    boundary(text, attribute.span, element.tag);
                    boundary(text, attribute.name_span, attribute.span);
                    attribute.value.iter().for_each(|value| check_value(text, value, attribute.span));
                }
            }
        }
    }
    for problem in &problems {
        boundary(text, problem.span, all);
        assert!(problem.message.key != "problem-markup", "the mask failed: {}", problem.message);
    }
    assert!(problems.is_sorted_by_key(|problem| problem.span));
    directives.iter().for_each(|directive| boundary(text, directive.span, all));
    let mask = masked(text);
    assert_eq!(mask.len(), text.len());
    assert!((0..text.len()).all(|at| mask.is_char_boundary(at) == text.is_char_boundary(at)));
    template
}

/// A tree to build, and to find again.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Text(String),
    Element { name: String, attributes: Vec<(String, Option<String>)>, children: Vec<Tree> },
}

fn tree(value: &'static str) -> impl Strategy<Value = Tree> {
    let name = || "[a-z]{1,3}(-[a-z]{1,3})?".prop_map(|name| format!("t{name}"));
    let attributes = prop::collection::vec(("(a:|on)?[a-zA-Z]{1,6}", prop::option::of(value)), 0..4);
    let leaf = prop_oneof![
        "[a-z中]{1,6}( [a-z]{1,3})?".prop_map(Tree::Text),
        (name(), attributes.clone()).prop_map(|(name, attributes)| Tree::Element {
            name,
            attributes,
            children: vec![]
        }),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (name(), attributes.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|(name, attributes, children)| Tree::Element { name, attributes, children })
    })
}

/// Writes a tree; `<!---->` keeps neighbouring texts apart.
fn write(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Text(text) => out.push_str(&format!("\r\n{text}<!-- <x \" {{{{ -->")),
        Tree::Element { name, attributes, children } => {
            out.push_str(&format!("<{name}"));
            for (name, value) in attributes {
                match value {
                    Some(value) => out.push_str(&format!("\n  {name}=\"{value}\"")),
                    None => out.push_str(&format!(" {name}")),
                }
            }
            match children.as_slice() {
                [] => out.push_str(" />"),
                children => {
                    out.push('>');
                    children.iter().for_each(|child| write(child, out));
                    out.push_str(&format!("</{name}>\n"));
                }
            }
        }
    }
}

/// The tree that was read.
fn found(text: &str, template: &Template, id: u32) -> Tree {
    match &template.nodes[id as usize].kind {
        NodeKind::Text(value) => Tree::Text(value.span.of(text).to_owned()),
        NodeKind::Element(element) => Tree::Element {
            name: element.name.clone(),
            attributes: element
                .attributes
                .iter()
                .map(|one| (one.name.clone(), one.value.as_ref().map(|value| value.span.of(text).to_owned())))
                .collect(),
            children: template.children(Some(id)).map(|child| found(text, template, child)).collect(),
        },
    }
}

fn check_round_trip(built: &Tree) -> String {
    let mut text = String::new();
    write(built, &mut text);
    let template = check(&text);
    let roots: Vec<Tree> = template.children(None).map(|id| found(&text, &template, id)).collect();
    assert_eq!(roots, std::slice::from_ref(built), "{text}");
    assert_eq!(template::read(&text).1, [], "{text}");
    text
}

/// What generated markup has broken before.
#[test]
fn markup_that_was_broken_once_is_read() {
    check("<view=}}{{<view");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_broken_markup_is_read(text in axml_like()) {
        check(&text);
    }

    #[test]
    fn plain_trees_are_found_again_and_need_no_mask(built in tree("[a-z0-9中; .:/>']{0,8}")) {
        let text = check_round_trip(&built);
        prop_assert_eq!(masked(&text), text);
    }

    #[test]
    fn trees_with_expressions_are_found_again(
        built in tree("([a-z]{0,3}\\{\\{ ?(a < b|x \\? \"p\" : 'q'|\\.\\.\\.o, p: \\{q: 1\\}|it's|'</v>'|a && b > c) \\}\\}){0,2}")
    ) {
        check_round_trip(&built);
    }

    #[test]
    fn a_cut_tree_keeps_the_elements_before_the_cut(built in tree("[a-z]{0,4}"), share in 0.0..1.0f64) {
        let mut text = String::new();
        write(&built, &mut text);
        let whole = check(&text);
        let mut cut = (text.len() as f64 * share) as usize;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let part = check(&text[..cut]);
        let before = whole.elements().filter(|(_, element)| element.tag.end as usize <= cut);
        for ((_, left), (_, right)) in before.zip(part.elements()) {
            prop_assert_eq!(left, right);
        }
    }
}
