//! Shapes and words of a picture.
use std::fmt::Write;

/// Words that matter.
pub const DARK: &str = "#1b1f24";
/// Words beside them.
pub const SOFT: &str = "#57606a";
/// Words on an axis.
pub const GREY: &str = "#6e7781";
/// Lines of an axis.
pub const LINE: &str = "#e3e7eb";
/// Lines of a lane.
pub const PALE: &str = "#eef0f3";
/// What went wrong.
pub const RED: &str = "#cf222e";

type Point = (f64, f64);

/// A picture that grows.
pub struct Svg {
    body: String,
}

impl Svg {
    /// An empty one.
    pub fn new() -> Self {
        Self { body: String::new() }
    }

    /// Lays another picture on top.
    pub fn append(&mut self, other: Self) {
        self.body.push_str(&other.body);
    }

    fn put(&mut self, line: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(line);
        self.body.push('\n');
    }

    /// A line.
    pub fn line(&mut self, from: Point, to: Point, colour: &str, width: f64) {
        let ((a, b), (c, d)) = (from, to);
        self.put(format_args!(
            r#"<line x1="{a:.1}" y1="{b:.1}" x2="{c:.1}" y2="{d:.1}" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    /// A thin dashed line, to lie over other things.
    pub fn dashes(&mut self, from: Point, to: Point, colour: &str) {
        let ((a, b), (c, d)) = (from, to);
        self.put(format_args!(
            r#"<line x1="{a:.1}" y1="{b:.1}" x2="{c:.1}" y2="{d:.1}" stroke="{colour}" stroke-dasharray="3 3"/>"#
        ));
    }

    /// A filled bar, at least a hair wide, with a tool tip unless that is empty.
    pub fn bar(&mut self, at: Point, size: Point, colour: &str, tip: &str) {
        let ((x, y), (width, height)) = (at, size);
        let width = width.max(0.6);
        let round = if width > 6.0 { 2 } else { 0 };
        let shape = format!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{round}" fill="{colour}""#
        );
        if tip.is_empty() {
            self.put(format_args!("{shape}/>"));
        } else {
            self.put(format_args!("{shape}><title>{}</title></rect>", escape(tip)));
        }
    }

    /// An outline.
    pub fn frame(&mut self, at: Point, size: Point, colour: &str) {
        let ((x, y), (width, height)) = (at, size);
        self.put(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="none" stroke="{colour}"/>"#
        ));
    }

    /// A filled path.
    pub fn area(&mut self, path: &str, colour: &str) {
        self.put(format_args!(r#"<path d="{path}" fill="{colour}"/>"#));
    }

    /// A thin outline around white, with a tool tip.
    pub fn outline(&mut self, class: &str, at: Point, size: Point, colour: &str, tip: &str) {
        let ((x, y), (width, height)) = (at, size);
        let width = width.max(2.0);
        self.put(format_args!(
            r##"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="2" fill="#fff" stroke="{colour}" stroke-width="1.5"><title>{}</title></rect>"##,
            escape(tip)
        ));
    }

    /// An arrow straight up, with a white seam that keeps it apart from what it crosses.
    pub fn arrow(&mut self, class: &str, from: Point, top: f64, colour: &str) {
        let (x, y) = from;
        self.put(format_args!(
            r##"<path d="M{x:.1} {y:.1}V{top:.1}" stroke="#fff" stroke-width="3"/><path class="{class}" d="M{x:.1} {y:.1}V{top:.1}M{:.1} {:.1}L{x:.1} {top:.1}L{:.1} {:.1}" fill="none" stroke="{colour}" stroke-width="1.2"/>"##,
            x - 3.0,
            top + 5.0,
            x + 3.0,
            top + 5.0
        ));
    }

    /// A filled triangle around a point, with a tool tip.
    pub fn triangle(&mut self, class: &str, at: Point, colour: &str, tip: &str) {
        let (x, y) = at;
        let (l, r, t, b) = (x - 4.0, x + 4.0, y - 4.0, y + 4.0);
        self.put(format_args!(
            r#"<path class="{class}" d="M{l:.1} {b:.1}L{x:.1} {t:.1}L{r:.1} {b:.1}Z" fill="{colour}"><title>{}</title></path>"#,
            escape(tip)
        ));
    }

    /// A ring around a point.
    pub fn ring(&mut self, class: &str, at: Point, colour: &str) {
        let (x, y) = at;
        self.put(format_args!(
            r##"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="3.5" fill="#fff" stroke="{colour}" stroke-width="1.5"/>"##
        ));
    }

    /// A mark around a point.
    pub fn cross(&mut self, class: &str, at: Point, colour: &str) {
        let (x, y) = at;
        let (l, r, t, b) = (x - 4.0, x + 4.0, y - 4.0, y + 4.0);
        self.put(format_args!(
            r#"<path class="{class}" d="M{l:.1} {t:.1}L{r:.1} {b:.1}M{l:.1} {b:.1}L{r:.1} {t:.1}" stroke="{colour}" stroke-width="2"/>"#
        ));
    }

    /// Words on a base line; the anchor is start, middle or end.
    pub fn text(&mut self, at: Point, colour: &str, size: f64, anchor: &str, words: &str) {
        let (x, y) = at;
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" fill="{colour}" font-size="{size:.1}" text-anchor="{anchor}">{}</text>"#,
            escape(words)
        ));
    }

    /// The headline.
    pub fn title(&mut self, at: Point, words: &str) {
        let (x, y) = at;
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" fill="{DARK}" font-size="16" font-weight="600">{}</text>"#,
            escape(words)
        ));
    }

    /// The file.
    pub fn finish(self, width: f64, height: f64) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 \
             {width:.0} {height:.0}\" font-family=\"'Segoe UI', 'DejaVu Sans', sans-serif\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

/// About how wide words are, on the safe side.
pub fn width(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * size * 0.64
}

fn escape(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write these.
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
