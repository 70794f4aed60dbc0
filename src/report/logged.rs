//! In: JSON on its way out. Out: the same JSON, in which no pipeline that logs it finds a command. Never another value.

use std::io::{Result, Write};

/// Writes the second of two `#` as an escape: in JSON both stand in a text, and `##[…]` in a line is a command to some runners.
pub(super) struct Logged<'a> {
    out: &'a mut dyn Write,
    after_one: bool,
}

impl<'a> Logged<'a> {
    /// Before `out`.
    pub(super) fn new(out: &'a mut dyn Write) -> Logged<'a> {
        Logged { out, after_one: false }
    }
}

impl Write for Logged<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut from = 0;
        for at in memchr::memchr_iter(b'#', bytes) {
            let second = if at == 0 { self.after_one } else { at > from && bytes[at - 1] == b'#' };
            if second {
                self.out.write_all(&bytes[from..at])?;
                self.out.write_all(b"\\u0023")?;
                from = at + 1;
            }
        }
        self.out.write_all(&bytes[from..])?;
        if !bytes.is_empty() {
            self.after_one = from < bytes.len() && bytes.ends_with(b"#");
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_them_are_left_and_the_value_is_the_same() {
        for text in ["##[x]", "###[x]y", "#", "a#b##", "\\##"] {
            let json = serde_json::to_string(text).unwrap();
            for size in 1..=json.len() {
                let mut out = Vec::new();
                let mut logged = Logged::new(&mut out);
                json.as_bytes().chunks(size).for_each(|part| logged.write_all(part).unwrap());
                let said = String::from_utf8(out).unwrap();
                assert!(!said.contains("##"), "{said}");
                assert_eq!(serde_json::from_str::<String>(&said).unwrap(), text);
            }
        }
    }
}
