//! TNEF, the `winmail.dat` of Outlook (MS-OXTNEF).
