//! What may still be used up while one file is looked into.

use crate::limits::Limits;
use crate::map::Map;

/// What is used up while one file is looked into, with all that is nested in it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The limits that apply, less what the maps take that are in use.
    pub limits: Limits,
    /// How much more may be unpacked, in bytes.
    pub unpacked_bytes_left: u64,
}

impl Context {
    /// All that `limits` allow for a file of this size in bytes.
    pub fn new(limits: Limits, file_bytes: u64) -> Self {
        let by_size = file_bytes.saturating_mul(limits.unpacked_times);
        let allowed = by_size.saturating_add(limits.unpacked_free_bytes);
        Self {
            limits,
            unpacked_bytes_left: allowed.min(limits.unpacked_bytes),
        }
    }

    /// Takes off what a map holds; who has done with it puts the old limits back.
    pub fn charge(&mut self, map: &Map) {
        let fields = || map.parts.iter().flat_map(|part| &part.fields);
        let names = map.parts.iter().map(|part| part.name.len());
        let texts = names.chain(fields().map(|field| field.name.len() + field.value.len()));
        let limits = &mut self.limits;
        limits.parts = limits.parts.saturating_sub(map.parts.len());
        limits.fields = limits.fields.saturating_sub(fields().count());
        limits.text_bytes = limits.text_bytes.saturating_sub(texts.sum());
    }
}
