//! In: a template's text. Out: a text of the same length that a tokeniser for XML reads as it was meant, the places of
//! all `{{ }}`, and what was wrong. Never builds elements, never moves a byte, never touches a character beyond ASCII.

mod tag;

use super::mustache::{self, pair};
use crate::facts::{Directive, Problem};
use crate::message::Message;
use crate::text::Span;

/// Comments to this tool begin so.
const ADDRESS: &str = "consentry-";

/// What [`mask`] finds.
pub(super) struct Masked {
    /// As long as the source; differs from it only where the source is not plain markup.
    pub(super) text: String,
    /// The insides of all `{{ }}` outside comments, ascending.
    pub(super) mustaches: Vec<Span>,
    /// Stretches that the tokeniser must not see, ascending: tags without their `>`, which begin with `<` and end where
    /// the next markup starts, and holes, which begin with anything else.
    pub(super) apart: Vec<Span>,
    /// In the order they were met.
    pub(super) problems: Vec<Problem>,
    /// In the order of their places.
    pub(super) directives: Vec<Directive>,
}

/// Masks `text`.
pub(super) fn mask(text: &str) -> Masked {
    let mut mask = Mask {
        text,
        bytes: text.as_bytes(),
        // The tokeniser does not count form feeds as white space.
        out: text.bytes().map(|byte| if byte == b'\x0c' { b' ' } else { byte }).collect(),
        mustaches: Vec::new(),
        apart: Vec::new(),
        problems: Vec::new(),
        directives: Vec::new(),
        absent: Vec::new(),
        strays_end: 0,
        strays: 0,
    };
    mask.content();
    let text = String::from_utf8(mask.out).expect("only ASCII bytes are replaced, by ASCII bytes");
    Masked { text, mustaches: mask.mustaches, apart: mask.apart, problems: mask.problems, directives: mask.directives }
}

/// The scanner. Its functions take the offset they start at and return the offset to go on from.
struct Mask<'text> {
    text: &'text str,
    bytes: &'text [u8],
    out: Vec<u8>,
    mustaches: Vec<Span>,
    apart: Vec<Span>,
    problems: Vec<Problem>,
    directives: Vec<Directive>,
    /// Needles that do not occur any more: each is searched to the end of the file once at most.
    absent: Vec<&'static str>,
    /// Where the latest run of stray characters ends: the run is one problem.
    strays_end: usize,
    /// One bit for each character that was reported as stray in this tag: twenty commas are one habit.
    strays: u128,
}

impl Mask<'_> {
    /// Text and what interrupts it.
    fn content(&mut self) {
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            at = match byte {
                b'<' => self.markup(at),
                b'{' if pair(self.bytes, at, b"{{") => self.mustache(at),
                b'&' => self.fill(at, at + 1, b'x'),
                _ => at + 1,
            }
        }
    }

    /// Whatever the `<` at `at` begins.
    fn markup(&mut self, at: usize) -> usize {
        match self.byte(at + 1) {
            Some(byte) if byte.is_ascii_alphabetic() => self.start_tag(at),
            Some(b'/') if self.letter(at + 2) => self.end_tag(at, at + 2),
            Some(b'!') => self.declaration(at),
            Some(b'?') => self.instruction(at),
            Some(byte) if byte.is_ascii_whitespace() => self.spaced(at),
            _ => self.stray_angle(at),
        }
    }

    /// `< !-- -->` and `< /view>`; any other `<` before white space is text.
    fn spaced(&mut self, at: usize) -> usize {
        let next = self.skip_space(at + 1);
        if self.bytes[next..].starts_with(b"!--")
            && let Some(end) = self.find("-->", next + 3)
        {
            self.problem(at, next + 3, Message::new("problem-comment-space"));
            self.directive(at, next + 3, end);
            return self.hole(at, end + 3);
        }
        if self.byte(next) == Some(b'/') && self.letter(next + 1) {
            self.problem(at, next + 1, Message::new("problem-end-tag-space"));
            self.fill(at + 1, next + 1, b' ');
            self.out[at + 1] = b'/';
            return self.end_tag(at, next + 1);
        }
        self.stray_angle(at)
    }

    /// `<!-- -->`, CDATA, doctype and failed attempts at them.
    fn declaration(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        if rest.starts_with(b"<!-->") {
            let end = self.switch(at + 5).unwrap_or(at + 5);
            return self.hole(at, end);
        }
        if rest.starts_with(b"<!--->") {
            return self.hole(at, at + 6);
        }
        if rest.starts_with(b"<!--") {
            return match self.find("-->", at + 4) {
                Some(end) => {
                    self.directive(at, at + 4, end);
                    end + 3
                }
                None => self.open_comment(at),
            };
        }
        if rest.starts_with(b"<![CDATA[") {
            return match self.find("]]>", at + 9) {
                Some(end) => end + 3,
                None => self.stray_angle(at),
            };
        }
        let doctype = rest.len() > 9 && rest[2..9].eq_ignore_ascii_case(b"doctype");
        let (closer, width) = if rest.starts_with(b"<!-") { ("->", 2) } else { (">", 1) };
        match self.find(closer, at + 3) {
            Some(end) => {
                if !doctype {
                    self.problem(at, end + width, Message::new("problem-declaration"));
                }
                self.hole(at, end + width)
            }
            None => self.stray_angle(at),
        }
    }

    /// Where the comment ends that `<!-->` before `from` opens: people switch a block off between `<!-->` and `<-->`. `None` when
    /// the next `-->` closes another comment, so that this one is empty.
    fn switch(&mut self, from: usize) -> Option<usize> {
        let end = self.find("-->", from)?;
        self.find("<!--", from).is_none_or(|other| other > end).then_some(end + 3)
    }

    /// A comment without `-->`. `<!-- note ->` was to end at its `>`; with markup inside, all the rest is comment.
    fn open_comment(&mut self, at: usize) -> usize {
        let inside = &self.bytes[at + 4..];
        let stop = inside.iter().position(|byte| matches!(byte, b'<' | b'>')).filter(|stop| inside[*stop] == b'>');
        let end = stop.map_or(self.bytes.len(), |stop| at + 4 + stop + 1);
        self.problem(at, at + 4, Message::new("problem-comment-open"));
        self.hole(at, end)
    }

    /// `<?xml ?>` and the like.
    fn instruction(&mut self, at: usize) -> usize {
        match self.find("?>", at + 2) {
            Some(end) => self.hole(at, end + 2),
            None => self.stray_angle(at),
        }
    }

    /// A `<` that is text.
    fn stray_angle(&mut self, at: usize) -> usize {
        self.stray(at, Message::new("problem-stray-angle"));
        self.fill(at, at + 1, b'x')
    }

    /// `{{`, outside comments.
    fn mustache(&mut self, at: usize) -> usize {
        self.mustache_in(at, None)
    }

    /// `{{` inside a value with this quote around it.
    fn mustache_in(&mut self, at: usize, quote: Option<u8>) -> usize {
        match mustache::end(self.bytes, at + 2, quote) {
            Some(end) => {
                self.mustaches.push(Span::new(at + 2, end));
                self.fill(at + 2, end, b'x');
                end + 2
            }
            None => {
                self.problem(at, at + 2, Message::new("problem-mustache"));
                at + 2
            }
        }
    }

    /// Hides a range, and keeps the text before and behind it apart.
    fn hole(&mut self, from: usize, to: usize) -> usize {
        self.apart.push(Span::new(from, to));
        self.fill(from, to, b'x')
    }

    /// Replaces the ASCII bytes of a range. Returns its end.
    fn fill(&mut self, from: usize, to: usize, with: u8) -> usize {
        for byte in &mut self.out[from..to] {
            if byte.is_ascii() {
                *byte = with;
            }
        }
        to
    }

    /// Keeps the comment from `from` whose text is `open..close` when it addresses this tool.
    fn directive(&mut self, from: usize, open: usize, close: usize) {
        let text = self.text[open..close].trim();
        if text.starts_with(ADDRESS) {
            self.directives.push(Directive { span: Span::new(from, close + 3), text: text.to_owned() });
        }
    }

    fn problem(&mut self, from: usize, to: usize, message: Message) {
        self.problems.push(Problem { span: Span::new(from, to), message, fatal: false });
    }

    /// A problem of one byte; one that directly follows another is the same problem.
    fn stray(&mut self, at: usize, message: Message) {
        match self.problems.last_mut() {
            Some(last) if at > 0 && self.strays_end == at => last.span.end = at as u32 + 1,
            _ => self.problem(at, at + 1, message),
        }
        self.strays_end = at + 1;
    }

    /// The next occurrence of `needle`.
    fn find(&mut self, needle: &'static str, from: usize) -> Option<usize> {
        if self.absent.contains(&needle) {
            return None;
        }
        let found = self.text.get(from..).and_then(|rest| rest.find(needle));
        if found.is_none() {
            self.absent.push(needle);
        }
        Some(from + found?)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn letter(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_alphabetic())
    }

    fn skip_space(&self, at: usize) -> usize {
        at + self.bytes.get(at..).unwrap_or(&[]).iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    }
}
