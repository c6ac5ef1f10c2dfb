//! How far contents are looked into.

/// Where mapping a content stops, so that none takes more time or memory than it is worth.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A document that is looked into as JSON while a difference is explained, in bytes.
    pub document_bytes: u64,
    /// A code signature, in bytes.
    pub signature_bytes: u64,
    /// The documents of an OCI image layout, in bytes.
    pub layout_bytes: u64,
    /// Sections, members, headers of one file, with those of what is nested in it and looked into at the same time.
    pub parts: usize,
    /// The same for fields.
    pub fields: usize,
    /// The same for the names and values of parts and fields, in bytes.
    pub text_bytes: usize,
    /// Notes of an ELF file.
    pub notes: usize,
    /// What is unpacked of one file, in bytes.
    pub unpacked_bytes: u64,
    /// What may be unpacked of one file however small it is, in bytes.
    pub unpacked_free_bytes: u64,
    /// How many times its own size may be unpacked of one file besides.
    pub unpacked_times: u64,
    /// How many times its own size a stream may unpack to.
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
