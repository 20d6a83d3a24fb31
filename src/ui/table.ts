// Formats tables for a terminal, and sizes and times in them.
import { stripVTControlCharacters } from 'node:util';

/** Rows of cells; the last column is not padded. Colour codes do not count. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string {
  const widths = columnWidths(rows);
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

export interface Fit {
  /** Characters in a line; undefined: as many as the table needs. */
  width: number | undefined;
  /** Titles of columns that are left out if the table is too wide, in this order. */
  spare?: readonly string[];
}

/** A table, whose first row has the titles. No line is longer than `width`: columns are left out, then long cells are cut. */
export function table(rows: readonly (readonly string[])[], { width: limit, spare = [] }: Fit): string {
  if (limit === undefined) return columns(rows);
  let kept = rows;
  for (const title of spare) {
    if (widthOf(kept) <= limit) break;
    const index = kept[0]?.findIndex((cell) => stripVTControlCharacters(cell) === title) ?? -1;
    // A row that ends early has a note in its last cell.
    kept = kept.map((row) => row.filter((_, column) => column !== index || row.length !== kept[0]?.length));
  }
  const widths = columnWidths(kept);
  for (let excess = widthOf(kept) - limit; excess > 0; ) {
    const widest = widths.indexOf(Math.max(...widths));
    const before = widths[widest] ?? 0;
    if (before <= narrowest) break;
    // No further than the next widest column at first, so that several share the loss.
    const next = Math.max(narrowest, ...widths.filter((_, column) => column !== widest));
    const after = Math.max(before - excess, Math.min(next, before - 1));
    widths[widest] = after;
    excess -= before - after;
  }
  return columns(kept.map((row) => row.map((cell, column) => shortened(cell, widths[column] ?? 0))));
}

/** Characters; a cell is not cut further. */
const narrowest = 6;

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return widths;
}

function widthOf(rows: readonly (readonly string[])[]): number {
  return Math.max(...columns(rows).split('\n').map(width));
}

/** Cut in the middle, since names often differ at both ends. Colours stay. */
function shortened(cell: string, limit: number): string {
  const text = stripVTControlCharacters(cell);
  const characters = [...text];
  if (characters.length <= limit) return cell;
  const end = Math.floor((limit - 1) / 2);
  const cut = `${characters.slice(0, limit - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
  return cell.replace(text, () => cut);
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
