//! The program of these tests in a folder, and the real tool that is run in it.

use super::{KNOWN, PROGRAM};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A folder with the program, gone at the end.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Folder {
        let folder =
            Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}-{}", std::process::id())));
        let _ = fs::remove_dir_all(&folder.0);
        PROGRAM.iter().for_each(|(file, text)| folder.write(file, text));
        folder
    }

    pub(super) fn write(&self, file: impl AsRef<Path>, text: &str) {
        let file = self.0.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
        command.arg("check").args(args).current_dir(&self.0).env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the tool; it must end by itself.
    pub(super) fn check(&self, args: &[&str]) -> (i32, String, String) {
        ended(self.command(args))
    }

    /// Runs the tool as it usually is; it must find what is known and nothing else may have failed.
    pub(super) fn known(&self) -> String {
        let (code, out, err) = self.check(&["--format", "concise"]);
        assert!(out.contains(KNOWN) && code <= 1, "{code}\n{out}\n{err}");
        out + &err
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn ended(mut command: Command) -> (i32, String, String) {
    let child = command.spawn().unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let Output { status, stdout, stderr } = told.recv_timeout(Duration::from_secs(120)).expect("it hangs").unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}
