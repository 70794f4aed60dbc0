//! In: a file's bytes. Out: its text, and what was doubtful about them; and the way back, for a changed text. Never fails: the
//! worst case is an empty text and a problem.

use encoding_rs::{Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::facts::Problem;
use crate::message::Message;
use crate::text::Span;

/// How many bytes are looked at to tell text from other data.
const PROBE: usize = 8192;

/// A file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark; empty when the bytes are no text. All spans count its bytes.
    pub text: String,
    /// What was doubtful: fatal when the bytes are no text at all, else some characters were replaced.
    pub problem: Option<Problem>,
}

/// Decodes UTF-8, UTF-16 with a byte order mark, and GBK, which old editors of the platform wrote.
///
/// A file that is mostly good UTF-8 stays UTF-8: its few bad bytes are replaced and reported, since GBK would read
/// nearly any bytes as some characters.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let (text, bad) = encoding.decode_without_bom_handling(rest);
        return located(text.into_owned(), bad, encoding);
    }
    let has_nul = memchr::memchr(0, bytes.get(..PROBE).unwrap_or(bytes)).is_some();
    if let Some(encoding) = has_nul.then(|| unmarked_utf16(bytes)).flatten() {
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        return located(text.into_owned(), bad, encoding);
    }
    if has_nul && is_binary(bytes) {
        let problem = Problem { span: Span::default(), message: Message::new("problem-binary"), fatal: true };
        return Decoded { text: String::new(), problem: Some(problem) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), problem: None };
    }
    if !mostly_utf8(bytes)
        && let Some(text) = GBK.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return Decoded { text: text.into_owned(), problem: None };
    }
    located(String::from_utf8_lossy(bytes).into_owned(), true, UTF_8)
}

/// `text` in the encoding, and with the byte order mark, of a file of these bytes. `None` when they would not come back as they
/// are, byte for byte, when the encoding lacks a character of the text, or when the new bytes would be read as something else
/// (fewer of them around the same NULs are no text any more): what is then written could not be trusted.
pub fn encode(text: &str, like: &[u8]) -> Option<Vec<u8>> {
    let (encoding, mark) = Encoding::for_bom(like).unwrap_or_else(|| (unmarked(like), 0));
    let mark = like.get(..mark)?;
    let bytes = |text: &str| Some([mark, &encoded(text, encoding)?].concat());
    if bytes(&decode(like).text)? != like {
        return None;
    }
    bytes(text).filter(|bytes| decode(bytes).text == text)
}

/// The encoding of bytes without a mark, if they are text at all.
fn unmarked(bytes: &[u8]) -> &'static Encoding {
    match unmarked_utf16(bytes) {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GBK,
    }
}

fn encoded(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, lacking) = encoding.encode(text);
    (!lacking).then(|| bytes.into_owned())
}

fn located(text: String, bad: bool, encoding: &'static Encoding) -> Decoded {
    let problem = bad.then(|| {
        let start = text.find('\u{FFFD}').unwrap_or(0);
        let end = (start + '\u{FFFD}'.len_utf8()).min(text.len());
        let message = Message::new("problem-encoding").with("encoding", encoding.name());
        Problem { span: Span::new(start, end), message, fatal: false }
    });
    Decoded { text, problem }
}

/// UTF-16 of mostly Latin characters has its NULs on one side only.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let probe = bytes.get(..PROBE).unwrap_or(bytes);
    let pairs = probe.len() / 2;
    let even = probe.iter().step_by(2).filter(|byte| **byte == 0).count();
    let odd = probe.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    if pairs < 2 || !bytes.len().is_multiple_of(2) {
        None
    } else if even == 0 && odd * 2 > pairs {
        Some(UTF_16LE)
    } else if odd == 0 && even * 2 > pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Data that is no text holds NULs; a single stray one does not make a script data.
fn is_binary(bytes: &[u8]) -> bool {
    let probe = bytes.get(..PROBE).unwrap_or(bytes);
    probe.iter().filter(|byte| **byte == 0).count() * 50 > probe.len()
}

/// Whether there are more characters that take three bytes of UTF-8 (all Chinese ones) than places that are not UTF-8.
/// Two bytes prove nothing: many GBK characters happen to be UTF-8 pairs.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| character.len_utf8() >= 3).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let text = "// 授权登录\nmy.getAuthCode({})";
        let utf16 = |big: bool, source: &str| -> Vec<u8> {
            let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            source.encode_utf16().flat_map(unit).collect()
        };
        let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        for (name, bytes) in [
            ("utf-8", text.as_bytes().to_vec()),
            ("utf-8 mark", marked(&[0xEF, 0xBB, 0xBF], text.as_bytes().to_vec())),
            ("utf-16le mark", marked(&[0xFF, 0xFE], utf16(false, text))),
            ("utf-16be mark", marked(&[0xFE, 0xFF], utf16(true, text))),
            ("gbk", GBK.encode(text).0.into_owned()),
        ] {
            assert_eq!(decode(&bytes), Decoded { text: text.into(), problem: None }, "{name}");
            assert_eq!(encode(text, &bytes), Some(bytes.clone()), "{name}");
            let longer = format!("{text}\r\n// 可以");
            assert_eq!(encode(&longer, &bytes).map(|bytes| decode(&bytes).text), Some(longer), "{name}");
        }
        assert_eq!(encode("𝄞", &GBK.encode(text).0).map(|bytes| decode(&bytes).text), None, "GBK has no such sign");
        let unmarked = utf16(false, "App({ onLaunch() {} })");
        assert_eq!(decode(&unmarked).text, "App({ onLaunch() {} })");
    }

    #[test]
    fn doubtful_bytes_are_said() {
        let broken = [&b"Page({ a: '"[..], "中文中文".as_bytes(), &[0xFF], b"' })"].concat();
        let decoded = decode(&broken);
        let problem = decoded.problem.expect("problem");
        assert_eq!(problem.span.of(&decoded.text), "\u{FFFD}");
        assert!(decoded.text.contains("中文中文") && !problem.fatal);
        assert_eq!(encode("x", &broken), None, "what was replaced is lost");
        let long = format!("// {}\0\0\n", "a".repeat(200));
        assert_eq!(encode("// \0\0\n", long.as_bytes()), None, "it would be taken for data");
        let data = decode(&[0x89, b'P', b'N', b'G', 0, 0, 0, 0, 13, 0, 0, 1]);
        assert!(data.problem.is_some_and(|problem| problem.fatal) && data.text.is_empty());
        assert_eq!(decode(b""), Decoded { text: String::new(), problem: None });
        assert_eq!(
            decode("var a = '\0'; // one NUL does not make it data, in a line that is long enough".as_bytes()).problem,
            None
        );
    }
}
