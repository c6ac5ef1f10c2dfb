//! Files of a release that nobody attests to, dressed up as documents.
