//! A pair of values: one for the original, one for the rebuild.

/// One value for each side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Both<T> {
    pub(crate) original: T,
    pub(crate) rebuilt: T,
}

impl<T> Both<T> {
    /// Applies `make` to both sides.
    pub(crate) fn map<U>(self, mut make: impl FnMut(T) -> U) -> Both<U> {
        Both {
            original: make(self.original),
            rebuilt: make(self.rebuilt),
        }
    }

    /// Like [`Both::map`], but stops at the first error.
    pub(crate) fn try_map<U, E>(self, mut make: impl FnMut(T) -> Result<U, E>) -> Result<Both<U>, E> {
        Ok(Both {
            original: make(self.original)?,
            rebuilt: make(self.rebuilt)?,
        })
    }

    pub(crate) fn as_ref(&self) -> Both<&T> {
        Both {
            original: &self.original,
            rebuilt: &self.rebuilt,
        }
    }
}
