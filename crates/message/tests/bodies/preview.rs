use mailwire_message::preview::{from_html, from_plain, html_text};
use proptest::prelude::*;

#[test]
fn words_of_plain_text() {
    for (text, max, want) in [
        ("", 10, ""),
        ("  a \t b\r\n\r\n c\u{a0}d ", 10, "a b c d"),
        ("abc def", 0, ""),
        ("abc def", 3, "abc"),
        ("abc def", 4, "abc"),
        ("abc def", 5, "abc d"),
        ("äöü€😀x", 5, "äöü€😀"),
        ("> quoted\nmine", 20, "mine"),
        (" > quoted\nmine", 20, "mine"),
        ("On Friday Al wrote:\n\n> a\n\nyes", 20, "yes"),
        ("yes:\nno", 20, "yes: no"),
        ("mine\n-- \nsignature", 20, "mine"),
        ("> only\n>> this", 20, "only this"),
        ("a\u{200b}\u{34f}\u{ad}\u{feff}b\0c\u{1b}", 20, "abc"),
        ("👩\u{200d}🚀", 20, "👩\u{200d}🚀"),
    ] {
        assert_eq!(from_plain(text, max), want, "text {text:?}");
    }
}

#[test]
fn words_of_html() {
    for (html, want) in [
        ("", ""),
        ("plain < text > & more", "plain < text > & more"),
        ("<p>One</p><p>two</p>three<br>four", "One two three four"),
        ("<b>bo</b>ld w<span>or</span>d", "bold word"),
        (
            "&lt;b&gt; &amp;amp; &#65;&#x42; &#128; &euro;&hellip;&nosuch; &amp &",
            "<b> &amp; AB € €…&nosuch; & &",
        ),
        ("&#0;&#xd800;&#99999999999;", "\u{fffd}\u{fffd}&#99999999999;"),
        ("<html><head><title>No</title></head><body>Yes</body></html>", "Yes"),
        ("<style>a > b { }</style>yes<script>if (a</b) '<p>'</script>!", "yes!"),
        ("<STYLE>no</STYLE >yes", "yes"),
        ("a<!-- <p>no</p> -->b<!DOCTYPE html>c<?xml?>d", "abcd"),
        ("a<!-- never ends", "a"),
        ("a<style>never ends", "a"),
        ("a<p class='never ends>b", "a"),
        ("<p title='a > b'>yes</p>", "yes"),
        ("<p title=\"it's\">yes</p>", "yes"),
        ("<p it's>yes</p>", "yes"),
        ("<div style='display:none'>no<div>no</div>no</div>yes", "yes"),
        ("<div style=\"color: red; DISPLAY : None !important\">no</div>yes", "yes"),
        ("<span style='font-size:0px'>no</span><span style='font-size:10px'>yes</span>", "yes"),
        ("<div style='max-height:0;overflow:hidden'>no</div>yes<p hidden>no</p>", "yes"),
        ("<img hidden>yes<br style='display:none'/>too", "yes too"),
        ("<blockquote type=cite>no<blockquote>no</blockquote></blockquote>yes", "yes"),
        ("yes<div class=\"gmail_quote\">no</div>", "yes"),
        ("<blockquote>all quoted</blockquote>", "all quoted"),
        ("a&zwnj;&#8203;&#847;b", "a\u{200c}b"),
        ("</p>a</", "a"),
        ("1 <2 <3", "1 <2 <3"),
    ] {
        assert_eq!(from_html(html, 80), want, "html {html:?}");
    }
}

#[test]
fn styles_may_be_long() {
    let style = "p { margin: 0 }\n".repeat(5_000);
    let html = format!("<head><style>{style}</a></styles></STYLE ></head><p>Hello");
    assert_eq!(from_html(&html, 80), "Hello");
    let html = format!("<style>{style}</a></styles></STYLE ><p>Hello");
    assert_eq!(from_html(&html, 80), "Hello");
}

/// Only the beginning is looked at, whatever it is; all of a text takes time that is linear in it.
#[test]
fn bounded_work() {
    for piece in [
        "<",
        "<p ",
        "<!--",
        "&",
        "</",
        "<style>",
        "<p a='",
        "<div hidden>",
        "> ",
        "\u{200b}",
        "a\n",
        "<p =",
        "<a b=c ",
        "</a",
    ] {
        let long = piece.repeat(4_000_000 / piece.len());
        for (before, behind) in
            [("", ""), ("<style>", ">"), ("<div hidden>", ">"), ("<x y='", "'>")]
        {
            let _ = html_text(&[before, &long, behind].concat());
        }
        assert!(from_html(&long, 100).chars().count() <= 100);
        assert!(from_plain(&long, 100).chars().count() <= 100);
    }
}

proptest! {
    #[test]
    fn never_more_than_asked_for(text in "[<>a-c '\"=/!&;#\\-é\n]{0,60}", max in 0..20usize) {
        for words in [from_html(&text, max), from_plain(&text, max)] {
            prop_assert!(words.chars().count() <= max);
            prop_assert!(!words.contains("  ") && !words.starts_with(' ') && !words.ends_with(' '));
        }
    }
}
