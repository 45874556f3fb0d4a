//! A URL as a QR code, for the camera of another device.

use anstyle::{AnsiColor, Color, Style};
use qrcode::{Color as Module, EcLevel, QrCode};

use super::Display;
use super::color::Paint;

/// What the standard asks for around a code; cameras take less where there is no room.
const QUIET: [usize; 3] = [4, 2, 1];
/// Dark on light, whatever the terminal's own colours are.
const PAPER: Style = AnsiColor::Black.on_default().bg_color(Some(Color::Ansi(AnsiColor::BrightWhite)));
const INK: Style = AnsiColor::Black.on_default().bg_color(Some(Color::Ansi(AnsiColor::Black)));

/// Lines to draw `url` with, or what to say instead. With UTF-8 two modules share a cell, else a module takes two.
pub(super) fn draw(url: &str, columns: Option<usize>, display: Display) -> Result<String, String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L).map_err(|_| "the URL is too long for a QR code")?;
    let cells = if display.utf8 { 1 } else { 2 };
    let columns = columns.unwrap_or(usize::MAX);
    let quiet = QUIET.into_iter().find(|quiet| (code.width() + 2 * quiet) * cells <= columns).ok_or_else(|| {
        format!("no QR code is drawn: it takes {} columns, and the terminal has {columns}", (code.width() + 2) * cells)
    })?;
    let image = Image { code: &code, quiet };
    let lines: Vec<String> = if display.utf8 { image.half_blocks(display.paint) } else { image.blocks(display.paint) };
    Ok(lines.join("\n"))
}

struct Image<'a> {
    code: &'a QrCode,
    quiet: usize,
}

impl Image<'_> {
    fn size(&self) -> usize {
        self.code.width() + 2 * self.quiet
    }

    /// Whether a module is dark; around the code all are light.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(self.quiet).filter(|at| *at < self.code.width());
        matches!((inside(x), inside(y)), (Some(x), Some(y)) if self.code[(x, y)] == Module::Dark)
    }

    /// Without colours what is drawn is the light part: most terminals are dark, and cameras read both.
    fn half_blocks(&self, paint: Paint) -> Vec<String> {
        let drawn = |x: usize, y: usize| y < self.size() && self.is_dark(x, y) == paint.is_on();
        let cell = |x: usize, y: usize| match (drawn(x, y), drawn(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let line = |y: usize| (0..self.size()).map(|x| cell(x, y)).collect::<String>();
        (0..self.size()).step_by(2).map(|y| paint.paint(PAPER, &line(y))).collect()
    }

    fn blocks(&self, paint: Paint) -> Vec<String> {
        let cell = |dark: bool| match (paint.is_on(), dark) {
            (true, true) => paint.paint(INK, "  "),
            (true, false) => paint.paint(PAPER, "  "),
            (false, true) => "  ".to_owned(),
            (false, false) => "##".to_owned(),
        };
        (0..self.size()).map(|y| (0..self.size()).map(|x| cell(self.is_dark(x, y))).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::terminal::color;

    const URL: &str = "https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH";

    const PLAIN: Display = Display { paint: Paint::NONE, utf8: true };

    /// What a camera reads: `is_dark` says how each cell of the text looks.
    fn read(text: &str, modules: impl Fn(&str) -> Vec<Vec<bool>>) -> String {
        const SCALE: usize = 4;
        let rows: Vec<Vec<bool>> = text.lines().flat_map(modules).collect();
        let (width, height) = (rows[0].len() * SCALE, rows.len() * SCALE);
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(width, height, |x, y| {
            rows[y / SCALE].get(x / SCALE).copied().unwrap_or(false)
        });
        image.detect_grids()[0].decode().unwrap().1
    }

    fn halves(drawn_is_dark: bool) -> impl Fn(&str) -> Vec<Vec<bool>> {
        move |line| {
            let row = |drawn: [char; 2]| line.chars().map(|c| drawn.contains(&c) == drawn_is_dark).collect();
            vec![row(['█', '▀']), row(['█', '▄'])]
        }
    }

    #[test]
    fn half_blocks_read_back_as_the_url() {
        let plain = draw(URL, Some(80), PLAIN).unwrap();
        assert_eq!(read(&plain, halves(false)), URL);
        assert!(plain.lines().count() < 24, "it fits the least terminal there is");

        let paint = Paint::for_stdout(color::Color::Always, &Environment::default());
        let painted = draw(URL, None, Display { paint, utf8: true }).unwrap();
        let bare = |line: &str| line.replace("\u{1b}[30m\u{1b}[107m", "").replace("\u{1b}[0m", "");
        let painted = painted.lines().map(bare).collect::<Vec<_>>().join("\n");
        assert_eq!(read(&painted, halves(true)), URL);
    }

    #[test]
    fn without_utf_8_it_is_ascii_and_reads_back_too() {
        let plain = draw(URL, Some(80), Display::default()).unwrap();
        assert!(plain.is_ascii() && plain.lines().all(|line| line.len() <= 80));
        let modules = |line: &str| vec![line.as_bytes().chunks(2).map(|cell| cell == b"  ").collect()];
        assert_eq!(read(&plain, modules), URL);

        let paint = Paint::for_stdout(color::Color::Always, &Environment::default());
        let painted = draw(URL, Some(80), Display { paint, utf8: false }).unwrap();
        let (ink, paper) = (paint.paint(INK, "  "), paint.paint(PAPER, "  "));
        let modules = |line: &str| {
            let cells = line.replace(&ink, "#").replace(&paper, ".");
            vec![cells.chars().map(|cell| cell == '#').collect()]
        };
        assert_eq!(read(&painted, modules), URL);
    }

    #[test]
    fn a_terminal_that_is_too_narrow_is_told_so() {
        assert_eq!(
            draw(URL, Some(34), PLAIN).unwrap_err(),
            "no QR code is drawn: it takes 35 columns, and the terminal has 34"
        );
        assert!(draw(URL, Some(35), PLAIN).unwrap().lines().all(|line| line.chars().count() == 35));
    }
}
