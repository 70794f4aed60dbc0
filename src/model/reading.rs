//! In: a path and the file system. Out: the file, read and parsed. Never looks at another file.

use super::SourceFile;
use super::load::{Loading, Parsing};
use crate::discover::{Files, Reach, path};
use crate::facts::{Parsed, Problem};
use crate::framework::{self, Framework};
use crate::message::{Message, Value};
use crate::parse;
use crate::text::Span;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn read_and_parse(
    files: &dyn Files,
    path: String,
    (parsing, dialect): (Parsing, Option<&Framework>),
    most: u64,
    clock: fn() -> Duration,
) -> (SourceFile, Loading) {
    let start = clock();
    let model = framework::model(&path).map(|text| text.as_bytes().to_vec());
    let bytes = model.map_or_else(|| files.read_within(&path, most), Ok);
    let read = clock();
    let package = path.contains("node_modules/") || framework::is_model(&path);
    let (text, parsed) = match &bytes {
        Ok(bytes) if parsing == Parsing::Needed && is_data(&path, bytes) => (String::new(), Parsed::default()),
        Ok(bytes) => parse::file_in(&path, bytes, dialect),
        Err(error) => {
            (String::new(), failed(Message::new("problem-unreadable").with("reason", Value::of_system(error))))
        }
    };
    let loading = Loading {
        read: read.saturating_sub(start),
        parse: clock().saturating_sub(read),
        bytes: bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
    };
    let Parsed { facts, problems, directives } = parsed;
    (SourceFile { path, text: Arc::from(text), facts, problems, directives, package, reached: true }, loading)
}

/// Whether a file is a script that holds nothing but data: whoever needs a value of it gets an unknown one.
fn is_data(path: &str, bytes: &[u8]) -> bool {
    (path.ends_with(".js") || path.ends_with(".ts")) && parse::data::is_data(bytes)
}

fn failed(message: Message) -> Parsed {
    let problem = Problem { span: Span::default(), message, fatal: true };
    Parsed { facts: None, problems: vec![problem], directives: Vec::new() }
}

/// The folder of a file that a program names and that may not be read. Packages are looked for on the way up as far as there are
/// folders.
pub(super) fn outside(files: &dyn Files, path: &str) -> Option<String> {
    let named = match files.reach(path) {
        Reach::Inside => false,
        Reach::Linked => true,
        Reach::Elsewhere => !path.contains("node_modules/"),
    };
    named.then(|| path::parent(path).unwrap_or(path).to_owned())
}
