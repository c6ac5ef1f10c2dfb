//! Lists of things with names: looked up by them, and compared by their order.

use std::collections::BTreeMap;

use binary_formats::{Field, Part};

pub(crate) trait Named {
    fn name(&self) -> &str;
}

impl Named for Part {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Field {
    fn name(&self) -> &str {
        &self.name
    }
}

/// The places of things in their list, by their names.
pub(crate) type Names<'a> = BTreeMap<&'a str, usize>;

/// The index of every name.
pub(crate) fn by_name<T: Named>(list: &[T]) -> Names<'_> {
    let names = list.iter().map(T::name);
    names.enumerate().map(|(index, name)| (name, index)).collect()
}

/// The first names that both lists have and that stand in another order, one from each list.
pub(crate) fn first_out_of_order<'a, T: Named>(ours: &'a [T], theirs: &'a [T]) -> Option<(&'a T, &'a T)> {
    let (our_names, their_names) = (by_name(ours), by_name(theirs));
    let common = |list: &'a [T], names: Names<'a>| list.iter().filter(move |item| names.contains_key(item.name()));
    common(ours, their_names)
        .zip(common(theirs, our_names))
        .find(|(one, other)| one.name() != other.name())
}
