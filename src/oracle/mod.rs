//! Microsoft's values, as the crate windows-sys has them, against the test kernel's headers and our own types.
//! docs/oracle.md says more.
mod ours;
#[rustfmt::skip]
mod microsoft;

extern crate std;

use self::microsoft::{GUIDS, LAYOUTS, NUMBERS};
use crate::core::framing_item::Guid;
use std::vec::Vec;
use windows_sys::core::GUID;

/// Every claim is borne out, except those that need an exception; an exception that is not needed is as bad.
fn wrong<T: PartialEq + Copy>(list: &[(&'static str, T, T, bool)], same: impl Fn(T, T) -> bool) -> Vec<&'static str> {
    list.iter().filter(|(_, ours, theirs, excepted)| same(*ours, *theirs) == *excepted).map(|claim| claim.0).collect()
}

/// C's number and Rust's: signed in one of the two and not in the other, as the types of constants go.
fn same_number(c: i64, rust: i64) -> bool {
    let short = |n: i64| i32::try_from(n).is_ok() || u32::try_from(n).is_ok();
    c == rust || (short(c) && short(rust) && c as u32 == rust as u32)
}

#[test]
fn the_test_kernels_constants_are_microsofts() {
    assert!(NUMBERS.len() > 300);
    assert_eq!(wrong(NUMBERS, same_number), [""; 0]);
}

#[test]
fn the_test_kernels_layouts_are_microsofts() {
    assert!(LAYOUTS.len() > 200);
    if size_of::<usize>() == 8 {
        assert_eq!(wrong(LAYOUTS, |a, b| a == b), [""; 0]);
    }
}

#[test]
fn the_test_kernels_guids_are_microsofts() {
    assert!(GUIDS.len() > 10);
    let differs =
        |(_, ours, theirs): &&(&str, Guid, GUID)| *ours != Guid(theirs.data1, theirs.data2, theirs.data3, theirs.data4);
    let wrong: Vec<_> = GUIDS.iter().filter(differs).map(|claim| claim.0).collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_wrong_number_and_a_needless_exception_are_seen() {
    let list = [("right", 1, 1, false), ("wrong", 1, 2, false), ("excepted", 1, 2, true), ("needless", 1, 1, true)];
    assert_eq!(wrong(&list, |a, b| a == b), ["wrong", "needless"]);
    assert!(same_number(-1, 0xffff_ffff) && !same_number(-1, i64::from(u32::MAX) + 1 + 0xffff_ffff));
}
