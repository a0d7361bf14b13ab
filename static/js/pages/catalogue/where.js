// The finer filters: category and site.
import { html } from '../../dom.js';
import { replaceQuery } from '../../router.js';
import { cluster } from '../../session.js';
import { nameOf, t } from '../../t.js';
import { categoryName } from '../../parts/chip.js';
import { Select } from '../../parts/field.js';

/** @param {{query: URLSearchParams, sites: any[]}} props */
export function Where({ query, sites }) {
  const kind = query.get('kind');
  const categories = cluster.value.kinds.filter((one) => !kind || one.kind === kind).flatMap((one) => one.categories);
  return html`<${Select} label=${t('catalogue.category')} name="category" value=${query.get('category') ?? ''}
    onChange=${(event) => replaceQuery({ category: event.target.value })}
      options=${[['', t('catalogue.any_category')], ...[...new Set(categories)].map((one) => [one, categoryName(one)])]} />
    <${Select} label=${t('catalogue.site')} name="site" value=${query.get('site') ?? ''}
      onChange=${(event) => replaceQuery({ site: event.target.value })}
      options=${[['', t('catalogue.any_site')], ...sites.map((one) => [one.id, nameOf(one)])]} />`;
}
