//! A reader of QR codes, as a phone has one: what a picture says, whoever drew it.

use image::GrayImage;
use serde_json::Value;

/// Dots that a square of a code is drawn with.
const DOTS: u32 = 4;
/// Light squares around it.
const QUIET: u32 = 4;

/// What the codes in a picture say.
fn read(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    let dot = |x: usize, y: usize| {
        let place = |at: usize| u32::try_from(at).expect("small");
        picture.get_pixel(place(x), place(y)).0[0]
    };
    let mut read =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, dot);
    let codes = read.detect_grids();
    codes
        .iter()
        .map(|code| code.decode().expect("a code that can be read").1)
        .collect()
}

/// What a screenshot's codes say.
pub(crate) fn read_png(png: &[u8]) -> Vec<String> {
    let picture = image::load_from_memory(png).expect("a picture");
    read(&picture.into_luma8())
}

/// What squares say once they are drawn: `side` and a `path` of bars, `M3 0h7v1h-7z`.
pub(crate) fn read_squares(squares: &Value) -> Vec<String> {
    let side = u32::try_from(squares["side"].as_u64().expect("a side")).expect("small");
    let whole = (side + 2 * QUIET) * DOTS;
    let mut picture = GrayImage::from_pixel(whole, whole, image::Luma([255]));
    let bars = squares["path"].as_str().expect("a path").split('M').skip(1);
    for bar in bars {
        let numbers: Vec<u32> = bar
            .split(['h', 'v', ' ', '-', 'z'])
            .filter_map(|text| text.parse().ok())
            .collect();
        let [x, y, length, 1, back] = numbers[..] else {
            panic!("not a bar: {bar}");
        };
        assert_eq!(length, back, "a bar ends where it began");
        for (right, down) in
            (0..length * DOTS).flat_map(|right| (0..DOTS).map(move |down| (right, down)))
        {
            let (x, y) = ((x + QUIET) * DOTS + right, (y + QUIET) * DOTS + down);
            picture.put_pixel(x, y, image::Luma([0]));
        }
    }
    read(&picture)
}
