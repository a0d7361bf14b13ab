//! Pictures: upright, in three sizes, nothing of the file left but what is seen; and files made to hurt.

use std::time::{Duration, Instant};

use backlot::inventory::Unreadable;
use backlot::inventory::photo_zip::{self, MOST_ENTRIES};
use backlot::inventory::picture::{self, NoPicture, Picture};
use image::{DynamicImage, ImageFormat};
use proptest::prelude::*;

use crate::support::pictures::{PLACE, bomb, half_red, turned, zip};

fn kept(bytes: &[u8]) -> Picture {
    picture::read(bytes).expect("a picture")
}

fn drawn(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).expect("a JPEG")
}

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue] = picture.to_rgb8().get_pixel(x, y).0;
    red > blue
}

#[test]
fn every_kind_is_kept_in_three_sizes_and_never_enlarged() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let picture = kept(&half_red(3000, 1500, format));
        assert_eq!((picture.width, picture.height), (2000, 1000), "{format:?}");
        let sizes = [
            (&picture.small, 320),
            (&picture.middle, 960),
            (&picture.large, 2000),
        ];
        for (bytes, width) in sizes {
            let shown = drawn(bytes);
            assert_eq!(
                (shown.width(), shown.height()),
                (width, width / 2),
                "{format:?}"
            );
            assert!(is_red(&shown, 10, 10) && !is_red(&shown, width - 10, 10));
        }
    }
    let little = kept(&half_red(40, 30, ImageFormat::Png));
    assert_eq!((little.width, little.height), (40, 30));
    assert_eq!(drawn(&little.small).width(), 40);
}

#[test]
fn a_telephones_picture_stands_upright_and_does_not_say_where_it_was_taken() {
    let sent = turned(&half_red(400, 200, ImageFormat::Jpeg));
    let finds =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    assert!(finds(&sent, PLACE));
    let picture = kept(&sent);
    assert_eq!((picture.width, picture.height), (200, 400), "turned");
    let shown = drawn(&picture.large);
    assert!(is_red(&shown, 100, 10), "the left side is on top now");
    assert!(!is_red(&shown, 100, 390));
    for bytes in [&picture.small, &picture.middle, &picture.large] {
        assert!(
            !finds(bytes, "GPS") && !finds(bytes, "Exif"),
            "metadata is left"
        );
    }
}

#[test]
fn what_can_be_seen_through_is_seen_on_white() {
    let glass = DynamicImage::new_rgba8(20, 20);
    let mut png = std::io::Cursor::new(Vec::new());
    glass
        .write_to(&mut png, ImageFormat::Png)
        .expect("a picture");
    let picture = kept(&png.into_inner());
    assert_eq!(drawn(&picture.large).to_rgb8().get_pixel(5, 5).0, [255; 3]);
}

#[test]
fn files_made_to_hurt_are_refused_at_once() {
    let whole = half_red(600, 600, ImageFormat::Png);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>";
    let html = b"<!doctype html><script>alert(1)</script>".as_slice();
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".as_slice();
    let cases: [(&str, Vec<u8>, NoPicture); 8] = [
        (
            "a bomb",
            bomb(50_000, 50_000),
            NoPicture::TooManyPixels(2_500_000_000),
        ),
        ("a long bomb", bomb(2_000_000_000, 1), NoPicture::Damaged),
        ("an empty claim", bomb(4_000, 4_000), NoPicture::Damaged),
        (
            "a PNG cut short",
            whole[..whole.len() / 2].to_vec(),
            NoPicture::Damaged,
        ),
        ("SVG", svg.to_vec(), NoPicture::OtherKind),
        ("HTML", html.to_vec(), NoPicture::OtherKind),
        ("GIF", gif.to_vec(), NoPicture::OtherKind),
        ("nothing", Vec::new(), NoPicture::OtherKind),
    ];
    for (what, bytes, why) in cases {
        let began = Instant::now();
        assert_eq!(picture::read(&bytes), Err(why), "{what}");
        assert!(began.elapsed() < Duration::from_secs(5), "{what}");
    }
    let large = vec![0; picture::LARGEST_FILE + 1];
    assert_eq!(picture::read(&large), Err(NoPicture::TooLarge));
}

#[test]
fn of_a_file_that_is_two_things_only_the_picture_is_kept() {
    let mut both = half_red(64, 64, ImageFormat::Jpeg);
    both.extend(b"<script>alert(1)</script>");
    both.extend(zip(&[("evil.exe", b"MZ")]));
    let picture = kept(&both);
    for bytes in [&picture.small, &picture.middle, &picture.large] {
        assert!(!bytes.windows(7).any(|at| at == b"<script"));
        assert!(bytes.ends_with(b"\xff\xd9"), "nothing behind the picture");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A damaged picture is refused, or drawn as far as it goes; there is no third way.
    #[test]
    fn no_damage_breaks_the_reader(at in 0_usize..2_000, byte: u8, cut in 0_usize..2_000, kind in 0_usize..3) {
        let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP][kind];
        let mut bytes = half_red(48, 48, format);
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % length);
        if let Ok(picture) = picture::read(&bytes) {
            prop_assert!(!picture.large.is_empty());
        }
    }
}

#[test]
fn a_zip_of_photos_is_counted_and_measured() {
    assert_eq!(photo_zip::look(b""), Err(Unreadable::Empty));
    assert_eq!(photo_zip::look(b"code,name\nA,B"), Err(Unreadable::NotAZip));
    let damaged = photo_zip::look(b"PK\x03\x04 and nothing more");
    assert!(
        matches!(damaged, Err(Unreadable::Damaged(_))),
        "{damaged:?}"
    );
    let names: Vec<String> = (0..=MOST_ENTRIES)
        .map(|number| format!("{number}.jpg"))
        .collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(photo_zip::look(&zip(&files)), Err(Unreadable::Bomb));
    // A hundred thousand to one: what is no picture is unpacked no further than one may be.
    let zeros = vec![0; 40 * 1024 * 1024];
    let files: Vec<(&str, &[u8])> = vec![("A.jpg", &zeros)];
    let looked = photo_zip::look(&zip(&files)).expect("one file");
    assert_eq!(looked[0].fault, Some(NoPicture::TooLarge));

    let photo = half_red(20, 20, ImageFormat::Png);
    let files: Vec<(&str, &[u8])> = vec![
        ("A-2.jpg", &photo),
        ("A.jpg", &photo),
        ("__MACOSX/._A.jpg", b"x"),
        (".DS_Store", b"x"),
        ("list.txt", b"A"),
    ];
    let looked = photo_zip::look(&zip(&files)).expect("files");
    let names: Vec<(&str, bool)> = looked
        .iter()
        .map(|one| (one.name.as_str(), one.fault.is_none()))
        .collect();
    assert_eq!(
        names,
        [("A.jpg", true), ("A-2.jpg", true), ("list.txt", false)]
    );
}
