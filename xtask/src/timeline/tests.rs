//! Pictures of made-up runs.
use super::{
    records::{NO_FRAME, Record, kind},
    *,
};

const PERIOD: u64 = 400_000;

fn tag(name: &[u8; 4]) -> u32 {
    u32::from_le_bytes(*name)
}

/// Pictures come once a period and stay for `stay` periods; those that find no frame are dropped.
fn run(frames: u16, pictures: u32, stay: u64) -> Vec<Record> {
    let record = |time, kind, frame, note| Record { time, kind, frame, note };
    let mut records = vec![record(0, kind::COMMIT, NO_FRAME, u32::from(frames))];
    let mut free_at = vec![0; usize::from(frames)];
    for picture in 0..pictures {
        let now = u64::from(picture + 1) * PERIOD;
        let Some(frame) = free_at.iter().position(|t| *t <= now) else {
            records.push(record(now, kind::NOTE, NO_FRAME, picture));
            continue;
        };
        let (end, number) = (now + stay * PERIOD, frame as u16);
        free_at[frame] = end;
        records.push(record(now, kind::ALLOCATE, number, 1));
        for (time, note) in [(now, picture), (now, tag(b"FILL")), (now + PERIOD / 4, tag(b"CONS"))] {
            records.push(record(time, kind::NOTE, number, note));
        }
        records.push(record(end, kind::FREE, number, 0));
    }
    records.sort_by_key(|r| r.time);
    records
}

/// Every tag that opens is closed, in order.
fn balanced(svg: &str) -> bool {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let Some((inside, _)) = tag.split_once('>') else { return false };
        let name = |s: &str| s.split([' ', '/']).next().unwrap_or_default().to_owned();
        if let Some(closed) = inside.strip_prefix('/') {
            if open.pop() != Some(name(closed)) {
                return false;
            }
        } else if !inside.ends_with('/') {
            open.push(name(inside));
        }
    }
    open.is_empty()
}

fn count(svg: &str, what: &str) -> usize {
    svg.matches(what).count()
}

#[test]
fn a_lane_for_each_frame() {
    for frames in [1, 3, 16] {
        let svg = draw(&run(frames, 20, 2), 86_400);
        assert!(balanced(&svg));
        assert_eq!(count(&svg, ">frame "), usize::from(frames));
        assert!(svg.contains("86\u{a0}400 bytes"));
    }
    let svg = draw(&run(64, 500, 60), 1);
    assert!(balanced(&svg) && svg.contains(">frame 0<") && svg.contains(">frame 63<"));
    assert_eq!(count(&svg, &format!("stroke=\"{PALE}\"")), 64);
}

#[test]
fn a_mark_for_each_drop_in_the_window() {
    let whole = draw(&run(2, 20, 3), 1);
    let drops = Story::new(&run(2, 20, 3)).drops.len();
    assert!(drops > 3);
    // One more is in the legend.
    assert_eq!(count(&whole, "class=\"drop\""), drops + 1);
    assert!(!whole.contains("whole run"));

    let story = Story::new(&run(2, 300, 3));
    let (from, to) = window(&story);
    let seen = story.drops.iter().filter(|d| (from..=to).contains(&d.time)).count();
    assert!(seen > 3 && seen < story.drops.len());
    let part = draw(&run(2, 300, 3), 1);
    assert!(balanced(&part) && part.contains("whole run"));
    assert_eq!(count(&part, "class=\"drop\""), seen + 1);
}

#[test]
fn no_drops_no_lane_for_them() {
    let svg = draw(&run(3, 20, 2), 1);
    assert!(!svg.contains("dropped<") && svg.contains("· 0 dropped ·"));
}

#[test]
fn words_of_others_are_escaped() {
    let mut records = run(1, 3, 1);
    records.push(Record { time: 2 * PERIOD, kind: kind::NOTE, frame: 0, note: tag(b"<&\"\x01") });
    records.sort_by_key(|r| r.time);
    let svg = draw(&records, 1);
    assert!(balanced(&svg) && svg.contains("&lt;&amp;&quot;\u{fffd}"));
}

#[test]
fn nothing_is_a_picture_too() {
    assert!(balanced(&draw(&[], 0)));
}

#[test]
fn spaces_between_thousands() {
    assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1\u{a0}000", "1\u{a0}234\u{a0}567"]);
}

/// Four requests, of which three wait at once; the last one does so at the end of a long run.
fn requests(pause: u64) -> Vec<Record> {
    let record = |time, kind, frame, note| Record { time, kind, frame, note };
    let mut records = vec![record(0, kind::COMMIT, NO_FRAME, 2)];
    for n in 0..pause {
        records.push(record(n * PERIOD, kind::ALLOCATE, 0, 1));
        records.push(record(n * PERIOD + PERIOD / 2, kind::FREE, 0, 0));
    }
    let at = |tenths: u64| pause * PERIOD + tenths * PERIOD / 10;
    records.extend([
        record(at(0), kind::ALLOCATE, 0, 1),
        record(at(0), kind::ALLOCATE, 1, 2),
        record(at(1), kind::WAIT, NO_FRAME, 1),
        record(at(2), kind::WAIT, NO_FRAME, 2),
        record(at(3), kind::WAIT, NO_FRAME, 3),
        record(at(4), kind::EMPTY, NO_FRAME, 0),
        record(at(5), kind::CANCEL, NO_FRAME, 2),
        record(at(6), kind::FREE, 1, 1),
        record(at(6), kind::EVENT, 1, 1),
        record(at(6), kind::SERVE, 1, 1),
        record(at(6), kind::NOTE, 1, tag(b"CONS")),
        record(at(8), kind::DISMISS, NO_FRAME, 3),
        record(at(9), kind::WAIT, NO_FRAME, 4),
        record(at(10), kind::FREE, 1, 1),
        record(at(10), kind::SERVE, 1, 4),
        record(at(20), kind::FREE, 1, 1),
    ]);
    records
}

#[test]
fn a_bar_for_each_wait_an_arrow_for_each_frame() {
    for pause in [0, 300] {
        let svg = draw(&requests(pause), 1);
        assert!(balanced(&svg));
        let marks = ["wait", "serve", "cancel", "event", "refusal", "drop"].map(|c| count(&svg, &format!("\"{c}\"")));
        assert_eq!(marks, [3, 2, 1, 1, 1, 0], "after {pause}");
        let words = "4 requests waited: 2 served, 1 cancelled, 1 sent away · 1 free-frame events";
        assert!(svg.contains(words) && svg.contains("is sent away<"));
        assert_eq!(svg.contains("whole run"), pause > 0);
    }
}

#[test]
fn requests_that_wait_at_once_lie_in_rows() {
    let drawing = Drawing::new(Story::new(&requests(0)));
    let band = drawing.band.as_ref().unwrap();
    assert_eq!(band.count, 3, "the fourth waits when the first row is free again");
    assert!(band.bottom() > drawing.bottom() + 3.0 * 14.0);
}

#[test]
fn an_arrow_ends_below_the_bar_of_its_frame_and_has_the_colour_of_its_owner() {
    let drawing = Drawing::new(Story::new(&requests(0)));
    assert_eq!(drawing.foot(1) - drawing.foot(0), drawing.lane_height);
    let served = drawing.story.waits.requests[0].to;
    assert_eq!((drawing.colour_at(1, served), drawing.colour_at(0, served)), ("#2da44e", DARK));
    // A number steps aside for an arrow to a lane above, where it has room.
    let x = drawing.axis.x(served);
    let bar = (x - 50.0, 100.0);
    assert_eq!(drawing.beside_arrows(bar, 2, 20.0), x + 10.0);
    assert_eq!(drawing.beside_arrows(bar, 1, 20.0), x);
    assert_eq!(drawing.beside_arrows((x - 8.0, 16.0), 2, 12.0), x);
}

#[test]
fn failed_calls_alone_make_no_band() {
    let mut records = run(2, 20, 3);
    records.push(Record { time: 3 * PERIOD, kind: kind::EMPTY, frame: NO_FRAME, note: 0 });
    records.sort_by_key(|r| r.time);
    let svg = draw(&records, 1);
    assert!(!svg.contains("waiting<") && !svg.contains("direct calls<"));
}
