// What a listing looks like: its first photo, or else a drawing: one small stage per category, lit by its kind's light.
import { html } from '../dom.js';

// Each drawing stands on a floor at y = 84 of a 160 x 100 stage. `s` is solid, `l` is line.
const DRAWINGS = {
  camera: { s: 'M52 44h44a4 4 0 0 1 4 4v22a4 4 0 0 1-4 4H52a4 4 0 0 1-4-4V48a4 4 0 0 1 4-4zM100 54l16-7v24l-16-7z',
    l: 'M60 44v-8h24v8M74 74l-12 10M74 74l12 10M74 74v10M58 59a7 7 0 1 0 14 0 7 7 0 1 0-14 0' },
  lens: { s: 'M50 42h46v36H50zM96 38h14v44H96z', l: 'M58 42v36M66 42v36M82 42v36M110 46v28M44 48v24h6' },
  lighting: { s: 'M64 30h30l8 22H56z',
    l: 'M56 52l-12 8M102 52l12 8M79 52v22M79 74l-16 10M79 74l16 10M79 74v10M64 30l-8-8M94 30l8-8M70 60l-4 8M88 60l4 8' },
  grip: { s: 'M72 24h34v26H72z', l: 'M60 84V30h12M60 84l-14 0M60 76l-14 8M60 76l14 8M56 30h8M89 50v4' },
  support: { s: 'M64 28h34v10H64z', l: 'M81 38v14M81 52 62 84M81 52l19 32M81 52v32M70 70h22M98 33h14' },
  monitoring: { s: 'M48 32h64v38H48z', l: 'M80 70v14M64 84h32M66 28V18M60 22l6-4 6 4M56 40h48M56 62h20' },
  sound: { s: 'M84 24l36-8 3 10-36 8a5 5 0 0 1-3-10z', l: 'M92 31 44 74M44 74v10M36 84h16M96 48v10M104 46v6' },
  dit: { s: 'M48 44h44v36H48zM98 54h16v26H98z', l: 'M54 54h32M54 64h32M54 72h10M102 62h8M106 72v2M92 70h6' },
  power: { s: 'M50 44h46v40H50zM62 36h22v8H62z', l: 'M76 50l-9 14h12l-7 14M96 64h14v20M104 84h12' },
  production: { s: 'M66 42h26v42H66z',
    l: 'M72 42V18M72 50h14M72 58h14M72 64h14M76 74h6M104 40c4 6 4 14 0 20M112 34c7 9 7 23 0 32' },
  drone: { s: 'M66 44h28v14H66z',
    l: 'M66 48 48 36M94 48l18-12M66 54 48 64M94 54l18 10M36 34h24M100 34h24M36 66h24M100 66h24M74 58v8h12v-8' },
  effects: { s: 'M52 62h34v22H52z',
    l: 'M86 70h8M98 66c8-2 6-10 14-10s6-10 14-8M98 74c8 0 8-6 16-6M58 62V52h14v10M58 74h10' },
  consumable: { s: 'M50 48a20 20 0 1 0 40 0 20 20 0 1 0-40 0z',
    l: 'M62 48a8 8 0 1 0 16 0 8 8 0 1 0-16 0M88 58c8 12 14 18 26 24M70 84h44' },
  costume_ancient: { s: 'M68 26h24l28 24-8 14-12-8v28H60V56l-12 8-8-14z', l: 'M68 26l12 18 12-18M80 44v40M60 62h40' },
  costume_modern: { s: 'M66 26h28l16 10-4 24-8-2v26H62V58l-8 2-4-24z',
    l: 'M66 26l14 22 14-22M80 48v36M80 48l-4 8 4 14 4-14z' },
  costume_republican: { s: 'M70 24h20l10 14-8 10 10 36H58l10-36-8-10z',
    l: 'M74 24c0 8 10 6 12 14M76 48h18M68 84V72M92 84V72' },
  costume_rural: { s: 'M44 58c10-6 16-22 36-22s26 16 36 22z',
    l: 'M44 58c22 8 50 8 72 0M62 46c12 4 24 4 36 0M66 62c2 10 6 16 14 20 8-4 12-10 14-20' },
  hand_prop: { s: 'M56 34h30v44H56z', l: 'M62 44h18M62 52h18M62 60h10M96 84V40l4-12 4 12v44M90 72h20' },
  set_dressing: { s: 'M68 46h24c8 8 10 30 0 38H68c-10-8-8-30 0-38z',
    l: 'M72 46V38h16v8M80 38V20M80 28l-10-8M80 24l10-8M66 64h28' },
  vehicle: { s: 'M40 60l10-4 12-16h32l14 16 12 4v16H40z',
    l: 'M66 46v10h32M80 46v10M50 76a8 8 0 1 0 16 0 8 8 0 1 0-16 0M94 76a8 8 0 1 0 16 0 8 8 0 1 0-16 0' },
  ancient: { s: 'M36 44c14-2 30-12 44-22 14 10 30 20 44 22l-6 6H42zM50 56h60v6H50z',
    l: 'M54 62v22M70 62v22M90 62v22M106 62v22M40 84h80M76 84V68h8v16' },
  modern_interior: { s: 'M46 60h68v16H46zM52 48h56v12H52z',
    l: 'M50 76v8M110 76v8M58 20h26v20H58zM71 20v20M58 30h26M110 16v12M102 34l8-10 8 10z' },
  pass: { s: 'M44 36h72v14a6 6 0 0 0 0 12v14H44V62a6 6 0 0 0 0-12z', l: 'M88 36v40M54 48h24M54 56h24M54 64h14' },
  republican: { s: 'M42 36h44v48H42z',
    l: 'M42 36l22-12 22 12M50 46h8v10h-8zM70 46h8v10h-8zM58 84V66h12v18M106 84V40M98 40h16M102 40v-8h8v8' },
  rural: { s: 'M42 52l28-20 28 20v32H42z',
    l: 'M36 56l34-24 34 24M64 84V66h12v18M114 84V60M104 60a10 10 0 1 1 20 0 10 10 0 0 1-20 0' },
  stage: { s: 'M50 36h60v34H50z',
    l: 'M40 20h80M52 20v8M80 20v8M108 20v8M40 84l10-14M120 84l-10-14M48 28h8M76 28h8M104 28h8M58 60l12-12 10 8 8-8 14 12' },
  facility: { s: 'M58 26h44v58H58z', l: 'M66 34h28v18H66zM94 64h2M44 84h72M66 60h16M66 68h16' },
  service: { s: 'M52 72a28 28 0 0 1 56 0z', l: 'M46 78h68M80 44v-8M74 34h12M112 50l6-6M48 50l-6-6M80 26v-4' },
};
const OF_KIND = { equipment: 'camera', prop: 'hand_prop', scene: 'modern_interior', facility: 'facility',
  service: 'service' };

// A steady number from the code, so that neighbours differ and a listing always looks the same.
const seedOf = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);

/**
 * Decoration beside the name; a photo that says something of its own stands in the gallery.
 * @param {{listing: {code: string, kind: string, category?: string, cover?: any}, wide?: boolean}} props
 */
export function Picture({ listing, wide = false }) {
  const { cover } = listing;
  return cover ? html`<img class="picture picture-photo" src=${cover.small} srcset=${`${cover.small} 320w, ${cover.middle} 960w`}
    sizes=${wide ? '100vw' : '320px'} alt="" loading="lazy" decoding="async" />` : html`<${Drawing} listing=${listing}
    wide=${wide} />`;
}

function Drawing({ listing, wide }) {
  const drawing = DRAWINGS[listing.category] ?? DRAWINGS[OF_KIND[listing.kind]] ?? DRAWINGS.facility;
  const seed = seedOf(listing.code ?? '');
  const x = 46 + (seed % 69);
  const y = 30 + (seed % 23);
  const r = 26 + (seed % 15);
  return html`<svg class="picture" data-kind=${listing.kind} data-turn=${seed % 3}
    viewBox=${wide ? '-60 0 280 100' : '0 0 160 100'}
      preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
    <rect class="picture-wall" x="-60" width="280" height="100" />
    <circle class="picture-light" cx=${x} cy=${y} r=${r} />
    <rect class="picture-floor" x="-60" y="84" width="280" height="16" />
    <path class="picture-solid" d=${drawing.s} /><path class="picture-line" d=${drawing.s + drawing.l} />
  </svg>`;
}
