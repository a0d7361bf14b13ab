// The language switch: one button that names the other language, reachable on every page.
import { html } from '../dom.js';
import { language, t } from '../t.js';
import { chooseLanguage } from '../session.js';
import { toast } from '../toast.js';
import { sentence } from './note.js';
import { Icon } from './icon.js';

const OTHER = { 'zh-CN': 'en', en: 'zh-CN' };

export function LanguageSwitch() {
  const next = OTHER[language.value];
  const choose = () => chooseLanguage(next).catch((problem) => toast(sentence(problem), { tone: 'bad' }));
  return html`<button type="button" class="language" lang=${next}
    onClick=${choose}><${Icon} name="language" /><span>${t(`language.switch_${next}`)}</span></button>`;
}
