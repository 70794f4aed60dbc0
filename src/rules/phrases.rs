//! In: a text and words. Out: whether the text holds one of them.

/// Whether a text holds one of the words: a whole one in Latin letters, any place in Chinese.
pub(super) fn hold(words: &[String], text: &str) -> bool {
    let lower = text.to_lowercase();
    let latin: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let holds = |word: &str| if word.is_ascii() { latin.contains(&word) } else { lower.contains(word) };
    words.iter().any(|word| holds(word))
}

#[cfg(test)]
mod tests {
    use super::hold;

    #[test]
    fn whole_words_and_any_place() {
        let words = ["agree", "协议"].map(String::from);
        for (text, expected) in [
            ("I Agree to it", true),
            ("a disagreement", false),
            ("我已阅读《用户协议》", true),
            ("请同意agree吧", true),
            ("", false),
        ] {
            assert_eq!(hold(&words, text), expected, "{text}");
        }
    }
}
