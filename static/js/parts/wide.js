// Whether there is room: what is a table or a timeline at the desk is a list on a phone.
import { useEffect, useState } from '../dom.js';

/** The width from which a table fits. */
export const DESK = '(min-width: 1024px)';

/** @param {string} query a media query */
export function useWide(query) {
  const [wide, setWide] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => setWide(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, []);
  return wide;
}
