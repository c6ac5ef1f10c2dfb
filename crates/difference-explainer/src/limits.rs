//! Limits on explaining.

/// Limits on explaining differences, which bound its time and memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Limits on parsing each content.
    pub formats: binary_formats::Limits,
    /// Deepest nesting of contents that is examined.
    pub nested_depth: usize,
    /// Differing places of one part that are examined. Further ones are only counted.
    pub places: usize,
    /// The same for all parts of a pair of files together. In each further part only the first place is examined.
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
