//! Points in time. Only [`Timestamp::now`] reads the machine's clock.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time with a resolution of one second, written `YYYY-MM-DDThh:mm:ssZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Parses RFC 3339. Fractions of a second are dropped.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| error.to_string())?;
        Self::from_epoch_seconds(time.unix_timestamp())
    }

    /// The time of the machine's clock.
    ///
    /// # Errors
    /// When the time is not in the years 0 to 9999.
    pub fn now() -> Result<Self, String> {
        Self::from_epoch_seconds(OffsetDateTime::now_utc().unix_timestamp())
    }

    /// The point in time `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// When the time is not in the years 0 to 9999.
    pub fn from_epoch_seconds(seconds: i64) -> Result<Self, String> {
        OffsetDateTime::from_unix_timestamp(seconds)
            .ok()
            .filter(|time| (0..=9999).contains(&time.year()))
            .map(Self)
            .ok_or_else(|| format!("{seconds} seconds after 1970 is out of range"))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn a_time_has_one_spelling_whatever_it_was_given_as() {
        for text in [
            "2026-08-03T09:05:39Z",
            "2026-08-03T09:05:39.75Z",
            "2026-08-03T14:50:39+05:45",
        ] {
            assert_eq!(
                Timestamp::parse(text).unwrap().to_string(),
                "2026-08-03T09:05:39Z",
                "{text}"
            );
        }
        assert_eq!(
            Timestamp::from_epoch_seconds(0).unwrap().to_string(),
            "1970-01-01T00:00:00Z"
        );
        assert!(Timestamp::parse("2026-08-03T09:05:38Z") < Timestamp::parse("2026-08-03T09:05:39Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-08-03",
            "2026-08-03T09:05:39",
            "2026-13-03T09:05:39Z",
            "now",
            "1785747939",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
        assert!(Timestamp::from_epoch_seconds(i64::MAX).is_err());
        assert!(Timestamp::from_epoch_seconds(253_402_300_800).is_err());
    }
}
