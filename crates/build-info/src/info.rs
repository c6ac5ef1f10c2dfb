//! Reads the stamp: its fields, their rules, and its forms for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::mark::{END, MAGIC};
use crate::rules::{self, MAX_TEXT_BYTES, STAMP_BYTES};

/// A program's record of its own build.
///
/// As JSON it has these fields and `source_date`, which is `source_date_epoch` in RFC 3339. The fields after `toolchain` may
/// be absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub struct BuildInfo {
    /// The package that was built.
    pub name: String,
    /// Its version. Ends with `-dev` if the program carries no stamp.
    pub version: String,
    /// The commit it was built from, 40 lower-case hex digits, or `unknown`.
    pub revision: String,
    /// Whether the sources differed from that commit.
    pub dirty: bool,
    /// The commit's time, in seconds since 1970 (UTC); 0 if the build did not know it.
    pub source_date_epoch: u64,
    /// The Rust target triple.
    pub target: String,
    /// Name and version of the compiler.
    pub toolchain: String,
    /// Where the version comes from.
    pub version_from: VersionSource,
    /// Cargo's profile.
    pub profile: Option<String>,
    /// The features of the package that were enabled, sorted.
    pub features: Vec<String>,
}

/// Where a stamp's version comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionSource {
    /// The package's manifest.
    #[default]
    Cargo,
    /// The package's manifest, and the commit's time and digits after it.
    Git,
}

/// The fields as in JSON, before their rules are checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    name: String,
    version: String,
    revision: String,
    dirty: bool,
    source_date_epoch: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_date: Option<String>,
    target: String,
    toolchain: String,
    #[serde(default)]
    version_from: VersionSource,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    features: Vec<String>,
}

/// Why a text is not a valid stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

impl BuildInfo {
    /// Reads the JSON text of a stamp.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if the text is not JSON, has other fields than a stamp, or a value breaks its rule.
    pub fn parse(text: &[u8]) -> Result<Self, ParseError> {
        // NB: serde also accepts a list for a struct (serde-rs/serde#1587).
        serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(text)
            .and_then(|_| serde_json::from_slice(text))
            .map_err(|error| ParseError(printable(&error.to_string())))
    }

    /// The bytes of the stamp, which [`find_in`](crate::find_in) finds: the marks, the text between them, and zeros up to
    /// the length of all stamps.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if a value breaks its rule, or if all of them are too long.
    pub fn to_stamp(&self) -> Result<[u8; STAMP_BYTES], ParseError> {
        let json = Json {
            source_date: None,
            ..self.clone().into()
        };
        let text = serde_json::to_string(&json).map_err(|error| ParseError(error.to_string()))?;
        Self::parse(text.as_bytes())?;
        if text.len() > MAX_TEXT_BYTES {
            return Err(ParseError(format!(
                "it has {} bytes, more than {MAX_TEXT_BYTES}: shorten the values (most often the features), or build without a stamp",
                text.len()
            )));
        }
        let mut stamp = [0; STAMP_BYTES];
        for (byte, written) in stamp.iter_mut().zip([MAGIC, &text, END].concat().bytes()) {
            *byte = written;
        }
        Ok(stamp)
    }

    /// The time of `source_date_epoch` in UTC, in RFC 3339. After the year 9999, which RFC 3339 cannot express and
    /// [`parse`](Self::parse) rejects, it is `@` and the seconds.
    pub fn source_date(&self) -> String {
        i64::try_from(self.source_date_epoch)
            .ok()
            .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
            .and_then(|date| date.format(&Rfc3339).ok())
            .unwrap_or_else(|| format!("@{}", self.source_date_epoch))
    }
}

/// Escapes everything but printable ASCII. Messages quote the input, which must not reach a terminal unescaped.
fn printable(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut escaped, character| {
            match character {
                ' '..='~' => escaped.push(character),
                _ => escaped.extend(character.escape_default()),
            }
            escaped
        })
}

impl From<BuildInfo> for Json {
    fn from(info: BuildInfo) -> Self {
        Self {
            source_date: Some(info.source_date()),
            name: info.name,
            version: info.version,
            revision: info.revision,
            dirty: info.dirty,
            source_date_epoch: info.source_date_epoch,
            target: info.target,
            toolchain: info.toolchain,
            version_from: info.version_from,
            profile: info.profile,
            features: info.features,
        }
    }
}

impl TryFrom<Json> for BuildInfo {
    type Error = ParseError;

    fn try_from(json: Json) -> Result<Self, ParseError> {
        for (field, value) in [
            ("name", &json.name),
            ("version", &json.version),
            ("target", &json.target),
            ("toolchain", &json.toolchain),
        ]
        .into_iter()
        .chain(json.profile.iter().map(|profile| ("profile", profile)))
        .chain(json.features.iter().map(|feature| ("features", feature)))
        {
            if !rules::is_plain(value) {
                return Err(ParseError(format!(
                    "`{field}` is not printable ASCII without quotes: {value:?}"
                )));
            }
        }
        if !rules::is_revision(&json.revision) {
            return Err(ParseError(format!(
                "`revision` is neither 40 hex digits nor `unknown`: {:?}",
                json.revision
            )));
        }
        if json.source_date_epoch > rules::MAX_EPOCH_SECS {
            return Err(ParseError(format!(
                "`source_date_epoch` is after the year 9999: {}",
                json.source_date_epoch
            )));
        }
        if !json.features.is_sorted_by(|one, next| one < next) {
            return Err(ParseError("`features` are not sorted, or one is there twice".into()));
        }
        let info = Self {
            name: json.name,
            version: json.version,
            revision: json.revision,
            dirty: json.dirty,
            source_date_epoch: json.source_date_epoch,
            target: json.target,
            toolchain: json.toolchain,
            version_from: json.version_from,
            profile: json.profile,
            features: json.features,
        };
        match json.source_date {
            Some(date) if date != info.source_date() => Err(ParseError(format!(
                "`source_date` {date:?} is not the time of `source_date_epoch` {}",
                info.source_date_epoch
            ))),
            _ => Ok(info),
        }
    }
}

/// The lines that `--version` prints, without a final newline.
impl fmt::Display for BuildInfo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dirty = if self.dirty { ", dirty" } else { "" };
        writeln!(
            formatter,
            "{} {} (revision {}{dirty})",
            self.name, self.version, self.revision
        )?;
        writeln!(formatter, "target: {}", self.target)?;
        writeln!(formatter, "toolchain: {}", self.toolchain)?;
        if !self.features.is_empty() {
            writeln!(formatter, "features: {}", self.features.join(", "))?;
        }
        write!(formatter, "source date: {}", self.source_date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"name":"server","version":"0.1.0","revision":"0123456789abcdef0123456789abcdef01234567","dirty":false,"source_date_epoch":1700000000,"target":"aarch64-unknown-linux-musl","toolchain":"rustc 1.85.0"}"#;

    fn rejected(text: &str) -> String {
        BuildInfo::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_valid_text_is_read_field_by_field() {
        let info = BuildInfo::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(
            info,
            BuildInfo {
                name: "server".into(),
                version: "0.1.0".into(),
                revision: "0123456789abcdef0123456789abcdef01234567".into(),
                dirty: false,
                source_date_epoch: 1_700_000_000,
                target: "aarch64-unknown-linux-musl".into(),
                toolchain: "rustc 1.85.0".into(),
                version_from: VersionSource::Cargo,
                profile: None,
                features: Vec::new(),
            }
        );
    }

    #[test]
    fn what_is_written_is_what_is_found_and_always_as_long() {
        let mut info = BuildInfo::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(crate::find_in(&info.to_stamp().unwrap()).unwrap(), info);
        info.dirty = true;
        info.version_from = VersionSource::Git;
        info.profile = Some("release".into());
        info.features = vec!["metrics".into(), "tls".into()];
        assert_eq!(crate::find_in(&info.to_stamp().unwrap()).unwrap(), info);
    }

    #[test]
    fn a_stamp_is_not_written_with_a_wrong_value_or_a_text_that_is_too_long() {
        let info = BuildInfo::parse(TEXT.as_bytes()).unwrap();
        let refused = |change: fn(&mut BuildInfo)| {
            let mut changed = info.clone();
            change(&mut changed);
            changed.to_stamp().unwrap_err().to_string()
        };
        assert!(refused(|info| info.revision = "main".into()).contains("`revision`"));
        assert!(refused(|info| info.features = vec!["b".into(), "a".into()]).contains("not sorted"));
        assert!(refused(|info| info.features = vec!["a".into(), "a".into()]).contains("twice"));
        assert!(refused(|info| info.profile = Some("a\"b".into())).contains("`profile`"));
        assert!(refused(|info| info.target = "t".repeat(MAX_TEXT_BYTES)).contains("more than 2023"));
    }

    #[test]
    fn people_see_every_field_and_the_time_in_utc() {
        let mut info = BuildInfo::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(
            info.to_string(),
            "server 0.1.0 (revision 0123456789abcdef0123456789abcdef01234567)\n\
             target: aarch64-unknown-linux-musl\n\
             toolchain: rustc 1.85.0\n\
             source date: 2023-11-14T22:13:20Z"
        );
        info.dirty = true;
        assert!(
            info.to_string()
                .starts_with("server 0.1.0 (revision 0123456789abcdef0123456789abcdef01234567, dirty)\n")
        );
    }

    #[test]
    fn programs_see_the_time_twice_and_read_back_what_was_written() {
        let info = BuildInfo::parse(TEXT.as_bytes()).unwrap();
        let json = serde_json::to_string(&info).unwrap();
        assert!(
            json.contains(r#""source_date_epoch":1700000000,"source_date":"2023-11-14T22:13:20Z""#),
            "{json}"
        );
        assert_eq!(BuildInfo::parse(json.as_bytes()).unwrap(), info);
    }

    #[test]
    fn a_date_that_is_not_the_epochs_is_rejected() {
        let json = TEXT.replace(r#""dirty""#, r#""source_date":"2023-11-14T22:13:21Z","dirty""#);
        assert!(rejected(&json).contains("is not the time of `source_date_epoch`"));
    }

    #[test]
    fn an_unknown_a_missing_or_a_repeated_field_is_rejected() {
        assert!(rejected(&TEXT.replace(r#"{"#, r#"{"host":"x","#)).contains("unknown field `host`"));
        assert!(rejected(&TEXT.replace(r#""dirty":false,"#, "")).contains("missing field `dirty`"));
        assert!(rejected(&TEXT.replace(r#"{"#, r#"{"dirty":true,"#)).contains("duplicate field `dirty`"));
    }

    #[test]
    fn values_that_break_their_rule_are_rejected() {
        for (good, bad, reason) in [
            ("rustc 1.85.0", "\\u001b[2J", "`toolchain` is not printable"),
            ("aarch64-unknown-linux-musl", "", "`target` is not printable"),
            ("\"server\"", "\"s\\\"r\"", "`name` is not printable"),
            ("\"0.1.0\"", "\"0.1.0\\n\"", "`version` is not printable"),
            ("0123456789abcdef0", "main", "`revision` is neither"),
            ("1700000000", "253402300800", "is after the year 9999"),
            ("1700000000", "-1", "invalid value"),
            ("1700000000", "1e9", "invalid type"),
            ("false", "\"false\"", "invalid type"),
        ] {
            let error = rejected(&TEXT.replace(good, bad));
            assert!(error.contains(reason), "{bad}: {error}");
        }
    }

    #[test]
    fn a_message_cannot_carry_control_characters_to_a_terminal() {
        let error = rejected(r#"{"\u001b[2J\u202e":1}"#);
        assert!(error.starts_with("unknown field `\\u{1b}[2J\\u{202e}`"), "{error}");
    }

    #[test]
    fn text_that_is_not_one_json_object_is_rejected() {
        for text in [
            "",
            "{",
            "[]",
            "null",
            &format!("{TEXT}x"),
            &"[".repeat(4096),
            r#"["a", "1", "unknown", true, 0, null, "t", "r"]"#,
        ] {
            assert!(BuildInfo::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(BuildInfo::parse(b"{\"name\":\"\xff\"}").is_err());
    }
}
