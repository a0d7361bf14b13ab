// Reads the calendar part of a letter far enough to say it in words. Not a general iCalendar parser.

/** @param {string} text @returns {{method: string, events: Record<string, string>[]}} */
export function readCalendar(text) {
  const calendar = { method: '', events: [] };
  let event = null;
  let depth = 0;
  for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const found = /^([A-Z-]+)((?:;[^:"]*(?:"[^"]*")?)*):(.*)$/i.exec(line);
    if (!found) continue;
    const [, name, , value] = found;
    if (name === 'BEGIN') {
      depth += 1;
      if (value === 'VEVENT') { event = {}; depth = 0; }
    } else if (name === 'END') {
      if (value === 'VEVENT' && event) { calendar.events.push(event); event = null; } else depth -= 1;
    } else if (name === 'METHOD') calendar.method = value;
    else if (event && depth === 0) event[name] ??= unescape(value); // an alarm inside the event has its own lines
  }
  return calendar;
}

const unescape = (value) => value.replace(/\\n/gi, '\n').replace(/\\([,;\\])/g, '$1');

/** `20261124T063000Z` as the API writes it. */
export function calendarInstant(value) {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ$/.exec(value ?? '');
  return found && `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:00Z`;
}
