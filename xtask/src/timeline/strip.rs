//! The whole run in a strip: how many frames were out, where pictures were dropped, and which part the lanes show.
use super::{
    LEFT, RIGHT, WIDTH,
    axis::Axis,
    story::Story,
    svg::{DARK, GREY, LINE, RED, SOFT, Svg},
};
use std::fmt::Write;

const HEIGHT: f64 = 44.0;

/// Draws the strip below `top`; answers where it ends.
pub fn draw(svg: &mut Svg, story: &Story, window: &Axis, top: f64) -> f64 {
    let axis = Axis { from: story.start, to: story.end, left: LEFT, right: WIDTH - RIGHT };
    let (base, frames) = (top + HEIGHT, f64::from(story.frames.max(1)));
    svg.text((16.0, top + 12.0), DARK, 12.0, "start", "whole run");
    svg.text((16.0, top + 27.0), SOFT, 11.0, "start", "frames out");
    svg.text((LEFT - 6.0, top + 10.0), GREY, 11.0, "end", &story.frames.to_string());
    svg.text((LEFT - 6.0, base), GREY, 11.0, "end", "0");
    for y in [top, base] {
        svg.line((LEFT, y), (WIDTH - RIGHT, y), LINE, 1.0);
    }
    let mut path = format!("M{LEFT:.1} {base:.1}");
    let columns = columns(&axis, &story.occupancy());
    for (i, out) in columns.iter().enumerate() {
        let (x, y) = (LEFT + i as f64, base - f64::from(*out) / frames * HEIGHT);
        let _ = write!(path, "L{x:.1} {y:.1}L{:.1} {y:.1}", x + 1.0);
    }
    let _ = write!(path, "L{:.1} {base:.1}Z", LEFT + columns.len() as f64);
    svg.area(&path, "#8db8e8");
    let mut last = f64::MIN;
    for drop in &story.drops {
        let x = axis.x(drop.time);
        if x - last >= 1.0 {
            svg.line((x, top), (x, base), RED, 1.0);
            last = x;
        }
    }
    let (from, to) = (axis.x(window.from), axis.x(window.to));
    svg.frame((from, top - 3.0), (to - from, HEIGHT + 6.0), DARK);
    for (x, label) in axis.ticks(story.start) {
        svg.text((x, base + 17.0), GREY, 12.0, "middle", &label);
    }
    base + 24.0
}

/// The most frames that were out in each pixel's worth of time.
fn columns(axis: &Axis, occupancy: &[(u64, u32)]) -> Vec<u32> {
    let mut columns = vec![0; (axis.right - axis.left) as usize];
    let last = columns.len() - 1;
    let column = |time| ((axis.x(time) - axis.left) as usize).min(last);
    for (i, (time, out)) in occupancy.iter().enumerate() {
        let until = occupancy.get(i + 1).map_or(axis.to, |next| next.0);
        for most in &mut columns[column(*time)..=column(until)] {
            *most = (*most).max(*out);
        }
    }
    columns
}
