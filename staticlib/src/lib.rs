//! What a driver links: the library, and the one thing a bare image must bring along, a panic handler.
#![cfg_attr(not(test), no_std)]

pub use stream_frame_allocator::ffi::*;

/// A panic is a bug in this library. The release archive reaches none (a test looks at its symbols); the debug one
/// stops the machine with bug check 0x53464100 and the line.
#[cfg(not(test))]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    stream_frame_allocator::os::fatal(info.location().map_or(0, core::panic::Location::line))
}
