use super::*;
use proptest::{collection::vec, prelude::*};
use std::{format, string::String};

fn set(boundaries: &[&str]) -> Boundaries {
    let mut set = Boundaries::default();
    for (level, boundary) in boundaries.iter().enumerate() {
        set.push(boundary.as_bytes(), level, Use::Open);
    }
    set
}

fn says(set: &Boundaries, rest: &str, at_end: bool) -> String {
    match set.line(rest.as_bytes(), at_end) {
        Verdict::Delimiter(Delimiter { level, close, content, end }) => {
            format!("{level}{} {content} {end}", if close { " close" } else { "" })
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn delimiters_are_whole_lines() {
    let set = set(&["B"]);
    for (rest, at_end, want) in [
        ("B\n", false, "0 1 2"),
        ("B\r\n", false, "0 1 3"),
        ("B \t \r\nx", false, "0 4 6"),
        ("B--\n", false, "0 close 3 4"),
        ("B--  \r\n", false, "0 close 5 7"),
        ("B", true, "0 1 1"),
        ("B--", true, "0 close 3 3"),
        ("B ", true, "0 2 2"),
        ("B", false, "Wait"),
        ("", false, "Wait"),
        ("B\r", false, "Wait"),
        ("B-", false, "Wait"),
        ("B--", false, "Wait"),
        ("B  ", false, "Wait"),
        ("B\r", true, "Text { level: 0 }"),
        ("B\rx", false, "Text { level: 0 }"),
        ("B-", true, "Text { level: 0 }"),
        ("B-\n", false, "Text { level: 0 }"),
        ("B -", false, "Text { level: 0 }"),
        ("B---\n", false, "Text { level: 0 }"),
        ("B --\n", false, "Text { level: 0 }"),
        ("BB\n", false, "Text { level: 0 }"),
        ("B x\n", false, "Text { level: 0 }"),
        ("b\n", false, "No"),
        (" B\n", false, "No"),
        ("", true, "No"),
    ] {
        assert_eq!(says(&set, rest, at_end), want, "rest {rest:?}, at the end: {at_end}");
    }
}

#[test]
fn padding_is_limited() {
    let set = set(&["B"]);
    let line = |blanks| format!("B{}\n", " ".repeat(blanks));
    assert_eq!(says(&set, &line(PADDING), false), "0 999 1000");
    assert_eq!(says(&set, &line(PADDING + 1), false), "Text { level: 0 }");
    assert_eq!(says(&set, &"B".repeat(1_000), false), "Text { level: 0 }");
}

#[test]
fn inner_before_outer_and_whole_before_prefix() {
    let set = set(&["ab", "abc", "ab--", "x"]);
    for (rest, want) in [
        ("ab\n", "0 2 3"),
        ("abc\n", "1 3 4"),
        ("abc--\n", "1 close 5 6"),
        // A delimiter of the inner one, a closing one of the outer one.
        ("ab--\n", "2 4 5"),
        ("ab----\n", "2 close 6 7"),
        ("abd\n", "Text { level: 0 }"),
        ("abcd\n", "Text { level: 1 }"),
        ("x--\n", "3 close 3 4"),
        ("a\n", "No"),
        ("a", "Wait"),
        ("ab", "Wait"),
        ("y", "No"),
    ] {
        assert_eq!(says(&set, rest, false), want, "rest {rest:?}");
    }
    assert_eq!(says(&set, "ab", true), "0 2 2");
}

#[test]
fn a_reused_boundary_is_that_of_the_innermost() {
    let mut set = set(&["B", "B"]);
    assert_eq!(says(&set, "B\n", false), "1 1 2");
    set.close(1);
    assert_eq!(says(&set, "B\n", false), "0 1 2");
    set.close(0);
    assert_eq!(says(&set, "B\n", false), "Idle(Closed)");
    set.pop(1);
    set.pop(0);
    assert!(set.is_empty());
    assert_eq!(says(&set, "B\n", false), "No");
}

#[test]
fn relations() {
    let set = set(&["abc"]);
    for (boundary, want) in [
        ("abc", Relation::Reused),
        ("abcd", Relation::Prefix),
        ("ab", Relation::Prefix),
        ("abd", Relation::None),
    ] {
        assert_eq!(set.relation(boundary.as_bytes()), want, "boundary {boundary:?}");
    }
}

#[test]
fn the_innermost_is_found_among_many() {
    let names: Vec<_> = (0..60).map(|level| format!("bnd{level}")).collect();
    let names: Vec<_> = names.iter().map(|name| &name[..]).collect();
    let set = set(&names);
    for (level, name) in names.iter().enumerate() {
        let want = format!("{level} {} {}", name.len(), name.len() + 1);
        assert_eq!(says(&set, &format!("{name}\n"), false), want);
    }
    assert_eq!(says(&set, "bnd5x\n", false), "Text { level: 5 }");
    assert_eq!(says(&set, "bnx\n", false), "No");
}

#[test]
fn boundaries_within_lines() {
    let set = set(&["--x", "y"]);
    assert_eq!(set.leading_dashes().collect::<Vec<_>>(), [0, 2]);
    assert_eq!(set.most_dashes(), 2);
    for (rest, want) in
        [("y z", Some(Some(1))), ("--x", Some(Some(3))), ("--", None), ("z", Some(None))]
    {
        assert_eq!(set.within_line(rest.as_bytes(), false), want, "rest {rest:?}");
    }
    assert_eq!(set.within_line(b"--", true), Some(None));
}

proptest! {
    /// Whatever is opened, closed and forgotten, lines are what they are to a list of all.
    #[test]
    fn says_what_a_list_says(
        steps in vec((0..4u8, "[-ab]{1,4}"), 0..14),
        rest in "[-ab]{0,6}[ \n]?",
        at_end: bool,
    ) {
        let (mut set, mut list) = (Boundaries::default(), Vec::new());
        for (step, boundary) in steps {
            match step {
                0 | 1 => {
                    let use_ = if boundary.len() == 4 { Use::Watched } else { Use::Open };
                    let related = |(_, b, it): &(usize, String, Use)| {
                        *it == Use::Open && (b.starts_with(&boundary) || boundary.starts_with(&**b))
                    };
                    let same = list.iter().any(|(_, b, it)| *it == Use::Open && *b == boundary);
                    let want = match list.iter().any(related) {
                        true if same => Relation::Reused,
                        true => Relation::Prefix,
                        false => Relation::None,
                    };
                    prop_assert_eq!(set.relation(boundary.as_bytes()), want);
                    set.push(boundary.as_bytes(), list.len(), use_);
                    list.push((list.len(), boundary, use_));
                }
                2 => {
                    let level = list.len().saturating_sub(boundary.len());
                    set.close(level);
                    list.iter_mut().skip(level).take(1).for_each(|it| it.2 = Use::Closed);
                }
                _ => {
                    set.pop(list.len().saturating_sub(1));
                    list.pop();
                }
            }
        }
        let rest = rest.as_bytes();
        let (mut want, mut within) = (Verdict::No, Some(None));
        let mut longer = false;
        list.sort_by_key(|(level, b, _)| (core::cmp::Reverse(b.len()), core::cmp::Reverse(*level)));
        for (level, boundary, use_) in &list {
            let mut one = Boundaries::default();
            one.push(boundary.as_bytes(), *level, *use_);
            let Some(_) = rest.strip_prefix(boundary.as_bytes()) else {
                longer |= boundary.as_bytes().starts_with(rest);
                continue;
            };
            want = want.or(one.line(rest, at_end));
            if within == Some(None) && *use_ == Use::Open {
                within = Some(Some(boundary.len()));
            }
        }
        if longer && !at_end {
            (want, within) = (Verdict::Wait, None);
        }
        prop_assert_eq!(set.line(rest, at_end), want);
        prop_assert_eq!(set.within_line(rest, at_end), within);
    }
}
