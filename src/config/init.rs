//! In: a language. Out: the file `consentry init` writes, which is data: `rules/help/init.toml`. A test sees that it says nothing wrong.

use crate::catalog::Lang;

/// A short configuration with the keys most programs want, all optional.
pub fn template(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("../../rules/help/init.toml"),
        Lang::Zh => include_str!("../../rules/help/init.zh.toml"),
    }
}
