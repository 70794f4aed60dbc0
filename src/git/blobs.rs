//! In: names of objects. Out: their sizes and bytes, from two `git cat-file` that stay open as long as anybody may ask. Never a path,
//! and never more bytes than are wanted: an object says first how many it has.

use crate::discover::too_large;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A reader of objects for many threads: each question goes to the one that talks to git, with a way back for the answer.
#[derive(Debug)]
pub(super) struct Blobs(Sender<Question>);

#[derive(Debug)]
struct Question {
    name: String,
    /// Bytes it may have; `None` when only its size is asked for.
    most: Option<u64>,
    answer: Sender<Result<Answer>>,
}

#[derive(Debug)]
struct Answer {
    size: u64,
    bytes: Vec<u8>,
}

impl Blobs {
    /// `git` makes a command without arguments; none is run before the first question.
    pub(super) fn of(git: impl Fn() -> Command + Send + 'static) -> Blobs {
        let (to, from) = channel();
        std::thread::spawn(move || serve(git, &from));
        Blobs(to)
    }

    /// The bytes of an object that has at most `most` of them.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Vec<u8>> {
        Ok(self.ask(name, Some(most))?.bytes)
    }

    /// How many bytes an object has.
    pub(super) fn size(&self, name: &str) -> Result<u64> {
        Ok(self.ask(name, None)?.size)
    }

    fn ask(&self, name: &str, most: Option<u64>) -> Result<Answer> {
        let (answer, answered) = channel();
        let gone = |_| Error::from(ErrorKind::BrokenPipe);
        self.0.send(Question { name: name.to_owned(), most, answer }).map_err(|_| gone(()))?;
        answered.recv().map_err(|_| gone(()))?
    }
}

/// Answers until nobody can ask any more.
fn serve(git: impl Fn() -> Command, questions: &Receiver<Question>) {
    let Ok(first) = questions.recv() else { return };
    let talks = Talk::begin(git(), "--batch-check").and_then(|sizes| Ok((sizes, Talk::begin(git(), "--batch")?)));
    let (mut sizes, mut contents) = match talks {
        Ok(talks) => talks,
        Err(error) => return drop(first.answer.send(Err(error))),
    };
    for Question { name, most, answer } in std::iter::once(first).chain(questions) {
        // Who has asked may have gone.
        let _ = answer.send(object(&name, most, &mut sizes, &mut contents));
    }
    [sizes, contents].into_iter().for_each(Talk::end);
}

fn object(name: &str, most: Option<u64>, sizes: &mut Talk, contents: &mut Talk) -> Result<Answer> {
    let size = sizes.size(name)?;
    let Some(most) = most else { return Ok(Answer { size, bytes: Vec::new() }) };
    if size > most {
        return Err(too_large(size, most));
    }
    let said = contents.size(name)?;
    let mut bytes = Vec::new();
    contents.from.by_ref().take(said).read_to_end(&mut bytes)?;
    // A line end closes it.
    contents.from.read_exact(&mut [0])?;
    if bytes.len() as u64 == size { Ok(Answer { size, bytes }) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// A `git cat-file` under way.
struct Talk {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Talk {
    fn begin(mut git: Command, how: &str) -> Result<Talk> {
        git.args(["cat-file", how]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Talk { child, to, from: BufReader::new(from) }),
            _ => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    /// What the line about an object says: `<name> blob <size>`, or `<name> missing`.
    fn size(&mut self, name: &str) -> Result<u64> {
        writeln!(self.to, "{name}")?;
        self.to.flush()?;
        let mut head = String::new();
        self.from.read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
        size.ok_or_else(|| Error::other(format!("git has no object {name}")))
    }

    /// Its input is closed: it ends, and there is nobody left to tell how.
    fn end(mut self) {
        drop((self.to, self.from));
        let _ = self.child.wait();
    }
}
