//! How far differences are explained.

/// Where explaining stops, so that no pair of trees takes more time or memory than it is worth.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How far each of two contents is looked into.
    pub formats: binary_formats::Limits,
    /// How deep contents are looked into that lie in one another.
    pub nested_depth: usize,
    /// Places at which a part differs that are each looked at; what lies behind them is only counted.
    pub places: usize,
    /// The same for all parts of a pair of files together; of each further part, only the first place is looked at.
    pub places_of_a_file: usize,
    /// Explanations of one pair of files.
    pub explanations_of_a_file: usize,
    /// Explanations of a whole comparison.
    pub explanations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            formats: binary_formats::Limits::default(),
            nested_depth: 8,
            places: 256,
            places_of_a_file: 4096,
            explanations_of_a_file: 40,
            explanations: 1000,
        }
    }
}
