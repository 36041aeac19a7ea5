//! The same for many things, two at a time, or more where most of it is waiting: for what has copies or prefixes of its
//! own, or a compiler that uses one processor.
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

/// Does it with each of the items, as many at a time as there are workers; the answers in their order. `work` is told
/// which of the workers it is.
fn by<T: Sync, R: Send>(workers: usize, items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let worker = |me| {
        loop {
            let at = next.fetch_add(1, Relaxed);
            let Some(item) = items.get(at) else { return };
            let answer = work(me, item);
            answers.lock().unwrap().insert(at, answer);
        }
    };
    thread::scope(|s| {
        for me in 1..workers {
            s.spawn(move || worker(me));
        }
        worker(0);
    });
    answers.into_inner().unwrap().into_values().collect()
}

/// The same, two at a time.
pub fn by_two<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    by(2, items, work)
}

/// The same of what can fail: after an error nothing is begun any more, and that is the answer, with what else was wrong.
pub fn all_by<T: Sync, R: Send>(
    workers: usize,
    items: &[T],
    work: impl Fn(usize, &T) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    let failures = Mutex::new(Vec::new());
    let answers = by(workers, items, |me, item| {
        if !failures.lock().unwrap().is_empty() {
            return None;
        }
        work(me, item).map_err(|error| failures.lock().unwrap().push(error)).ok()
    });
    let failures = failures.into_inner().unwrap();
    if failures.is_empty() { Ok(answers.into_iter().flatten().collect()) } else { Err(failures.join("\n")) }
}

/// The same, two at a time.
pub fn all_by_two<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(usize, &T) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    all_by(2, items, work)
}

#[test]
fn answers_are_in_order() {
    let items: Vec<_> = (0..100).collect();
    assert_eq!(by_two(&items, |_, n| n * 2), (0..100).map(|n| n * 2).collect::<Vec<_>>());
    assert_eq!(all_by_two(&items, |_, n| Ok(*n)), Ok(items));
}

#[test]
fn nothing_is_begun_after_an_error() {
    let begun = AtomicUsize::new(0);
    let result = all_by_two(&[3; 100], |_, n| {
        begun.fetch_add(1, Relaxed);
        while begun.load(Relaxed) < 2 {
            thread::yield_now();
        }
        Err::<(), _>(n.to_string())
    });
    assert_eq!((result, begun.into_inner()), (Err("3\n3".into()), 2), "both of the two failed at their first");
}
