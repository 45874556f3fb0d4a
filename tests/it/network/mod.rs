//! Networks as companies have them: proxies, certificates of their own, partitions, and nothing asked behind anybody's back.
//! The hosts of AWS are spoken to by name; a proxy of the test hears the name and leads to the stand-in.

mod certificates;
pub mod company;
mod hostile_answers;
mod partitions;
mod proxies;
mod quiet;
mod roots;
pub mod spoiled;
mod start_urls;
mod strangers;
pub mod wire;
