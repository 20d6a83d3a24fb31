// Timestamps of states: RFC 3339 with an uppercase T, and an uppercase Z or an offset.
const form = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds; undefined: not a timestamp. */
export function timeOf(text: string): number | undefined {
  const [, date, time, fraction = '', zone] = form.exec(text) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = fraction === '' ? '' : fraction.slice(0, 4).padEnd(4, '0');
  const parsed = Date.parse(`${date}T${time}${milliseconds}${zone}`);
  if (Number.isNaN(parsed)) return undefined;
  // Date takes 30 February for 2 March.
  const utc = new Date(Date.parse(`${date}T00:00:00Z`));
  return utc.toISOString().startsWith(date) ? parsed : undefined;
}
