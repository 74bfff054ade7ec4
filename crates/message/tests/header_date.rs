//! Dates: what every value means, and what is said about it.
use mailwire_message::{DefectCode, Findings, Policy, header::Date};

/// The date in ISO 8601 with its zone, or what is wrong.
fn check(rows: &[(&str, &str, &str)]) {
    let mut failed = String::new();
    for &(value, want, defects) in rows {
        let mut found = Vec::new();
        let mut sink = |code: DefectCode, offset| {
            assert!(offset <= value.len(), "value {value:?}: {code:?} at {offset}");
            found.push(code.name());
        };
        let date =
            Date::parse_with(value.as_bytes(), &mut Findings::new(Policy::STANDARD, &mut sink));
        let got = (date.to_string(), found.join(" "));
        if got != (want.to_owned(), defects.to_owned()) {
            let (got, found) = got;
            failed += &format!(
                "value {value:?}\n  want {want:?} [{defects}]\n  got  {got:?} [{found}]\n"
            );
        }
        assert_eq!(date.is_valid(), !want.is_empty());
        if date.is_valid() {
            assert_eq!(Date::parse(date.to_string().as_bytes()), date);
        } else {
            assert_eq!(date, Date::INVALID);
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn seconds_and_minutes() {
    for (value, unix, offset) in [
        ("Thu, 1 Jan 1970 00:00:00 +0000", 0, Some(0)),
        ("Thu, 1 Jan 1970 00:00:00 -0000", 0, None),
        ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, Some(-360)),
        ("Wed, 31 Dec 1969 23:59:59 +0000", -1, Some(0)),
        ("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557, Some(120)),
        ("Mon, 1 Jan 1900 00:00:00 +0000", -2_208_988_800, Some(0)),
        ("Fri, 31 Dec 9999 23:59:59 +0000", 253_402_300_799, Some(0)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", 1_483_228_800, Some(0)),
        ("Sun, 6 Nov 2022 12:00:00 +0545", 1_667_715_300, Some(345)),
    ] {
        let date = Date::parse(value.as_bytes());
        assert_eq!((date.unix(), date.offset_minutes(), date.is_valid()), (unix, offset, true));
    }
}

/// RFC 5322, appendix A.
#[test]
fn examples_of_the_rfc() {
    check(&[
        (" Fri, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600", ""),
        (" Tue, 1 Jul 2003 10:52:37 +0200", "Tue, 1 Jul 2003 10:52:37 +0200", ""),
        (" Thu, 13 Feb 1969 23:32:54 -0330", "Thu, 13 Feb 1969 23:32:54 -0330", ""),
        (
            " Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
            "Thu, 13 Feb 1969 23:32:00 -0330",
            "",
        ),
        (" 21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000", "ObsDate"),
        (
            " Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
            "Fri, 21 Nov 1997 09:55:06 -0600",
            "ObsDate",
        ),
        (" 21 Nov 1997 10:01:22 -0600", "Fri, 21 Nov 1997 10:01:22 -0600", ""),
    ]);
}

#[test]
fn zones() {
    let obs = "ObsDate";
    for (zone, want, defects) in [
        ("UT", "+0000", obs),
        ("GMT", "+0000", obs),
        ("gmt", "+0000", obs),
        ("UTC", "+0000", obs),
        ("EST", "-0500", obs),
        ("EDT", "-0400", obs),
        ("CST", "-0600", obs),
        ("CDT", "-0500", obs),
        ("MST", "-0700", obs),
        ("MDT", "-0600", obs),
        ("PST", "-0800", obs),
        ("PDT", "-0700", obs),
        ("A", "-0000", obs),
        ("Z", "-0000", obs),
        ("z", "-0000", obs),
        ("CET", "-0000", obs),
        ("Europe/Vienna", "-0000", obs),
        ("", "-0000", "MissingZone"),
        ("(nowhere)", "-0000", "MissingZone"),
        ("-0000", "-0000", ""),
        ("+0200 (CEST)", "+0200", ""),
        ("+0200 (GMT+02:00)", "+0200", ""),
        ("(GMT+02:00)", "+0200", obs),
        ("(+0200)", "+0200", obs),
        ("(EST)", "-0500", obs),
        ("GMT+0200", "+0200", obs),
        ("GMT+02:00", "+0200", obs),
        ("GMT +0200 (CEST)", "+0200", obs),
        ("UTC-5", "-0500", obs),
        ("+02:00", "+0200", obs),
        ("+200", "+0200", obs),
        ("-0500 EST", "-0500", obs),
        ("EST -0500", "-0500", obs),
        ("EST5EDT", "-0500", obs),
        ("PST8PDT", "-0800", obs),
        ("EST6EDT", "-0000", obs),
        ("0700", "-0000", obs),
        ("\t+0100", "+0100", ""),
        ("+0100\t", "+0100", ""),
        ("+1400", "+1400", ""),
    ] {
        let value = format!("Fri, 21 Nov 1997 09:55:06 {zone}");
        check(&[(&value, &format!("Fri, 21 Nov 1997 09:55:06 {want}"), defects)]);
    }
    check(&[
        ("21 Jul 1997 09:55:06 EST5EDT", "Mon, 21 Jul 1997 09:55:06 -0400", obs),
        ("11 Mar 2007 01:59:59 EST5EDT", "Sun, 11 Mar 2007 01:59:59 -0500", obs),
        ("11 Mar 2007 03:00:00 EST5EDT", "Sun, 11 Mar 2007 03:00:00 -0400", obs),
        ("4 Nov 2007 03:00:00 CST6CDT", "Sun, 4 Nov 2007 03:00:00 -0600", obs),
        ("2 Apr 2006 03:00:00 EST5EDT", "Sun, 2 Apr 2006 03:00:00 -0400", obs),
        ("29 Oct 2006 03:00:00 EST5EDT", "Sun, 29 Oct 2006 03:00:00 -0500", obs),
    ]);
}

#[test]
fn years() {
    let obs = "ObsDate";
    check(&[
        ("1 Jan 00 00:00 +0000", "Sat, 1 Jan 2000 00:00:00 +0000", obs),
        ("1 Jan 49 00:00 +0000", "Fri, 1 Jan 2049 00:00:00 +0000", obs),
        ("1 Jan 50 00:00 +0000", "Sun, 1 Jan 1950 00:00:00 +0000", obs),
        ("1 Jan 99 00:00 +0000", "Fri, 1 Jan 1999 00:00:00 +0000", obs),
        ("1 Jan 100 00:00 +0000", "Sat, 1 Jan 2000 00:00:00 +0000", obs),
        ("1 Jan 1899 00:00 +0000", "", "InvalidDate"),
        ("1 Jan 19100 00:00 +0000", "", "InvalidDate"),
        ("1 Jan 5 00:00 +0000", "", "InvalidDate"),
        ("29 Feb 2000 00:00 +0000", "Tue, 29 Feb 2000 00:00:00 +0000", ""),
        ("29 Feb 2004 00:00 +0000", "Sun, 29 Feb 2004 00:00:00 +0000", ""),
        ("29 Feb 1900 00:00 +0000", "", "InvalidDate"),
        ("29 Feb 2001 00:00 +0000", "", "InvalidDate"),
    ]);
}

#[test]
fn other_forms() {
    let obs = "ObsDate";
    check(&[
        ("Tue Jul 24 18:55:07 2007", "Tue, 24 Jul 2007 18:55:07 -0000", "ObsDate MissingZone"),
        ("Tue Jul  3 18:55:07 EDT 2007", "Tue, 3 Jul 2007 18:55:07 -0400", obs),
        ("Tue Jul 24 18:55:07 +0200 2007", "Tue, 24 Jul 2007 18:55:07 +0200", obs),
        ("Tue Jul 24 18:55:07 2007 +0200", "Tue, 24 Jul 2007 18:55:07 +0200", obs),
        ("Sat, Apr 09 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        (
            "Saturday, April 9, 2005 6:39 AM",
            "Sat, 9 Apr 2005 06:39:00 -0000",
            "ObsDate MissingZone",
        ),
        ("Sat, 09 Apr 2005 12:39:52 PM -0700", "Sat, 9 Apr 2005 12:39:52 -0700", obs),
        ("Sat, 09 Apr 2005 12:39:52 am -0700", "Sat, 9 Apr 2005 00:39:52 -0700", obs),
        ("Saturday, 09-Apr-05 06:39:52 GMT", "Sat, 9 Apr 2005 06:39:52 +0000", obs),
        ("2005-04-09 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("2005-04-09T06:39:52.123Z", "Sat, 9 Apr 2005 06:39:52 -0000", obs),
        ("Sat, 9 Apr 2005 06:39 -0700", "Sat, 9 Apr 2005 06:39:00 -0700", ""),
        ("Sat, 9 Apr 2005 6:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("Sat 9 Apr 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("SAT, 9 APR 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", ""),
        ("Sat, 9 April 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("Sun, 9 Apr 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("Sam, 9 Apr 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("(a)Sat(b), 9 (c) Apr 2005 06:39:52 -0700", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
        ("Sat,9 Apr 2005 06:39:52-0700", "Sat, 9 Apr 2005 06:39:52 -0700", ""),
        ("Sat, 9 Apr 2005 06:39:52 -0700 (unclosed", "Sat, 9 Apr 2005 06:39:52 -0700", obs),
    ]);
}

#[test]
fn what_is_no_date() {
    for value in [
        "",
        " ",
        "31 Feb 2021 25:61:61 +9999",
        "31 Feb 2021 10:00:00 +0000",
        "0 Jan 2021 10:00:00 +0000",
        "32 Jan 2021 10:00:00 +0000",
        "1 Jan 2021 24:00:00 +0000",
        "1 Jan 2021 10:60:00 +0000",
        "1 Jan 2021 10:00:61 +0000",
        "1 Jan 2021 10:00:00 +9999",
        "1 Jan 2021 10:00:00 +0060",
        "1 Jan 2021 10:00:00 +2400",
        "1 Jan 2021 10:00:00 +01000",
        "1 Jan 2021",
        "10:00:00 +0000",
        "1 Foo 2021 10:00:00 +0000",
        "1 2021 10:00:00 +0000",
        "Jan 2021 10:00:00 +0000",
        "1 Jan 10:00:00 +0000",
        "1 Jan 2021 10 +0000",
        "1 Jan 2021 10: +0000",
        "04/09/2005 10:00:00 +0000",
        "1 Jan 99999999999999 10:00:00 +0000",
        "1 Jan 2021 10:00:00 2 3 4",
        "1 Jan 2021 100:00:00 +0000",
        "1 Jan 2021 10:000:00 +0000",
        "hello",
        "now, or never",
        "1 Jan 2021 10:00:00 +",
        "13:00 AM 1 Jan 2021",
    ] {
        check(&[(value, "", "InvalidDate")]);
    }
    assert!(!Date::parse(b"1 Jan 2021 10:00:00 \xff").is_valid());
}

#[test]
fn full_stops_for_colons() {
    check(&[
        ("Fri, 21 Nov 1997 09.55.06 +0000", "Fri, 21 Nov 1997 09:55:06 +0000", "ObsDate"),
        ("21 Nov 1997 9.55 -0600", "Fri, 21 Nov 1997 09:55:00 -0600", "ObsDate"),
        ("21 Nov 1997 24.55.06 +0000", "", "InvalidDate"),
        ("21 Nov 1997 09.55.061 +0000", "", "InvalidDate"),
        ("21 Nov 1997 09. 55.06 +0000", "", "InvalidDate"),
    ]);
}
