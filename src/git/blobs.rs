//! In: names of objects. Out: their bytes, from one `git cat-file` that stays open as long as anybody may ask. Never a path.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A reader of objects for many threads: each question goes to the one that talks to git, with a way back for the answer.
#[derive(Debug)]
pub(super) struct Blobs(Sender<Question>);

#[derive(Debug)]
struct Question {
    name: String,
    answer: Sender<Result<Vec<u8>>>,
}

impl Blobs {
    /// `git` is a command without arguments; it is not run before the first question.
    pub(super) fn of(git: Command) -> Blobs {
        let (to, from) = channel();
        std::thread::spawn(move || serve(git, &from));
        Blobs(to)
    }

    /// The bytes of an object.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>> {
        let (answer, answered) = channel();
        let gone = |_| Error::from(ErrorKind::BrokenPipe);
        self.0.send(Question { name: name.to_owned(), answer }).map_err(|_| gone(()))?;
        answered.recv().map_err(|_| gone(()))?
    }
}

/// Answers until nobody can ask any more.
fn serve(mut git: Command, questions: &Receiver<Question>) {
    let Ok(first) = questions.recv() else { return };
    git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = match git.spawn() {
        Ok(child) => child,
        Err(error) => return drop(first.answer.send(Err(error))),
    };
    if let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) {
        let mut from = BufReader::new(from);
        for Question { name, answer } in std::iter::once(first).chain(questions) {
            // Who has asked may have gone.
            let _ = answer.send(object(&name, &mut to, &mut from));
        }
    }
    // Its input is closed: it ends, and there is nobody left to tell how.
    let _ = child.wait();
}

fn object(name: &str, to: &mut ChildStdin, from: &mut BufReader<ChildStdout>) -> Result<Vec<u8>> {
    writeln!(to, "{name}")?;
    to.flush()?;
    let mut head = String::new();
    from.read_line(&mut head)?;
    // `<name> blob <size>`, or `<name> missing`.
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
    let size = size.ok_or_else(|| Error::other(format!("git has no object {name}")))?;
    let mut bytes = vec![0; size];
    from.read_exact(&mut bytes)?;
    // A line end closes it.
    from.read_exact(&mut [0])?;
    Ok(bytes)
}
