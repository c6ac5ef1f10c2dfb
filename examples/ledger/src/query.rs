//! The query of a list: where in it to begin, and how much of it to send.

use crate::refusal::Refusal;

/// Entries of a list that are sent where the query names no limit.
pub const DEFAULT_LIMIT: u32 = 100;

/// The most entries of a list that are sent at once.
pub const MAX_LIMIT: u32 = 1000;

/// `after=…&limit=…`, each at most once. No percent signs: neither names nor numbers need them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The entry after which to begin; empty for the first.
    pub after: String,
    /// How many entries to send at most, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Query {
    /// Reads what stands after the question mark, if anything does.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadRequest`] if it is anything else than a query as above.
    pub fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let (mut after, mut limit) = (None, None);
        for pair in text.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let place = match name {
                "after" => &mut after,
                "limit" => &mut limit,
                _ => {
                    return Err(bad(format!("unknown parameter {name:?}: use 'after' and 'limit'")));
                }
            };
            if place.replace(value).is_some() {
                return Err(bad(format!("'{name}' is there twice: write it once")));
            }
        }
        let limit = match limit {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| bad(format!("{text:?} is no limit: write a number from 1 to {MAX_LIMIT}")))?,
        };
        Ok(Self {
            after: after.unwrap_or_default().to_owned(),
            limit,
        })
    }

    /// The number of the entry after which to begin.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadRequest`] if it is no number of 64 bits.
    pub fn after_number(&self) -> Result<i64, Refusal> {
        match self.after.as_str() {
            "" => Ok(0),
            text => text
                .parse()
                .map_err(|_| bad(format!("{text:?} is no number: write that of a transfer"))),
        }
    }
}

fn bad(what: String) -> Refusal {
    Refusal::BadRequest(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_default() {
        for text in [None, Some(""), Some("&")] {
            assert_eq!(
                Query::parse(text),
                Ok(Query {
                    after: String::new(),
                    limit: DEFAULT_LIMIT
                })
            );
        }
    }

    #[test]
    fn both_parameters_are_read_in_either_order() {
        for text in ["after=17&limit=3", "limit=3&after=17"] {
            let query = Query::parse(Some(text)).unwrap();
            assert_eq!((query.after_number(), query.limit), (Ok(17), 3));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "limit=0",
            "limit=1001",
            "limit=-1",
            "limit=",
            "limit",
            "limit=1&limit=1",
            "after=1&after=1",
            "offset=1",
            "=1",
        ] {
            assert!(
                matches!(Query::parse(Some(text)), Err(Refusal::BadRequest(_))),
                "{text}"
            );
        }
        for text in ["after=x", "after=1.5", "after=9223372036854775808"] {
            let query = Query::parse(Some(text)).unwrap();
            assert!(matches!(query.after_number(), Err(Refusal::BadRequest(_))), "{text}");
        }
    }
}
