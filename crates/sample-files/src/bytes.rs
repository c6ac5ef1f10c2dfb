//! A buffer for the bytes of samples.

/// A buffer of bytes. Numbers are little-endian unless a name says otherwise.
#[derive(Clone, Default)]
pub struct Bytes(
    /// The bytes so far.
    pub Vec<u8>,
);

impl Bytes {
    /// Adds a byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.add([value])
    }

    /// Adds a number of 2 bytes.
    pub fn u16(&mut self, value: usize) -> &mut Self {
        self.add((value as u16).to_le_bytes())
    }

    /// Adds a number of 4 bytes.
    pub fn u32(&mut self, value: usize) -> &mut Self {
        self.add((value as u32).to_le_bytes())
    }

    /// Adds a number of 8 bytes.
    pub fn u64(&mut self, value: usize) -> &mut Self {
        self.add((value as u64).to_le_bytes())
    }

    /// Adds a number of 4 bytes in big-endian order.
    pub fn big_u32(&mut self, value: usize) -> &mut Self {
        self.add((value as u32).to_be_bytes())
    }

    /// Adds numbers of 4 bytes.
    pub fn u32s(&mut self, values: &[usize]) -> &mut Self {
        values.iter().for_each(|value| {
            self.u32(*value);
        });
        self
    }

    /// Adds numbers of 8 bytes.
    pub fn u64s(&mut self, values: &[usize]) -> &mut Self {
        values.iter().for_each(|value| {
            self.u64(*value);
        });
        self
    }

    /// Adds numbers of 4 bytes in big-endian order.
    pub fn big_u32s(&mut self, values: &[usize]) -> &mut Self {
        values.iter().for_each(|value| {
            self.big_u32(*value);
        });
        self
    }

    /// Adds bytes as they are.
    pub fn add(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    /// Adds bytes, padded with zeros to a fixed length.
    ///
    /// # Panics
    /// When there are more bytes.
    pub fn fixed(&mut self, bytes: impl AsRef<[u8]>, length: usize) -> &mut Self {
        let end = self.0.len() + length;
        self.add(bytes);
        assert!(self.0.len() <= end);
        self.0.resize(end, 0);
        self
    }

    /// Adds zeros up to a multiple of `alignment`.
    pub fn align(&mut self, alignment: usize) -> &mut Self {
        self.0.resize(self.0.len().next_multiple_of(alignment), 0);
        self
    }

    /// The number of bytes.
    #[allow(clippy::len_without_is_empty, reason = "no sample asks that")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
