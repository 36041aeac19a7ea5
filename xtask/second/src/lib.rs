//! A second Rust library, for a driver that links two. With the cfg `third` the same under another name, which no
//! driver can link beside it: both have a panic handler that the linker sees.
#![no_std]

/// Divides, and panics where that is not possible.
#[cfg_attr(not(third), unsafe(no_mangle))]
#[cfg_attr(third, unsafe(export_name = "Third"))]
pub extern "C" fn Second(a: u32, b: u32) -> u32 {
    a / b
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
