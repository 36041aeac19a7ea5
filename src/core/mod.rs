//! Decides, never acts: frames are indices, memory and locks belong to somebody else. Knows no other layer.
#![forbid(unsafe_code)]
// What ships can neither panic nor overflow unseen; tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod address;
pub mod audit;
pub mod batch;
pub mod counters;
pub mod desk;
pub mod framing;
pub mod framing_ex;
pub mod framing_item;
pub mod holders;
pub mod ledger;
pub mod life;
pub mod pool;
pub mod range;
pub mod record;
pub mod serve;
pub mod shape;
pub mod tolerance;
pub mod wait;
pub mod word;
