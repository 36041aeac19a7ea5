//! How much stack a function takes, as its unwind information says.
//! <https://learn.microsoft.com/cpp/build/exception-handling-x64>,
//! <https://learn.microsoft.com/cpp/build/arm64-exception-handling>.

fn u16_at(data: &[u8], at: usize) -> Option<u64> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?).into())
}

fn u32_at(data: &[u8], at: usize) -> Option<u64> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?).into())
}

/// x64: the return address, what is pushed, and what is subtracted. None where it is not understood.
pub fn x64(info: &[u8]) -> Option<u64> {
    let (head, count) = (*info.first()?, usize::from(*info.get(2)?));
    let (version, chained) = (head & 7, head >> 3 & 4 != 0);
    if version != 1 || chained {
        return None;
    }
    let (mut bytes, mut slot) = (8, 0);
    while slot < count {
        let at = 4 + 2 * slot;
        let code = *info.get(at + 1)?;
        let operand = u64::from(code >> 4);
        let (more, slots) = match (code & 15, operand) {
            (0, _) => (8, 1),                         // UWOP_PUSH_NONVOL
            (1, 0) => (8 * u16_at(info, at + 2)?, 2), // UWOP_ALLOC_LARGE
            (1, 1) => (u32_at(info, at + 2)?, 3),     // the same, unscaled
            (2, n) => (8 * n + 8, 1),                 // UWOP_ALLOC_SMALL
            (3, _) => (0, 1),                         // UWOP_SET_FPREG
            (4 | 8, _) => (0, 2),                     // UWOP_SAVE_NONVOL, UWOP_SAVE_XMM128
            (5 | 9, _) => (0, 3),                     // the same, far
            _ => return None,
        };
        bytes += more;
        slot += slots;
    }
    Some(bytes)
}

/// ARM64, packed into the second word of the .pdata entry.
pub fn arm64_packed(word: u32) -> Option<u64> {
    (word & 3 == 1 || word & 3 == 2).then_some(u64::from(word >> 23) * 16)
}

/// ARM64: the most that a prologue or an epilogue moves the stack pointer; where a frame pointer is set up, the codes of
/// the prologue leave out what is subtracted after it. None where the codes are not understood.
pub fn arm64(info: &[u8]) -> Option<u64> {
    let head = u32_at(info, 0)?;
    let (mut epilogues, mut words, mut at) = (head >> 22 & 31, head >> 27, 4);
    if epilogues == 0 && words == 0 {
        let second = u32_at(info, 4)?;
        (epilogues, words, at) = (second & 0xffff, second >> 16 & 0xff, 8);
    }
    if head >> 21 & 1 == 0 {
        at += 4 * usize::try_from(epilogues).ok()?; // one scope each, unless the header has the only one
    }
    let codes = info.get(at..at + 4 * usize::try_from(words).ok()?)?;
    let (mut most, mut bytes, mut at) = (None, 0, 0);
    while at < codes.len() {
        let code = u64::from(*codes.get(at)?);
        let second = u64::from(codes.get(at + 1).copied().unwrap_or(0));
        let (more, length) = match code {
            0x00..=0x1f => (16 * code, 1),                                   // alloc_s
            0x20..=0x3f => (8 * (code & 31), 1),                             // save_r19r20_x
            0x40..=0x7f => (0, 1),                                           // save_fplr
            0x80..=0xbf => (8 * ((code & 63) + 1), 1),                       // save_fplr_x
            0xc0..=0xc7 => (16 * ((code & 7) << 8 | second), 2),             // alloc_m
            0xc8..=0xcb | 0xd0..=0xd3 | 0xd6..=0xd9 | 0xdc..=0xdd => (0, 2), // save_regp, _reg, _lrpair, _fregp, _freg
            0xcc..=0xcf | 0xda..=0xdb => (8 * ((second & 63) + 1), 2),       // save_regp_x, save_fregp_x
            0xd4..=0xd5 | 0xde => (8 * ((second & 31) + 1), 2),              // save_reg_x, save_freg_x
            0xe0 => (16 * (second << 16 | u64::from(*codes.get(at + 2)?) << 8 | u64::from(*codes.get(at + 3)?)), 4),
            0xe1 | 0xe3 | 0xe6 | 0xfc => (0, 1), // set_fp, nop, save_next, pac_sign_lr
            0xe2 => (0, 2),                      // add_fp
            0xe4 | 0xe5 => {
                // end, end_c: what follows is another epilogue, or filling.
                most = most.max(Some(bytes));
                (bytes, at) = (0, at + 1);
                continue;
            }
            _ => return None,
        };
        bytes += more;
        at += length;
    }
    most
}

#[test]
fn frames_of_known_prologues() {
    // push rsi; push rdi; sub rsp, 40
    assert_eq!(x64(&[1, 6, 3, 0, 6, 0x42, 2, 0x70, 1, 0x60]), Some(8 + 8 + 8 + 40));
    // sub rsp, 4096 (scaled), with a saved xmm register
    assert_eq!(x64(&[1, 9, 4, 0, 9, 0x68, 1, 0, 7, 0x01, 0, 2]), Some(8 + 4096));
    assert_eq!(x64(&[2, 0, 0, 0]), None);
    assert_eq!(x64(&[0x21, 0, 0, 0]), None);
    // stp x29, x30, [sp, #-32]!; sub sp, sp, #1024: alloc_m, save_fplr_x, end, nop
    assert_eq!(arm64(&[4, 0, 0x20, 0x08, 0xc0, 64, 0x83, 0xe4]), Some(1024 + 32));
    // A prologue that subtracts more after add_fp; the epilogue gives it back.
    assert_eq!(arm64(&[4, 0, 0x40, 0x10, 1, 0, 0, 0, 0xe2, 10, 0x2c, 0xe4, 0xc0, 39, 0x2c, 0xe4]), Some(624 + 96));
    assert_eq!(arm64_packed(5 << 23 | 1), Some(80));
    assert_eq!(arm64_packed(0), None);
}
