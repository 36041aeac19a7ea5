//! The band below the lanes: a bar for each request that waits, up to the lane of the frame that it gets, and what
//! subscribers and direct calls were told.
use super::{
    Drawing, LEFT, RIGHT, WIDTH,
    axis::Axis,
    svg::{self, DARK, GREY, PALE, RED, Svg},
    waits::{End, Wait, Waits},
};

/// The second line of the legend.
pub const LEGEND: f64 = 20.0;
const GAP: f64 = 8.0;
const ROW: f64 = 14.0;
const BAR: f64 = 8.0;
/// The row of direct calls, and that of events.
const MARKS: f64 = 16.0;
/// Requests beyond lie in the last row, over others.
const MOST_ROWS: usize = 12;
const EVENT: &str = "#8250df";

/// Requests that wait, in rows without overlap; nothing where nobody waits.
pub struct Band {
    /// A row for each request; None for those outside the window.
    rows: Vec<Option<usize>>,
    /// How many rows there are, at least one.
    pub count: usize,
    top: f64,
}

impl Band {
    /// Lays out what the axis shows, from `top` on.
    pub fn new(waits: &Waits, axis: &Axis, top: f64) -> Self {
        // The x of a cancelled one needs room, too.
        let room = 6.0;
        let mut ends: Vec<f64> = Vec::new();
        let mut place = |wait: &Wait| {
            axis.shows(wait.from, wait.to).then(|| {
                let (from, to) = (axis.x(wait.from), axis.x(wait.to) + room);
                let row = ends.iter().position(|end| *end <= from).unwrap_or(ends.len()).min(MOST_ROWS - 1);
                if row == ends.len() {
                    ends.push(to);
                }
                ends[row] = ends[row].max(to);
                row
            })
        };
        let rows = waits.requests.iter().map(&mut place).collect();
        Self { rows, count: ends.len().max(1), top: top + GAP }
    }

    /// Where it ends.
    pub fn bottom(&self) -> f64 {
        self.top + self.count as f64 * ROW + 2.0 * MARKS + 4.0
    }

    /// Draws it over lanes that are drawn already.
    pub fn draw(&self, svg: &mut Svg, drawing: &Drawing) {
        let waits = &drawing.story.waits;
        svg.text((16.0, self.top + ROW / 2.0 + 4.0), DARK, 12.0, "start", "waiting");
        for (wait, row) in waits.requests.iter().zip(&self.rows) {
            if let Some(row) = row {
                self.wait(svg, drawing, wait, self.top + (*row as f64 + 0.5) * ROW);
            }
        }
        let events = self.bottom() - 2.0 - MARKS / 2.0;
        let calls = events - MARKS;
        for (middle, name) in [(calls, "direct calls"), (events, "events")] {
            svg.text((16.0, middle + 4.0), DARK, 12.0, "start", name);
            svg.line((LEFT, middle), (WIDTH - RIGHT, middle), PALE, 1.0);
        }
        for time in waits.refusals.iter().filter(|t| drawing.axis.shows(**t, **t)) {
            svg.ring("refusal", (drawing.axis.x(*time), calls), GREY);
        }
        for (time, times) in waits.events.iter().filter(|(t, _)| drawing.axis.shows(*t, *t)) {
            let tip = format!("free-frame event after {}", drawing.axis.span(drawing.story.start, *time));
            let tip = if *times == 1 { tip } else { format!("{tip}, {times} times") };
            svg.triangle("event", (drawing.axis.x(*time), events), EVENT, &tip);
        }
    }

    fn wait(&self, svg: &mut Svg, drawing: &Drawing, wait: &Wait, middle: f64) {
        let (x, end) = (drawing.axis.x(wait.from), drawing.axis.x(wait.to));
        let how = match wait.end {
            End::Served(frame) => format!("gets frame {frame}"),
            End::Cancelled => "is cancelled".into(),
            End::Dismissed => "is sent away".into(),
            End::Never => "waits on".into(),
        };
        let tip = format!("waits {}, {how}", drawing.axis.span(wait.from, wait.to));
        let (at, size) = ((x, middle - BAR / 2.0), (end - x, BAR));
        let seen = drawing.axis.shows(wait.to, wait.to);
        match wait.end {
            End::Dismissed => svg.bar(at, size, "#afb8c1", &tip),
            End::Served(frame) => {
                let colour = drawing.colour_at(frame, wait.to);
                if seen {
                    svg.arrow("serve", (end, middle - BAR / 2.0), drawing.foot(frame), colour);
                }
                svg.outline("wait", at, size, colour, &tip);
            }
            End::Cancelled | End::Never => svg.outline("wait", at, size, GREY, &tip),
        }
        if seen && wait.end == End::Cancelled {
            svg.cross("cancel", (end, middle), RED);
        }
    }
}

/// The second line of the legend, and what of it there is.
pub fn legend(svg: &mut Svg, waits: &Waits, left: f64, top: f64) {
    let mut x = left;
    let middle = top + 6.0;
    let mut word = |svg: &mut Svg, there: bool, mark: fn(&mut Svg, f64, f64), name: &str| {
        if there {
            mark(svg, x, middle);
            svg.text((x + 24.0, middle + 4.0), svg::SOFT, 12.0, "start", name);
            x += 46.0 + name.chars().count() as f64 * 6.0;
        }
    };
    let bar = |svg: &mut Svg, x: f64, y: f64| svg.outline("key", (x, y - BAR / 2.0), (18.0, BAR), GREY, "waits");
    word(svg, !waits.requests.is_empty(), bar, "request waits");
    let served = waits.count(|end| matches!(end, End::Served(_))) > 0;
    word(svg, served, |svg, x, y| svg.arrow("key", (x + 9.0, y + 6.0), y - 6.0, GREY), "and gets the frame");
    let cancelled = waits.count(|end| *end == End::Cancelled) > 0;
    word(svg, cancelled, |svg, x, y| svg.cross("key", (x + 9.0, y), RED), "is cancelled");
    let dismissed = waits.count(|end| *end == End::Dismissed) > 0;
    let grey = |svg: &mut Svg, x: f64, y: f64| svg.bar((x, y - BAR / 2.0), (18.0, BAR), "#afb8c1", "");
    word(svg, dismissed, grey, "is sent away");
    word(svg, !waits.refusals.is_empty(), |svg, x, y| svg.ring("key", (x + 9.0, y), GREY), "direct call gets none");
    let events = !waits.events.is_empty();
    word(svg, events, |svg, x, y| svg.triangle("key", (x + 9.0, y), EVENT, ""), "free-frame event");
}
