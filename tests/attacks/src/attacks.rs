//! The attacks, one file a family.

pub mod cpu;
pub mod floods;
pub mod frames;
pub mod multiplexed;
pub mod pipes;
pub mod places;
pub mod queues;
pub mod reads;
pub mod sessions;
pub mod slow;
pub mod soak;
pub mod streams;
pub mod tasks;
pub mod times;
