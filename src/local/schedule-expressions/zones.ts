// Local times of time zones.

/** A time on the clock of a zone, as if it were UTC: epoch milliseconds. */
export type WallTime = number;

const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is a time zone of the IANA database. */
export function isZone(name: string): boolean {
  try {
    // Offsets are not names.
    return !/^[+-]/.test(name) && formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

export function wallTimeAt(time: number, zone: string): WallTime {
  if (zone === 'UTC') return time;
  const parts = formatOf(zone).formatToParts(time);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return seconds + (((time % 1000) + 1000) % 1000);
}

/**
 * Epoch milliseconds. A time that occurs twice, when clocks are set back, is the first of the two; undefined: clocks
 * are set forward over it.
 */
export function timeAt(wall: WallTime, zone: string): number | undefined {
  if (zone === 'UTC') return wall;
  const times = [wall - day, wall + day]
    .map((near) => wall - (wallTimeAt(near, zone) - near))
    .filter((time) => wallTimeAt(time, zone) === wall);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
