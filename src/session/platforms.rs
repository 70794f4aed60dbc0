//! In: what the user says, and a program. Out: the platform the program is checked for, and the notice when it was guessed.

use super::CheckOptions;
use crate::config::Config;
use crate::discover::Program;
use crate::error::Error;
use crate::finding::{Level, Message};
use crate::model::Model;
use crate::platform::Platform;
use crate::platform_guess::{Guess, Guesser};
use crate::report::Notice;
use std::sync::Arc;

/// Signs of a platform that a notice names.
const MOST_SIGNS: usize = 3;

/// The platform the user names.
fn said<'a>(options: &'a CheckOptions, config: &'a Config) -> Option<&'a str> {
    options.platform.as_deref().or(config.platform.as_ref().map(|held| held.value.as_str()))
}

/// The platform of a program that cannot be looked into.
pub(super) fn unguessed<'a>(options: &'a CheckOptions, config: &'a Config) -> &'a str {
    said(options, config).unwrap_or(Platform::names().next().unwrap_or_default())
}

/// What programs are checked for, found out once for all programs of a run.
#[derive(Default)]
#[expect(clippy::disallowed_types, reason = "a value of one run: the first program that needs one makes it for all")]
pub(super) struct Platforms {
    guesser: std::sync::OnceLock<Result<Guesser, String>>,
    default: std::sync::OnceLock<Result<Arc<Platform>, String>>,
}

impl Platforms {
    /// The platform of a program: the one the user names, else the one the program speaks for, else the default.
    pub(super) fn of(
        &self,
        options: &CheckOptions,
        config: &Config,
        model: &Model,
    ) -> Result<(Arc<Platform>, Option<Guess>), Error> {
        let broken = |reason: String| Error::Knowledge { what: "platform table".to_string(), reason };
        let named = |name: &str| Platform::named(name).map(Arc::new);
        if let Some(name) = said(options, config) {
            return Ok((named(name).map_err(broken)?, None));
        }
        let guesser = self.guesser.get_or_init(Guesser::new).as_ref().map_err(|reason| broken(reason.clone()))?;
        let guess = guesser.platform(model);
        let platform = match &guess {
            Some(guess) => named(&guess.platform),
            None => self.default.get_or_init(|| named(unguessed(options, config))).clone(),
        };
        Ok((platform.map_err(broken)?, guess))
    }
}

/// The notice that says what was guessed and why.
pub(super) fn notice(program: &Program, guess: &Guess, platform: &Platform) -> Notice {
    let signs: Vec<String> = guess.signs.iter().take(MOST_SIGNS).map(|sign| format!("`{sign}`")).collect();
    let message = Message::new("notice-platform")
        .with("program", program.name.clone())
        .with("platform", guess.platform.clone())
        .with("title", platform.title.clone())
        .with("signs", signs.join(", "));
    Notice { level: Level::Info, text: message, file: Some(guess.file.clone()) }
}
