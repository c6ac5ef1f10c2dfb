//! JSON as it may be trusted: one value, no key twice in an object, at any depth.
//!
//! Readers disagree about which of two equal keys counts, so that a document with such keys says one thing to the tool that
//! checks it and another to the tool that uses it. serde's own types let the last one win in maps; here it is an error.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Parses one JSON value without duplicate keys. Nesting is limited to serde_json's 128 levels.
///
/// # Errors
/// What is wrong with it, and where.
pub fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice::<UniqueKeys>(json)
        .and_then(|UniqueKeys| serde_json::from_slice(json))
        .map_err(|error| error.to_string())
}

/// Any value that has been looked through and not kept.
struct UniqueKeys;

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> DeserializeSeed<'de> for UniqueKeys {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element_seed(Self)?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = object.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("key {key:?} occurs twice")));
            }
            seen.insert(key);
            object.next_value_seed(Self)?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::from_slice;

    fn read(json: &str) -> Result<Value, String> {
        from_slice(json.as_bytes())
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let json = r#"[null, true, -1, 18446744073709551615, 1.5, "\u00e4", [], {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}]"#;
        assert_eq!(read(json).unwrap()[7]["a"]["a"], 1);
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused_at_any_depth_and_in_any_spelling() {
        for json in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "b": 2, "\u0061": 3}"#,
            r#"{"": 1, "": 2}"#,
            r#"[[{"x": [{"a": {}, "a": {}}]}]]"#,
        ] {
            assert!(read(json).unwrap_err().contains("occurs twice"), "{json}");
        }
    }

    #[test]
    fn anything_but_one_whole_value_is_refused() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for json in [
            "",
            " ",
            "{",
            "{}{}",
            "{} x",
            "[1,]",
            "{\"a\":1,}",
            "nul",
            "NaN",
            "01",
            "'a'",
            "\"\\ud800\"",
            "\"\n\"",
            &deep,
        ] {
            assert!(read(json).is_err(), "{json:?}");
        }
        assert!(from_slice::<Value>(b"\"\xff\"").is_err());
        assert!(from_slice::<Value>(b"\xef\xbb\xbf{}").is_err());
    }
}
