//! Limits on parsing.

/// Limits on mapping a content, which bound its time and memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest document that is parsed as JSON to explain a difference, in bytes.
    pub document_bytes: u64,
    /// Largest code signature, in bytes.
    pub signature_bytes: u64,
    /// All documents of an OCI image layout together, in bytes.
    pub layout_bytes: u64,
    /// Parts (sections, members, headers) of one file, including nested contents that are examined at the same time.
    pub parts: usize,
    /// The same for fields.
    pub fields: usize,
    /// The same for the names and values of parts and fields, in bytes.
    pub text_bytes: usize,
    /// Notes of an ELF file.
    pub notes: usize,
    /// Data that may be unpacked from one file in total, in bytes.
    pub unpacked_bytes: u64,
    /// Data that may be unpacked from one file whatever its size, in bytes.
    pub unpacked_free_bytes: u64,
    /// Data that may be unpacked from one file in addition, as a multiple of its size.
    pub unpacked_times: u64,
    /// Highest expansion ratio of a stream.
    pub expansion_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 16 << 20,
            signature_bytes: 16 << 20,
            layout_bytes: 8 << 20,
            parts: 100_000,
            fields: 200_000,
            text_bytes: 16 << 20,
            notes: 4096,
            unpacked_bytes: 2 << 30,
            unpacked_free_bytes: 64 << 20,
            unpacked_times: 20,
            expansion_ratio: 500,
        }
    }
}
