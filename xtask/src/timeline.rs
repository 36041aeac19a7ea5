//! The flight recorder as a picture: a lane per frame, coloured by who had it, and marks where a picture found none.
//!
//! A run that is too long for one row shows the window around its first drop, and all of it in a strip below. Where
//! requests wait, or somebody subscribes to free frames, a band below the lanes tells of them.
mod axis;
pub mod records;
mod story;
mod strip;
mod svg;
mod waiting;
mod waits;

use axis::Axis;
use records::Record;
use story::{Hold, Story};
use svg::{DARK, GREY, LINE, PALE, RED, Svg};
use waiting::Band;
use waits::End;

const WIDTH: f64 = 1180.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 92.0;
/// Periods in a window; a run up to half as long again is shown whole.
const WINDOW: u64 = 24;
/// Lanes beyond are not drawn.
const MOST_LANES: u16 = 64;
/// Where the tags of the samples' notes, read as numbers, have their colours and names.
const OWNERS: [(&[u8; 4], &str, &str); 6] = [
    (b"FILL", "#0969da", "driver fills"),
    (b"PROD", "#0969da", "producer"),
    (b"QUEU", "#bf8700", "queued"),
    (b"CONS", "#2da44e", "consumer"),
    (b"IMPA", "#bc4c00", "impatient client"),
    (b"DIRE", "#8250df", "direct client"),
];
/// For the tags of other drivers.
const OTHERS: [&str; 4] = ["#8250df", "#1b7c83", "#bc4c00", "#57606a"];

/// Draws the records. The size of a frame is not in them.
pub fn draw(records: &[Record], frame_bytes: u64) -> String {
    Drawing::new(Story::new(records)).draw(frame_bytes)
}

/// The drawing of one story.
struct Drawing {
    story: Story,
    /// The part of time that the lanes show.
    axis: Axis,
    top: f64,
    lanes: u16,
    lane_height: f64,
    /// What lies below the lanes where requests wait.
    band: Option<Band>,
    /// Tags, in the order of the legend.
    owners: Vec<u32>,
}

impl Drawing {
    fn new(story: Story) -> Self {
        let (from, to) = window(&story);
        let axis = Axis { from, to, left: LEFT, right: WIDTH - RIGHT };
        let lanes = story.frames.clamp(1, MOST_LANES);
        let lane_height = (400.0 / f64::from(lanes)).clamp(11.0, 26.0);
        let mut owners: Vec<u32> = OWNERS.iter().map(|(tag, ..)| u32::from_le_bytes(**tag)).collect();
        for part in story.holds.iter().flat_map(|h| &h.parts) {
            if !owners.contains(&part.owner) {
                owners.push(part.owner);
            }
        }
        owners.retain(|tag| story.holds.iter().any(|h| h.parts.iter().any(|p| p.owner == *tag)));
        let top = if story.waits.is_empty() { TOP } else { TOP + waiting::LEGEND };
        let mut drawing = Self { story, axis, top, lanes, lane_height, band: None, owners };
        if !drawing.story.waits.is_empty() {
            drawing.band = Some(Band::new(&drawing.story.waits, &drawing.axis, drawing.bottom()));
        }
        drawing
    }

    fn draw(&self, frame_bytes: u64) -> String {
        let mut svg = Svg::new();
        let bottom = self.band.as_ref().map_or(self.bottom(), Band::bottom);
        self.title(&mut svg, frame_bytes);
        self.legend(&mut svg);
        for (x, label) in self.axis.ticks(self.story.start) {
            svg.line((x, self.top - 6.0), (x, bottom), LINE, 1.0);
            svg.text((x, bottom + 16.0), GREY, 12.0, "middle", &label);
        }
        // Numbers lie on top: a line through a bar must not cross one out.
        let mut numbers = Svg::new();
        for lane in 0..self.lanes {
            self.lane(&mut svg, &mut numbers, lane);
        }
        self.drops(&mut svg);
        if let Some(band) = &self.band {
            band.draw(&mut svg, self);
        }
        svg.append(numbers);
        let mut height = bottom + 28.0;
        if (self.axis.from, self.axis.to) != (self.story.start, self.story.end) {
            height = strip::draw(&mut svg, &self.story, &self.axis, height + 12.0);
        }
        svg.finish(WIDTH, height + 6.0)
    }

    /// Below the lanes of frames and the one of drops.
    fn bottom(&self) -> f64 {
        let drops = if self.story.drops.is_empty() { 0.0 } else { 28.0 };
        self.top + f64::from(self.lanes) * self.lane_height + drops
    }

    /// The lower edge of the bars in the lane of a frame.
    fn foot(&self, frame: u16) -> f64 {
        let lane = self.top + f64::from(frame.min(self.lanes)) * self.lane_height;
        lane + (self.lane_height + self.bar_height()) / 2.0
    }

    fn bar_height(&self) -> f64 {
        self.lane_height - if self.lane_height > 16.0 { 8.0 } else { 3.0 }
    }

    /// The colour of who has a frame from a moment on.
    fn colour_at(&self, frame: u16, time: u64) -> &'static str {
        let hold = self.story.holds.iter().find(|h| h.frame == frame && h.from() == time);
        hold.map_or(DARK, |h| self.owner(h.parts[0].owner).0)
    }

    fn title(&self, svg: &mut Svg, frame_bytes: u64) {
        let story = &self.story;
        let frames = format!("{} frames × {} bytes", story.frames, thousands(frame_bytes));
        svg.title((16.0, 26.0), &frames);
        let peak = story.occupancy().iter().map(|(_, out)| *out).max().unwrap_or(0);
        let what = if self.band.is_some() {
            format!("{} frames handed out · {}", story.holds.len(), story.waits.in_words())
        } else {
            format!(
                "{} pictures · {} got a frame · {} dropped",
                story.holds.len() + story.drops.len(),
                story.holds.len(),
                story.drops.len()
            )
        };
        let length = thousands((story.end - story.start) / 10_000);
        let counts = format!("{what} · at most {peak} frames out at once · {length} ms");
        svg.text((16.0, 45.0), svg::SOFT, 12.0, "start", &counts);
    }

    fn legend(&self, svg: &mut Svg) {
        let mut x = LEFT;
        for tag in &self.owners {
            let (colour, name) = self.owner(*tag);
            svg.bar((x, 60.0), (14.0, 12.0), colour, "");
            svg.text((x + 20.0, 70.0), svg::SOFT, 12.0, "start", &name);
            x += 48.0 + name.chars().count() as f64 * 6.0;
        }
        if !self.story.drops.is_empty() {
            svg.cross("drop", (x + 6.0, 66.0), RED);
            svg.text((x + 18.0, 70.0), svg::SOFT, 12.0, "start", "dropped: every frame is out");
        }
        if self.band.is_some() {
            waiting::legend(svg, &self.story.waits, LEFT, 60.0 + waiting::LEGEND);
        }
    }

    fn owner(&self, tag: u32) -> (&'static str, String) {
        if let Some((_, colour, name)) = OWNERS.iter().find(|(known, ..)| u32::from_le_bytes(**known) == tag) {
            return (colour, (*name).into());
        }
        let place = self.owners.iter().position(|t| *t == tag).unwrap_or(0);
        let name = if tag == 0 { "out".into() } else { String::from_utf8_lossy(&tag.to_le_bytes()).into_owned() };
        (OTHERS[place % OTHERS.len()], name)
    }

    fn lane(&self, svg: &mut Svg, numbers: &mut Svg, lane: u16) {
        let top = self.top + f64::from(lane) * self.lane_height;
        let middle = top + self.lane_height / 2.0;
        svg.line((LEFT, middle), (WIDTH - RIGHT, middle), PALE, 1.0);
        if self.lane_height >= 14.0 || lane % 4 == 0 || lane + 1 == self.lanes {
            svg.text((16.0, middle + 4.0), DARK, 12.0_f64.min(self.lane_height), "start", &format!("frame {lane}"));
        }
        for hold in self.story.holds.iter().filter(|h| h.frame == lane && self.axis.shows(h.from(), h.to())) {
            self.hold(svg, numbers, hold, middle);
        }
    }

    fn hold(&self, svg: &mut Svg, numbers: &mut Svg, hold: &Hold, middle: f64) {
        let height = self.bar_height();
        let mut widest = (0.0, 0.0);
        for part in hold.parts.iter().filter(|p| self.axis.shows(p.from, p.to)) {
            let (x, end) = (self.axis.x(part.from), self.axis.x(part.to));
            if end - x > widest.1 {
                widest = (x, end - x);
            }
            let (colour, name) = self.owner(part.owner);
            let tip = format!("{name}, {}", self.axis.span(part.from, part.to));
            svg.bar((x, middle - height / 2.0), (end - x, height), colour, &tip);
        }
        let Some(label) = hold.picture.map(|p| p.to_string()) else { return };
        let size = 11.0_f64.min(height);
        if widest.1 >= svg::width(&label, size) + 4.0 {
            let x = self.beside_arrows(widest, hold.frame, svg::width(&label, size));
            numbers.text((x, middle + size * 0.36), "#fff", size, "middle", &label);
        }
    }

    /// The middle of a bar, or the nearest place right of it where no arrow to a lane above crosses so wide a number.
    fn beside_arrows(&self, (from, width): (f64, f64), lane: u16, number: f64) -> f64 {
        let middle = from + width / 2.0;
        let served = self.story.waits.requests.iter().filter(|w| matches!(w.end, End::Served(frame) if frame < lane));
        let mut arrows: Vec<f64> = served.map(|w| self.axis.x(w.to)).collect();
        arrows.sort_by(f64::total_cmp);
        let free = arrows.iter().fold(middle, |x, a| if (a - x).abs() < number / 2.0 { a + number / 2.0 } else { x });
        if free + number / 2.0 <= from + width { free } else { middle }
    }

    /// A cross for each drop, its picture's number where there is room, and a line through the frames that were taken.
    fn drops(&self, svg: &mut Svg) {
        if self.story.drops.is_empty() {
            return;
        }
        let middle = self.bottom() - 14.0;
        svg.text((16.0, middle + 4.0), DARK, 12.0, "start", "dropped");
        let mut free_from = LEFT;
        for drop in self.story.drops.iter().filter(|d| self.axis.shows(d.time, d.time)) {
            let x = self.axis.x(drop.time);
            svg.dashes((x, self.top - 6.0), (x, middle - 6.0), RED);
            svg.cross("drop", (x, middle), RED);
            let label = drop.picture.to_string();
            if x >= free_from && x + 9.0 + svg::width(&label, 11.0) < WIDTH {
                svg.text((x + 7.0, middle + 4.0), RED, 11.0, "start", &label);
                free_from = x + 9.0 + svg::width(&label, 11.0);
            }
        }
    }
}

/// All of a short story; else a window that has the first drop in its first half, or the beginning.
fn window(story: &Story) -> (u64, u64) {
    let period = story.period();
    // A little less than a number of periods, so that no picture begins at the very edge.
    let span = period * WINDOW - period / 4;
    if story.end - story.start <= period * WINDOW * 3 / 2 {
        return (story.start, story.end.max(story.start + 1));
    }
    if !story.waits.is_empty() {
        return busiest(story, span);
    }
    let first = story.drops.first().map_or(story.start, |drop| drop.time.saturating_sub(span / 3).max(story.start));
    let from = if first - story.start < span / 6 { story.start } else { first.min(story.end - span) };
    (from, from + span)
}

/// The first window of this length that shows most of what can happen to requests.
fn busiest(story: &Story, span: u64) -> (u64, u64) {
    let last = story.end.saturating_sub(span).max(story.start);
    let begins = story.waits.requests.iter().map(|w| w.from.saturating_sub(span / 8).clamp(story.start, last));
    let best = begins.rev().max_by_key(|from| story.waits.kinds_within(*from, from + span));
    let from = best.unwrap_or(story.start);
    (from, from + span)
}

/// 86400 as 86 400, with spaces that do not break.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
