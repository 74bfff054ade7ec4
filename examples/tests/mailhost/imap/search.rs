//! SEARCH, SORT and THREAD.
use super::Talk;

#[test]
fn searches_sorts_and_threads() {
    let mut talk = Talk::new(&[]);
    for (number, subject, answers) in [(1, "b", ""), (2, "Re: b", "<1@x>"), (3, "a", "")] {
        talk.deliver("INBOX", &format!(
            "From: =?utf-8?q?J=C3=BC?= {number} <j{number}@x>\r\nSubject: {subject}\r\nMessage-ID: <{number}@x>\r\n\
             In-Reply-To: {answers}\r\nDate: Mon, 7 Feb 1994 21:52:0{number} -0800\r\n\r\ntext of {number}\r\n"
        ));
    }
    talk.go(r#"a> SELECT INBOX
          a< …
          a> STORE 2 +FLAGS.SILENT (\Seen $a)
          a< …
          a> SEARCH SUBJECT b UNSEEN
          a< * SEARCH 1
          a< OK SEARCH completed
          a> SEARCH CHARSET UTF-8 FROM {#}jÜ{/} BODY "of 3"
          a< + Go on
          a< * SEARCH 3
          a< OK SEARCH completed
          a> UID SEARCH RETURN (MIN MAX COUNT ALL SAVE) OR KEYWORD $A SUBJECT a
          a< * ESEARCH (TAG "…") UID MIN 2 MAX 3 COUNT 2 ALL 2:3
          a< OK UID SEARCH completed
          a> FETCH $ UID
          a< * 2 FETCH (UID 2)
          a< * 3 FETCH (UID 3)
          a< OK FETCH completed
          a> SEARCH RETURN (SAVE) SUBJECT nothing
          a< OK SEARCH completed
          a> STORE $ +FLAGS (\Deleted)
          a< OK STORE completed
          a> SEARCH RETURN (PARTIAL 2:5) ALL
          a< * ESEARCH (TAG "…") PARTIAL (2:5 2:3)
          a< OK …
          a> SEARCH YOUNGER 1000 SAVEDSINCE 1-Jan-2020
          a< * SEARCH 1 2 3
          a< OK …
          a> SEARCH EMAILID Mx
          a< * SEARCH
          a< OK …
          a> SORT (SUBJECT REVERSE DATE) UTF-8 ALL
          a< * SORT 3 2 1
          a< OK SORT completed
          a> UID SORT RETURN (COUNT ALL) (DISPLAYFROM) UTF-8 UNDELETED
          a< * ESEARCH (TAG "…") UID COUNT 3 ALL 1:3
          a< OK …
          a> THREAD REFERENCES US-ASCII ALL
          a< * THREAD (1 2)(3)
          a< OK THREAD completed
          a> UID THREAD ORDEREDSUBJECT UTF-8 SUBJECT b
          a< * THREAD (1 2)
          a< OK …
          a> SEARCH CHARSET X-KLINGON ALL
          a< NO [BADCHARSET (US-ASCII UTF-8)] …
          a> SEARCH XYZZY
          a< BAD …
          a> THREAD REFS UTF-8 ALL
          a< BAD …"#);
}
