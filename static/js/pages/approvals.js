// Approvals: what waits for this owner's decision, the oldest wish last. By hand, or by J, K, A and D.
import { html } from '../dom.js';
import { may } from '../session.js';
import { t } from '../t.js';
import { Head } from '../parts/shell.js';
import { Empty } from '../parts/note.js';
import { Queue, useQueue } from '../board/queue.js';

export const styles = ['order', 'basket', 'board', 'series'];

export default function Approvals() {
  if (!may('decide')) return html`<${Head} title=${t('nav.approvals')} /><${Empty} icon="approvals"
    title=${t('approvals.not_yours')} href="/bookings" label=${t('nav.bookings')} />`;
  return html`<${Waiting} />`;
}

function Waiting() {
  const found = useQueue();
  return html`<${Head} title=${t('nav.approvals')}>${may('publish') && html`<a class="btn btn-quiet"
    href="/board?queue=open">${t('nav.board')}</a>`}<//><${Queue} found=${found} />`;
}
