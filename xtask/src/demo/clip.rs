//! Y4M files, as far as comparing two of them needs: the sample checks formats.

/// The header line and the pictures, each with its FRAME line.
fn split(bytes: &[u8], picture: usize) -> Option<(&[u8], Vec<&[u8]>)> {
    let line = |bytes: &[u8]| bytes.iter().position(|b| *b == b'\n').map(|end| end + 1);
    let (header, mut rest) = bytes.split_at(line(bytes)?);
    let mut pictures = Vec::new();
    while !rest.is_empty() {
        rest.strip_prefix(b"FRAME")?;
        let (first, others) = rest.split_at_checked(line(rest)? + picture)?;
        pictures.push(first);
        rest = others;
    }
    Some((header, pictures))
}

/// Is `arrived` the clip `sent` without the pictures in `dropped`, whose samples take `picture` bytes each?
pub fn compare(sent: &[u8], arrived: &[u8], picture: usize, dropped: &[usize]) -> Result<(), String> {
    let (header, pictures) = split(sent, picture).ok_or("the input has no whole pictures")?;
    let (same_header, delivered) = split(arrived, picture).ok_or("the output has no whole pictures")?;
    if header != same_header {
        return Err("the header line changed".into());
    }
    if dropped.windows(2).any(|pair| pair[0] >= pair[1]) || dropped.last().is_some_and(|n| *n >= pictures.len()) {
        return Err("the list of dropped pictures is no list of pictures in order".into());
    }
    let expected = (0..pictures.len()).filter(|n| dropped.binary_search(n).is_err()).collect::<Vec<_>>();
    if expected.len() != delivered.len() {
        return Err(format!("{} pictures, should be {}", delivered.len(), expected.len()));
    }
    match expected.iter().zip(&delivered).find(|(n, there)| pictures[**n] != **there) {
        Some((n, _)) => Err(format!("picture {n} changed")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &[u8] = b"H\nFRAME\nab\nFRAME x\ncdFRAME\ne\n";

    #[test]
    fn what_is_missing_must_be_named() {
        let sent = b"H\nFRAME\nabFRAME x\n\ndFRAME\ne\n";
        assert_eq!(compare(sent, sent, 2, &[]), Ok(()));
        let without = b"H\nFRAME\nabFRAME\ne\n";
        assert_eq!(compare(sent, without, 2, &[1]), Ok(()));
        for dropped in [&[][..], &[0], &[2], &[0, 1], &[1, 1], &[3]] {
            assert!(compare(sent, without, 2, dropped).is_err(), "{dropped:?}");
        }
        assert!(compare(sent, b"I\nFRAME\nabFRAME\ne\n", 2, &[1]).is_err());
        assert!(compare(SENT, SENT, 2, &[]).is_err(), "a picture is cut");
    }
}
