//! The query of a list: where to begin, and how many entries to send.

use crate::refusal::Refusal;

/// Number of entries if the query has no limit.
pub const DEFAULT_LIMIT: u32 = 100;

/// Largest limit of a query.
pub const MAX_LIMIT: u32 = 1000;

/// `after=…&limit=…`, each at most once. Percent-encoding is not accepted: neither names nor numbers need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The entry after which to begin; empty to begin with the first.
    pub after: String,
    /// The most entries to send, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Query {
    /// Parses the part of the URL after the question mark, if any.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadRequest`] if it is not a query of this form.
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
                .ok_or_else(|| bad(format!("{text:?} is not a limit: write a number from 1 to {MAX_LIMIT}")))?,
        };
        Ok(Self {
            after: after.unwrap_or_default().to_owned(),
            limit,
        })
    }

    /// `after` as the number of a transfer.
    ///
    /// # Errors
    ///
    /// [`Refusal::BadRequest`] if it is not a 64-bit number.
    pub fn after_number(&self) -> Result<i64, Refusal> {
        match self.after.as_str() {
            "" => Ok(0),
            text => text
                .parse()
                .map_err(|_| bad(format!("{text:?} is not a number: write the number of a transfer"))),
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
