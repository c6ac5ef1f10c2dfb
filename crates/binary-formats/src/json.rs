//! A JSON (RFC 8259) scanner that records the byte range of every value.

use untrusted_input::format::Format;

use crate::block::shown_text;
use crate::content::Content;
use crate::error::{MapFailure, malformed};
use crate::limits::Limits;
use crate::map::{Builder, Map};

/// Deepest nesting that is accepted.
const DEEPEST: usize = 128;

/// Longest JSON pointer that is used as a field's name.
const LONGEST_POINTER_BYTES: usize = 4096;

/// Maps a document: one part, with a field for every scalar. A field's name is its JSON pointer.
pub(crate) fn map(content: &Content, limits: &Limits) -> Result<Map, MapFailure> {
    if content.length() > limits.document_bytes {
        return Err(malformed(format!("it is longer than {} bytes", limits.document_bytes)));
    }
    let bytes = content.bytes(0, content.length() as usize)?;
    let mut builder = Builder::new(Format::Json, content.length(), limits);
    builder.part("document", 0..content.length())?;
    let mut scanner = Scanner {
        bytes: &bytes,
        at: 0,
        builder,
        pointer: String::new(),
    };
    scanner.value(0)?;
    scanner.blanks();
    if scanner.at < bytes.len() {
        return Err(scanner.bad());
    }
    scanner.builder.finish()
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    builder: Builder,
    pointer: String,
}

impl Scanner<'_> {
    fn bad(&self) -> MapFailure {
        malformed(format!("it is not JSON at byte {}", self.at))
    }

    fn blanks(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Consumes `byte` if it is next after blanks.
    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_next = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<(), MapFailure> {
        if depth > DEEPEST {
            return Err(malformed(format!("it is nested deeper than {DEEPEST}")));
        }
        self.blanks();
        let start = self.at;
        match self.bytes.get(self.at) {
            Some(b'{') => return self.collection(b'}', depth),
            Some(b'[') => return self.collection(b']', depth),
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                while matches!(
                    self.bytes.get(self.at),
                    Some(b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.')
                ) {
                    self.at += 1;
                }
                if serde_json::from_slice::<serde_json::Value>(&self.bytes[start..self.at]).is_err() {
                    return Err(self.bad());
                }
            }
            _ => return Err(self.bad()),
        }
        let text = &self.bytes[start..self.at];
        let value = match text {
            [b'"', inner @ .., b'"'] => shown_text(inner),
            _ => untrusted_input::spelling::escape(text),
        };
        self.builder
            .field(self.pointer.clone(), start as u64..self.at as u64, value, false)
    }

    /// Scans an object or an array; `end` is its closing bracket.
    fn collection(&mut self, end: u8, depth: usize) -> Result<(), MapFailure> {
        self.at += 1;
        let length = self.pointer.len();
        if self.take(end) {
            return Ok(());
        }
        for index in 0_usize.. {
            let step = if end == b'}' {
                self.blanks();
                let start = self.at;
                self.string()?;
                let key = untrusted_input::spelling::escape(&self.bytes[start + 1..self.at - 1]);
                if !self.take(b':') {
                    return Err(self.bad());
                }
                key.replace('~', "~0").replace('/', "~1")
            } else {
                index.to_string()
            };
            self.pointer.push('/');
            self.pointer.push_str(&step);
            if self.pointer.len() > LONGEST_POINTER_BYTES {
                return Err(malformed("a name in it is too long"));
            }
            self.value(depth + 1)?;
            self.pointer.truncate(length);
            if self.take(end) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.bad());
            }
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), MapFailure> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.bad());
        }
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at += 2,
                Some(0..0x20) | None => return Err(self.bad()),
                Some(_) => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Result<Vec<(String, String)>, String> {
        match map(&Content::memory(text.into()), &Limits::default()) {
            Ok(map) => Ok(map
                .parts
                .into_iter()
                .flat_map(|part| part.fields)
                .map(|field| {
                    let range = field.range.start as usize..field.range.end as usize;
                    (field.name, text[range].to_owned())
                })
                .collect()),
            Err(MapFailure::Malformed(why)) => Err(why),
            Err(MapFailure::Unreadable(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn every_value_has_its_pointer_and_its_place() {
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter()
                .map(|(name, text)| ((*name).into(), (*text).into()))
                .collect()
        };
        assert_eq!(
            fields(r#" {"a": [1, "x\"y", {}, []], "b/c~": {"d": null}, "e":-1.5e+3} "#).unwrap(),
            pairs(&[
                ("/a/0", "1"),
                ("/a/1", r#""x\"y""#),
                ("/b~1c~0/d", "null"),
                ("/e", "-1.5e+3"),
            ])
        );
        assert_eq!(fields("7").unwrap(), pairs(&[("", "7")]));
    }

    #[test]
    fn what_is_not_json_has_no_map() {
        let deep = "[".repeat(100_000);
        for text in [
            "", "{", "[1,]", "{\"a\"}", "{a:1}", "[1 2]", "\"x", "\"\\", "nul", "--1", "[1]x", "\"\n\"", &deep,
        ] {
            assert!(fields(text).is_err(), "{text:.20}");
        }
    }
}
