//! Parses derivations in the store: what is built, and from what.
//!
//! A `.drv` file is one term, `Derive([outputs],[derivations],[sources],system,builder,[arguments],[environment])`.
//! Lists are in brackets, tuples in parentheses, texts in quotes with backslash escapes. The format is the same in
//! every version of Nix. The form for dynamic derivations (`DrvWithVersion`) is refused.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

/// An output of a derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DerivationOutput {
    /// Its store path; empty if that is known only after the build.
    pub(super) path: PathBuf,
    /// Whether the derivation declares its hash (a fixed-output derivation).
    pub(super) is_fixed: bool,
}

impl DerivationOutput {
    /// Whether its path is known before the build.
    pub(super) fn is_known(&self) -> bool {
        !self.path.as_os_str().is_empty()
    }
}

/// A derivation's outputs and inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Derivation {
    /// Its outputs.
    pub(super) outputs: Vec<DerivationOutput>,
    /// The derivations whose outputs are its inputs.
    pub(super) derivations: Vec<PathBuf>,
    /// The store paths that are its inputs directly.
    pub(super) sources: Vec<PathBuf>,
}

impl Derivation {
    /// Parses a `.drv` file.
    ///
    /// # Errors
    /// The syntax error and its offset.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut term = Term { bytes, at: 0 };
        term.expect("Derive(")?;
        let outputs = term.list(|term| {
            let [_name, path, _algorithm, hash] = term.tuple()?;
            Ok(DerivationOutput {
                path: as_path(path),
                is_fixed: !hash.is_empty(),
            })
        })?;
        term.expect(",")?;
        let derivations = term.list(|term| {
            term.expect("(")?;
            let path = term.text()?;
            term.expect(",")?;
            term.list(Term::text)?;
            term.expect(")")?;
            Ok(as_path(path))
        })?;
        term.expect(",")?;
        let sources = term.list(|term| term.text().map(as_path))?;
        for _ in ["system", "builder"] {
            term.expect(",")?;
            term.text()?;
        }
        term.expect(",")?;
        term.list(Term::text)?;
        term.expect(",")?;
        term.list(|term| term.tuple::<2>().map(|_| ()))?;
        term.expect(")")?;
        if term.at != bytes.len() {
            return Err(format!("there is more after its end at byte {}", term.at));
        }
        if outputs.is_empty() {
            return Err("it has no output".into());
        }
        Ok(Self {
            outputs,
            derivations,
            sources,
        })
    }
}

fn as_path(text: Vec<u8>) -> PathBuf {
    OsString::from_vec(text).into()
}

/// A parser over the bytes of a term.
struct Term<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Term<'_> {
    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        Err(format!("{word:?} is not at byte {}", self.at))
    }

    fn next(&mut self) -> Result<u8, String> {
        let byte = self.bytes.get(self.at).ok_or("it ends too early")?;
        self.at += 1;
        Ok(*byte)
    }

    fn text(&mut self) -> Result<Vec<u8>, String> {
        self.expect("\"")?;
        let mut text = Vec::new();
        loop {
            text.push(match self.next()? {
                b'"' => return Ok(text),
                b'\\' => match self.next()? {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => other,
                },
                other => other,
            });
        }
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.expect("[")?;
        let mut items = Vec::new();
        while self.bytes.get(self.at) != Some(&b']') {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(item(self)?);
        }
        self.expect("]")?;
        Ok(items)
    }

    fn tuple<const N: usize>(&mut self) -> Result<[Vec<u8>; N], String> {
        let mut texts = std::array::from_fn(|_| Vec::new());
        for (place, text) in texts.iter_mut().enumerate() {
            self.expect(if place == 0 { "(" } else { "," })?;
            *text = self.text()?;
        }
        self.expect(")")?;
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"Derive([("out","/s/a-x","","")],[("/s/b.drv",["dev","out"]),("/s/c.drv",["out"])],["/s/d"],"x86_64-linux","/s/sh",["-c","echo \"a\\\n"],[("name","x"),("out","/s/a-x")])"#;

    #[test]
    fn what_goes_in_and_comes_out_is_read() {
        let derivation = Derivation::parse(WHOLE.as_bytes()).unwrap();
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(derivation.outputs[0].path, PathBuf::from("/s/a-x"));
        assert!(!derivation.outputs[0].is_fixed);
        assert_eq!(derivation.derivations, paths(&["/s/b.drv", "/s/c.drv"]));
        assert_eq!(derivation.sources, paths(&["/s/d"]));
    }

    #[test]
    fn a_hash_makes_an_output_fixed_and_an_algorithm_alone_does_not() {
        for (output, path, is_fixed) in [
            (r#"("out","/s/a","r:sha256","00")"#, "/s/a", true),
            (r#"("out","","r:sha256","")"#, "", false),
        ] {
            let text = WHOLE.replace(r#"("out","/s/a-x","","")"#, output);
            let derivation = Derivation::parse(text.as_bytes()).unwrap();
            let expected = DerivationOutput {
                path: path.into(),
                is_fixed,
            };
            assert_eq!(derivation.outputs, [expected]);
        }
    }

    #[test]
    fn whatever_is_cut_off_added_or_of_another_form_is_refused() {
        for length in 0..WHOLE.len() {
            assert!(Derivation::parse(&WHOLE.as_bytes()[..length]).is_err());
        }
        let others = [
            format!("{WHOLE} "),
            WHOLE.replace("Derive(", "DrvWithVersion(\"xp-dyn-drv\","),
            WHOLE.replace(r#"("out","/s/a-x","","")"#, ""),
            WHOLE.replace(r#"[("/s/b"#, r#"[,("/s/b"#),
            WHOLE.replace(r#"["/s/d"]"#, r#"["/s/d",]"#),
        ];
        for text in others {
            assert!(Derivation::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
