//! Words of the trade → what they stand for: kinds, categories, states, yes and no, in either language.

use super::text::one_of;
use super::values::Misread;
use crate::domain::listing::{Kind, ListingState};
use crate::domain::policy::{Approval, HoursApply};

pub(super) const KINDS: &[(Kind, &str)] = &[
    (
        Kind::Equipment,
        "equipment|gear|器材|设备|摄影器材|拍摄器材|影视器材|拍摄设备",
    ),
    (
        Kind::Prop,
        "prop|props|道具|服装|服化道|服装道具|服道|costume|costumes|车辆",
    ),
    (
        Kind::Scene,
        "scene|set|sets|location|场景|场地|景|棚景|外景|影棚",
    ),
    (
        Kind::Facility,
        "facility|facilities|room|设施|公共设施|配套设施|房间",
    ),
    (Kind::Service, "service|services|服务|一站式服务|人员"),
];

pub(super) const STATES: &[(ListingState, &str)] = &[
    (ListingState::Draft, "draft|草稿|未发布"),
    (
        ListingState::Published,
        "published|已发布|发布|上架|已上架|在用|可用|active|available",
    ),
    (
        ListingState::Retired,
        "retired|已下架|下架|停用|报废|已报废",
    ),
];

pub(super) const HOURS: &[(HoursApply, &str)] = &[
    (HoursApply::Ends, "ends|领取和归还|取还"),
    (HoursApply::Span, "span|全程"),
    (HoursApply::None, "none|不限|全天|24小时"),
];

/// Categories by their Chinese names, with the kind each belongs to.
const CATEGORIES: &[(&str, Kind, &str)] = &[
    ("camera", Kind::Equipment, "摄影机|摄像机|相机"),
    ("lens", Kind::Equipment, "镜头"),
    ("lighting", Kind::Equipment, "灯光|灯具"),
    ("grip", Kind::Equipment, "器械附件|附件"),
    ("support", Kind::Equipment, "支撑与稳定|稳定器|三脚架"),
    ("monitoring", Kind::Equipment, "监看图传|监视器|图传"),
    ("sound", Kind::Equipment, "录音|声音"),
    ("dit", Kind::Equipment, "数据管理"),
    ("power", Kind::Equipment, "供电|电源"),
    ("production", Kind::Equipment, "现场用具"),
    ("drone", Kind::Equipment, "航拍|无人机"),
    ("effects", Kind::Equipment, "特效"),
    ("consumable", Kind::Prop, "耗材"),
    ("costume_ancient", Kind::Prop, "古装"),
    ("costume_modern", Kind::Prop, "现代服装"),
    ("costume_republican", Kind::Prop, "民国服装"),
    ("costume_rural", Kind::Prop, "乡村服装"),
    ("hand_prop", Kind::Prop, "手持道具"),
    ("set_dressing", Kind::Prop, "陈设|陈设道具"),
    ("vehicle", Kind::Prop, "车辆"),
    ("ancient", Kind::Scene, "古装景|古装场景"),
    ("modern_interior", Kind::Scene, "现代内景"),
    ("pass", Kind::Scene, "通票"),
    ("republican", Kind::Scene, "民国景"),
    ("rural", Kind::Scene, "乡村景"),
    ("stage", Kind::Scene, "影棚|摄影棚"),
    ("facility", Kind::Facility, "公共设施|设施"),
    ("service", Kind::Service, "一站式服务|服务"),
];

/// The slug of a category that is written as a name; other text as it is, in the manner of a slug.
pub(super) fn category(folded: &str) -> String {
    let known = CATEGORIES
        .iter()
        .find(|(_, _, names)| one_of(names, folded));
    known.map_or_else(
        || folded.replace(' ', "_"),
        |(slug, _, _)| (*slug).to_owned(),
    )
}

/// The categories things of a kind usually have.
pub fn known_categories(kind: Kind) -> impl Iterator<Item = &'static str> {
    let of_kind = CATEGORIES.iter().filter(move |(_, of, _)| *of == kind);
    of_kind.map(|(slug, _, _)| *slug)
}

/// The kind a category belongs to, where it is a known one.
pub(super) fn kind_of_category(slug: &str) -> Option<Kind> {
    let known = CATEGORIES.iter().find(|(known, _, _)| *known == slug);
    known.map(|(_, kind, _)| *kind)
}

pub(super) fn slugs(folded: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in folded.split([';', ',', '|', '\n']) {
        let tag = tag.trim().replace(' ', "-");
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

pub(super) fn word<T: Copy>(
    folded: &str,
    words: &[(T, &str)],
    code: &'static str,
) -> Result<T, Misread> {
    let known = words.iter().find(|(_, words)| one_of(words, folded));
    known
        .map(|(value, _)| *value)
        .ok_or_else(|| Misread::with(code, folded))
}

pub(super) fn flag(folded: &str) -> Result<bool, Misread> {
    const YES: &str = "是|有|可|可以|允许|支持|对|√|✓|✔|yes|y|true|1|on";
    const NO: &str = "否|无|不可|不可以|不允许|不支持|禁止|错|×|x|✗|no|n|false|0|off";
    if one_of(YES, folded) {
        return Ok(true);
    }
    if one_of(NO, folded) {
        return Ok(false);
    }
    Err(Misread::with("not_yes_or_no", folded))
}

pub(super) fn approval(folded: &str) -> Result<Approval, Misread> {
    const OWNER: &str = "owner|业主审批|需审批|需要审批|审批|人工审批|需要|需";
    const INSTANT: &str = "instant|即时确认|自动确认|免审批|无需审批|直接确认|不需要|无需";
    if one_of(OWNER, folded) {
        return Ok(Approval::Owner);
    }
    if one_of(INSTANT, folded) {
        return Ok(Approval::Instant);
    }
    match flag(folded) {
        Ok(true) => Ok(Approval::Owner),
        Ok(false) => Ok(Approval::Instant),
        Err(misread) => Err(misread),
    }
}
