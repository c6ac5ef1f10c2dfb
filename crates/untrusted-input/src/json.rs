//! Strict JSON: one value, no duplicate keys at any depth, no list in place of an object, and a limited number of
//! values.
//!
//! Parsers disagree about which of two equal keys counts. A document with duplicate keys can therefore tell one thing
//! to the tool that checks it and another to the tool that uses it. serde lets the last duplicate win in maps, and
//! accepts a list for a struct, with the fields in the order of the source code. Both are errors here.

mod strict;

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub use strict::strictly;

/// The default limit on the values of one document. Ignored values count too.
pub const VALUES: usize = 256 << 10;

/// Parses one JSON document of at most [`VALUES`] values. serde_json limits the nesting to 128 levels.
///
/// # Errors
/// What is wrong with the document, and where.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, String> {
    from_slice_within(json, VALUES)
}

/// Like [`from_slice`], with another limit on the number of values.
///
/// # Errors
/// What is wrong with the document, and where.
pub fn from_slice_within<'de, T: Deserialize<'de>>(json: &'de [u8], values: usize) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    strictly(&mut deserializer, values)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| error.to_string())
}

/// Converts a value that [`from_slice`] has parsed into a type.
///
/// # Errors
/// What is wrong with the value.
pub fn from_value<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, String> {
    strictly(value, usize::MAX).map_err(|error| error.to_string())
}

/// Reads a field that is required but may be null. Without this, serde takes a missing field for null.
/// For `#[serde(deserialize_with)]`.
///
/// # Errors
/// When the field is neither null nor of the type.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(field)
}

/// Reads a field that may be missing but not null. For `#[serde(default, deserialize_with)]`.
///
/// # Errors
/// When the field is present and not of the type.
pub fn non_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

/// Accepts only an object. For internally tagged enums, which serde also reads from a list.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnObject<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for AnObject<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(object)).map(Object)
            }
        }
        deserializer.deserialize_map(AnObject(std::marker::PhantomData))
    }
}

/// Writes indented JSON with a line feed at the end.
///
/// Every map key of `document` must be a string; then serialisation cannot fail.
pub fn write(document: &impl serde::Serialize) -> Vec<u8> {
    #[allow(clippy::expect_used, reason = "see above")]
    let mut json = serde_json::to_vec_pretty(document).expect("map keys are strings");
    json.push(b'\n');
    json
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::Value;

    use super::{Object, from_slice, from_slice_within};

    impl<T: std::fmt::Debug> std::fmt::Debug for Object<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    fn read(json: &str) -> Result<Value, String> {
        from_slice(json.as_bytes())
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let json =
            r#"[null, true, -1, 18446744073709551615, 1.5, "\u00e4", [], {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}]"#;
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

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "x")]
        _x: u8,
    }

    #[derive(Debug, Deserialize)]
    struct Outer {
        inner: Inner,
        #[serde(rename = "list", default)]
        _list: Vec<Inner>,
        #[serde(rename = "maybe", default)]
        _maybe: Option<Inner>,
        #[serde(rename = "chosen", default)]
        _chosen: Option<Object<Chosen>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "type")]
    enum Chosen {
        A {
            #[serde(rename = "x")]
            _x: u8,
        },
    }

    #[test]
    fn a_list_is_no_object_at_any_depth_and_in_any_way_in() {
        let good = r#"{"inner": {"x": 1}, "list": [{"x": 1}], "maybe": {"x": 1}, "chosen": {"type": "A", "x": 1}}"#;
        assert_eq!(from_slice::<Outer>(good.as_bytes()).unwrap().inner._x, 1);
        for json in [
            r#"[{"x": 1}]"#,
            r#"[[1]]"#,
            r#"{"inner": [1]}"#,
            r#"{"inner": {"x": 1}, "list": [[1]]}"#,
            r#"{"inner": {"x": 1}, "maybe": [1]}"#,
            r#"{"inner": {"x": 1}, "chosen": ["A", 1]}"#,
        ] {
            let why = from_slice::<Outer>(json.as_bytes()).unwrap_err();
            assert!(why.contains("invalid type: sequence"), "{json}: {why}");
            let value: Value = from_slice(json.as_bytes()).unwrap();
            let why = super::from_value::<Outer>(&value).unwrap_err();
            assert!(why.contains("invalid type: sequence"), "{json}: {why}");
        }
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused_in_what_is_ignored_too() {
        for json in [
            r#"{"inner": {"x": 1}, "inner": {"x": 1}}"#,
            r#"{"inner": {"x": 1}, "unknown": [{"a": 1, "a": 2}]}"#,
            r#"{"inner": {"x": 1}, "chosen": {"type": "A", "x": 1, "x": 2}}"#,
            r#"{"inner": {"x": 1}, "unknown": 1, "unknown": 2}"#,
        ] {
            let why = from_slice::<Outer>(json.as_bytes()).unwrap_err();
            assert!(why.contains("occurs twice") && why.contains("line 1"), "{json}: {why}");
        }
    }

    #[test]
    fn every_value_is_counted_also_those_that_are_ignored() {
        let within = |json: &str, values| from_slice_within::<Value>(json.as_bytes(), values).is_ok();
        for (json, values) in [("1", 1), ("[]", 1), ("[1, [2]]", 4), (r#"{"a": {"b": null}}"#, 3)] {
            assert!(within(json, values), "{json}");
            assert!(!within(json, values - 1), "{json}");
        }
        let json = br#"{"inner": {"x": 1}, "unknown": [1, 2, 3, 4, 5, 6]}"#;
        assert!(from_slice_within::<Outer>(json, 10).is_ok());
        let why = from_slice_within::<Outer>(json, 9).unwrap_err();
        assert!(why.contains("too many values"), "{why}");
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
