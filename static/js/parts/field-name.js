// What the fields of a listing are called, wherever one is named: in a file, in a history.
import { t, tOr } from '../t.js';
import { cluster } from '../session.js';

/** The words are those of the listing's form. */
export const FIELDS = { code: 'listing.code', kind: 'listing.kind', category: 'catalogue.category', name_zh: 'form.name_zh',
  name_en: 'form.name_en', quantity: 'listing.how_many', day_rate: 'listing_form.day_rate',
  hour_rate: 'listing_form.hour_rate', rate: 'import.rate', deposit: 'listing_form.deposit', site: 'listing.site',
  owner: 'listing.owner', area_sqm: 'listing.area', tags: 'listing_form.tags', alike: 'listing_form.alike', state: 'import.state',
  minimum_minutes: 'listing_form.minimum_minutes', maximum_minutes: 'listing_form.maximum_minutes',
  step_minutes: 'listing_form.step_minutes', lead_minutes: 'listing_form.lead_minutes',
  horizon_days: 'listing_form.horizon_days', setup_minutes: 'listing_form.setup_minutes',
  turnaround_minutes: 'listing_form.turnaround_minutes', day_hours: 'listing_form.day_hours',
  weekly_hours: 'listing_form.weekly_hours',
  night_allowed: 'listing_form.night', hours_apply: 'listing_form.hours', approval: 'listing_form.approval',
  description_zh: 'listing_form.description_zh', description_en: 'listing_form.description_en', parts: 'listing_history.field_parts' };

/** The field of a key: amounts carry their currency there, rules that they are rules. */
export const fieldOf = (key) => (key ?? '').replace(/^rules\./, '')
  .replace(new RegExp(`_${cluster.value.currency.toLowerCase()}$`), '');

/** Its name in the reader's language. @param {string} key */
export const fieldName = (key) => (FIELDS[fieldOf(key)] ? t(FIELDS[fieldOf(key)], { currency: cluster.value.currency })
  : tOr(`listing_history.field_${key}`, key));

const RULES = ['minimum_minutes', 'maximum_minutes', 'step_minutes', 'lead_minutes', 'horizon_days', 'setup_minutes',
  'turnaround_minutes', 'day_hours', 'weekly_hours', 'night_allowed', 'hours_apply', 'approval'];

/** A value as files hold it: an empty rule inherits, anything else that is empty is not there. */
export const valueOf = (key, value) => value || t(RULES.includes(key) ? 'listing_form.inherit' : 'import.nothing');
