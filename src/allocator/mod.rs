//! Joins core and os: decides with the one, then acts through the other with no lock held.
#![forbid(unsafe_code)]

pub(crate) mod commit;
pub(crate) mod frames;
mod misuse;
pub(crate) mod object;
mod observe;
mod requests;
