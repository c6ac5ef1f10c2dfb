//! A content with its map, and a part with its content.

use std::ops::Range;

use binary_formats::content::Content;
use binary_formats::{Field, Map, Part};

use crate::difference::Values;

/// A content and its map.
#[derive(Clone, Copy)]
pub(crate) struct MappedContent<'a> {
    pub(crate) content: &'a Content,
    pub(crate) map: &'a Map,
}

/// A part of a content.
#[derive(Clone, Copy)]
pub(crate) struct PartOf<'a> {
    pub(crate) content: &'a Content,
    pub(crate) part: &'a Part,
}

impl MappedContent<'_> {
    pub(crate) fn part<'a>(&'a self, part: &'a Part) -> PartOf<'a> {
        PartOf {
            content: self.content,
            part,
        }
    }
}

impl PartOf<'_> {
    pub(crate) fn whole(self) -> Values {
        self.at(self.part.range.clone())
    }

    pub(crate) fn at(self, range: Range<u64>) -> Values {
        Values {
            content: self.content.clone(),
            part: self.part.range.clone(),
            range,
            value: None,
        }
    }

    pub(crate) fn field(self, field: &Field) -> Values {
        self.at(field.range.clone()).shown_as(field.value.clone())
    }
}
