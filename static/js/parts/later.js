// A part whose module is fetched when it is first shown, so that the first page stays light.
import { html, useLoad } from '../dom.js';
import { needs } from '../styles.js';

/** @param {{load: () => Promise<any>}} props the rest goes to the part */
export function Later({ load, ...rest }) {
  const found = useLoad(async () => { const module = await load(); await needs(module.styles); return module; }, []);
  return found.value ? html`<${found.value.default} ...${rest} />` : null;
}
