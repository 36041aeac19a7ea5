//! What the sample says about a run: lines of a key and a value.
use std::collections::BTreeMap;

/// The lines.
pub struct Report(BTreeMap<String, String>);

impl Report {
    /// Reads them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let line = |line: &str| {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            (key.to_owned(), value.to_owned())
        };
        let report = Self(text.lines().map(line).collect());
        if report.0.contains_key("records_lost") { Ok(report) } else { Err("the report is not complete".into()) }
    }

    /// A value as it stands.
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// A value that is a number.
    pub fn number(&self, key: &str) -> Result<u64, String> {
        self.text(key).parse().map_err(|_| format!("the report has no number {key}"))
    }

    /// The numbers of the pictures that were dropped, counted from 0.
    pub fn dropped(&self) -> Result<Vec<usize>, String> {
        let numbers = self.text("dropped_pictures").split_ascii_whitespace();
        numbers.map(|n| n.parse().map_err(|_| format!("the report has a dropped picture {n}"))).collect()
    }

    /// How many, and the first few of them.
    pub fn dropped_in_short(&self) -> String {
        let numbers: Vec<_> = self.text("dropped_pictures").split_ascii_whitespace().collect();
        match numbers.len() {
            0 => "0".into(),
            n @ 1..=8 => format!("{n}: {}", numbers.join(" ")),
            n => format!("{n}: {} ...", numbers[..8].join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_key_and_a_value() {
        let report = Report::parse("pictures 300\ndropped_pictures 3 28\nrecords_lost 0\n").unwrap();
        assert_eq!(report.number("pictures"), Ok(300));
        assert_eq!(report.dropped(), Ok(vec![3, 28]));
        assert_eq!(report.dropped_in_short(), "2: 3 28");
        assert!(report.number("dropped_pictures").is_err() && Report::parse("pictures 1\n").is_err());
    }
}
