//! Parses Nix's log for programs (`--log-format internal-json`), line by line.
//!
//! Each line is `@nix ` and a JSON object: the start or stop of an activity, its result, or a message. Other lines of
//! stderr are kept as text, and unknown objects are skipped: no decision depends on the log.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::Value;

/// Kinds of activities, numbered by `ActivityType` in Nix's logging.hh.
const COPY: u64 = 100;
const DOWNLOAD: u64 = 101;
const ALL_BUILDS: u64 = 104;
const BUILD: u64 = 105;
const FETCH: u64 = 112;

/// Kinds of results, numbered by `ResultType`.
const BUILD_LINE: u64 = 101;
const PROGRESS: u64 = 105;

/// Messages up to this level are errors.
const ERROR: u64 = 0;

/// At most this much of one line is parsed, in bytes.
const MOST_LINE_BYTES: usize = 1 << 20;

/// The message if Nix gives no reason.
const NO_REASON: &str = "builds failed; the last lines of those that ran:";

/// How many lines of a failed build are shown.
const TAIL_LINES: usize = 20;

/// An event in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// An activity has started: `building server-0.1.0`.
    Started(&'a str),
    /// An activity has ended.
    Stopped(&'a str),
    /// A log line, after the activity that it belongs to, if known.
    Line(Option<&'a str>, &'a str),
    /// How many builds are finished.
    Progress {
        /// The number of finished builds.
        done: u64,
        /// The number of expected builds.
        expected: u64,
    },
    /// An error.
    Error(&'a str),
    /// The run was cancelled and is being stopped.
    Ending,
}

/// The state of a log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    running: BTreeMap<u64, Activity>,
    tails: BTreeMap<String, VecDeque<String>>,
    builds: Option<u64>,
    errors: Vec<String>,
}

#[derive(Debug)]
struct Activity {
    what: String,
    derivation: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum LogLine {
    Start {
        id: u64,
        #[serde(rename = "type")]
        kind: u64,
        #[serde(default)]
        text: String,
        #[serde(default)]
        fields: Vec<Value>,
    },
    Stop {
        id: u64,
    },
    Result {
        id: u64,
        #[serde(rename = "type")]
        kind: u64,
        #[serde(default)]
        fields: Vec<Value>,
    },
    Msg {
        level: u64,
        msg: String,
        raw_msg: Option<String>,
    },
}

impl Log {
    /// Adds a line, with or without its line feed.
    pub(crate) fn add(&mut self, line: &[u8], see: &mut dyn FnMut(Event<'_>)) {
        let text = String::from_utf8_lossy(&line[..line.len().min(MOST_LINE_BYTES)]);
        let text = text.trim_end();
        let parsed = text.strip_prefix("@nix ").map(serde_json::from_str);
        match parsed {
            None if text.is_empty() => {}
            None => see(Event::Line(None, &plain(text))),
            // A kind of line that another version of Nix writes.
            Some(Err(_)) => {}
            Some(Ok(line)) => self.take(line, see),
        }
    }

    /// Every error, each on one line.
    pub(crate) fn into_errors(self) -> Vec<String> {
        self.errors
    }

    fn take(&mut self, line: LogLine, see: &mut dyn FnMut(Event<'_>)) {
        match line {
            LogLine::Start { id, kind, .. } if kind == ALL_BUILDS => self.builds = Some(id),
            LogLine::Start { id, kind, text, fields } if [BUILD, COPY, DOWNLOAD, FETCH].contains(&kind) => {
                let what = short(&plain(&text));
                see(Event::Started(&what));
                let derivation = fields.first().and_then(Value::as_str);
                let derivation = derivation.filter(|_| kind == BUILD).map(String::from);
                self.running.insert(id, Activity { what, derivation });
            }
            LogLine::Start { .. } => {}
            LogLine::Stop { id } => {
                if let Some(activity) = self.running.remove(&id) {
                    see(Event::Stopped(&activity.what));
                }
            }
            LogLine::Result { id, kind, fields } if kind == BUILD_LINE => {
                if let Some(text) = fields.first().and_then(Value::as_str) {
                    let text = plain(text);
                    let activity = self.running.get(&id);
                    see(Event::Line(activity.map(|it| it.what.as_str()), &text));
                    self.keep(id, text);
                }
            }
            LogLine::Result { id, kind, fields } if kind == PROGRESS && self.builds == Some(id) => {
                let number = |at: usize| fields.get(at).and_then(Value::as_u64).unwrap_or(0);
                see(Event::Progress {
                    done: number(0),
                    expected: number(1),
                });
            }
            LogLine::Result { .. } => {}
            LogLine::Msg { level, msg, raw_msg } => {
                if level == ERROR {
                    let mut text = plain(&raw_msg.unwrap_or(msg));
                    if text.trim().is_empty() {
                        // NB: Nix 2.8 gives an empty message if two builds fail at once. Any build that ran may have
                        // failed.
                        text = self
                            .tails
                            .keys()
                            .fold(NO_REASON.into(), |text, derivation| format!("{text}\n  {derivation}"));
                    }
                    self.errors.extend(first_line(&text));
                    see(Event::Error(&self.with_tail(text)));
                }
            }
        }
    }
}

impl Log {
    /// Keeps the last lines of each build, because Nix's error about a failed build may not contain them.
    fn keep(&mut self, id: u64, line: String) {
        let activity = self.running.get(&id);
        let Some(derivation) = activity.and_then(|activity| activity.derivation.as_ref()) else {
            return;
        };
        let tail = self.tails.entry(derivation.clone()).or_default();
        if tail.len() == TAIL_LINES {
            tail.pop_front();
        }
        tail.push_back(line);
    }

    /// Appends to an error the last lines of every build that it names.
    fn with_tail(&self, mut error: String) -> String {
        let tails = self.tails.iter();
        let lines: Vec<_> = tails
            .filter(|(derivation, _)| error.contains(derivation.as_str()))
            .flat_map(|(_, lines)| lines)
            .map(|line| format!("\n  > {line}"))
            .collect();
        error.push_str(&lines.concat());
        error
    }
}

/// The first line of an error, without a colon or semicolon at the end.
fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.trim_end_matches([';', ':']).to_owned())
}

/// Shortens `building '/nix/store/<hash>-server-0.1.0.drv'` to `building server-0.1.0`.
fn short(text: &str) -> String {
    let Some((before, rest)) = text.split_once('\'') else {
        return text.into();
    };
    let Some((path, after)) = rest.split_once('\'') else {
        return text.into();
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = match name.split_once('-') {
        Some((hash, name)) if hash.len() == 32 => name,
        _ => name,
    };
    format!("{before}{}{after}", name.trim_end_matches(".drv"))
}

/// Removes colours and other control sequences; tabs and line feeds stay.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            // ESC [ … letter: a control sequence of a terminal.
            '\x1b' => {
                if characters.next() == Some('[') {
                    characters.find(|character| ('@'..='~').contains(character));
                }
            }
            '\n' | '\t' => shown.push(character),
            character if character.is_control() => {}
            character => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (Vec<String>, Vec<String>) {
        let (mut log, mut seen) = (Log::default(), Vec::new());
        for line in lines {
            log.add(line.as_bytes(), &mut |event| seen.push(format!("{event:?}")));
        }
        (seen, log.into_errors())
    }

    #[test]
    fn a_build_starts_says_something_and_stops() {
        let drv = "/nix/store/lk40y7cplnkcagz0ims8y8pzdf41clyk-demo-0.1.0.drv";
        let (seen, errors) = read(&[
            r#"@nix {"action":"start","id":1,"level":0,"text":"","type":104}"#,
            &format!(
                r#"@nix {{"action":"start","fields":["{drv}","",1,1],"id":2,"level":3,"text":"building '{drv}'","type":105}}"#
            ),
            r#"@nix {"action":"result","fields":[0,7,1,0],"id":1,"type":105}"#,
            r#"@nix {"action":"result","fields":["\u001b[1mCompiling\u001b[0m x"],"id":2,"type":101}"#,
            r#"@nix {"action":"result","fields":[9,9,9,9],"id":3,"type":105}"#,
            r#"@nix {"action":"stop","id":2}"#,
            r#"@nix {"action":"stop","id":9}"#,
        ]);
        assert_eq!(
            seen,
            [
                "Started(\"building demo-0.1.0\")",
                "Progress { done: 0, expected: 7 }",
                "Line(Some(\"building demo-0.1.0\"), \"Compiling x\")",
                "Stopped(\"building demo-0.1.0\")",
            ]
        );
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn an_error_without_a_text_shows_the_last_lines_of_the_builds_that_ran() {
        let drv = "/nix/store/lk40y7cplnkcagz0ims8y8pzdf41clyk-demo-0.1.0.drv";
        let (seen, errors) = read(&[
            &format!(r#"@nix {{"action":"start","fields":["{drv}"],"id":2,"text":"building","type":105}}"#),
            r#"@nix {"action":"result","fields":["ld: unknown flag"],"id":2,"type":101}"#,
            r#"@nix {"action":"stop","id":2}"#,
            r#"@nix {"action":"msg","level":0,"msg":"error: ","raw_msg":"\u001b[35;1m\u001b[0m"}"#,
        ]);
        assert_eq!(errors, ["builds failed; the last lines of those that ran"]);
        let last = seen.last().unwrap();
        assert!(last.contains(drv) && last.contains("> ld: unknown flag"), "{last}");
    }

    #[test]
    fn errors_are_shown_whole_and_kept_in_one_line() {
        let (seen, errors) = read(&[
            r#"@nix {"action":"msg","level":0,"msg":"error: x","raw_msg":"\u001b[35;1m\u001b[0mbuilder for 'x.drv' failed;\n  last 2 log lines:\n > one"}"#,
            r#"@nix {"action":"msg","level":1,"msg":"warning: y"}"#,
        ]);
        assert_eq!(
            seen,
            [r#"Error("builder for 'x.drv' failed;\n  last 2 log lines:\n > one")"#]
        );
        assert_eq!(errors, ["builder for 'x.drv' failed"]);
    }

    #[test]
    fn the_last_lines_of_the_build_that_failed_are_shown_and_of_no_other() {
        let start = |id: u64, name: &str| {
            format!(
                r#"@nix {{"action":"start","fields":["/nix/store/x-{name}.drv"],"id":{id},"text":"building","type":105}}"#
            )
        };
        let say = |id: u64, line: usize| {
            format!(r#"@nix {{"action":"result","fields":["{id}: {line}"],"id":{id},"type":101}}"#)
        };
        let mut lines = vec![start(1, "one"), start(2, "two")];
        lines.extend((0..TAIL_LINES + 5).flat_map(|line| [say(1, line), say(2, line)]));
        lines.push(r#"@nix {"action":"stop","id":1}"#.into());
        lines.push(r#"@nix {"action":"msg","level":0,"msg":"builder for '/nix/store/x-one.drv' failed"}"#.into());
        let (seen, _) = read(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let error = seen.last().unwrap();
        assert_eq!(error.matches("\\n  > 1: ").count(), TAIL_LINES, "{error}");
        assert!(
            error.contains("> 1: 24") && !error.contains("> 1: 4\\n") && !error.contains("> 2: "),
            "{error}"
        );
    }

    #[test]
    fn what_is_not_understood_is_shown_or_skipped() {
        let (seen, errors) = read(&[
            "plain text\r\n",
            "",
            "@nix {not json",
            r#"@nix {"action":"dance","id":1}"#,
            r#"@nix {"action":"result","fields":[],"id":2,"type":101}"#,
        ]);
        assert_eq!((seen, errors), (vec!["Line(None, \"plain text\")".to_owned()], vec![]));
        let mut log = Log::default();
        log.add(b"\xff\xfe@nix", &mut |_| {});
        log.add(&vec![b'['; 4 * MOST_LINE_BYTES], &mut |_| {});
    }
}
