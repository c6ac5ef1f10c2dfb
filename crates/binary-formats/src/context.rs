//! The remaining budget while one file is examined.

use crate::limits::Limits;
use crate::map::Map;

/// The remaining budget for one file and everything nested in it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The limits, reduced by the maps that are in use.
    pub limits: Limits,
    /// How many more bytes may be unpacked.
    pub unpacked_bytes_left: u64,
}

impl Context {
    /// The full budget that `limits` allow for a file of this size.
    pub fn new(limits: Limits, file_bytes: u64) -> Self {
        let by_size = file_bytes.saturating_mul(limits.unpacked_times);
        let allowed = by_size.saturating_add(limits.unpacked_free_bytes);
        Self {
            limits,
            unpacked_bytes_left: allowed.min(limits.unpacked_bytes),
        }
    }

    /// Subtracts the size of a map. The caller restores the old limits when it drops the map.
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
