// Formats tables for a terminal, and sizes and times in them.
import { stripVTControlCharacters } from 'node:util';

/** Rows of cells; the last column is not padded. Colour codes do not count. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell) + gap),
        )
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

function width(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** 1536 → `1.5 KB`. The units are binary, as in AWS's limits. */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  const units = ['KB', 'MB', 'GB'];
  let value = size / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `2026-01-31T12:00:00.000+0000` → `2026-01-31 12:00 UTC`; other text is returned unchanged. */
export function minute(time = ''): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
