// The pages that people read, and what they say that can be checked.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
}

/** README, CONTRIBUTING and docs/. */
export const pages: readonly Page[] = [
  ...readdirSync(root).filter((name) => /^(README|CONTRIBUTING)\.md$/.test(name)),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** What stands between backticks, blocks left out, and so what a reader would make: `FILE` (new). */
export function inlineCode({ text }: Page): string[] {
  return [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`]+)`(?! \(new\))/g)].map(
    ([, code = '']) => code,
  );
}

/** Lines that a reader types: all of `sh` blocks, and those after `$ ` in `console` blocks. */
export function typedLines({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```(sh|console)\n(.*?)^```/gms)];
  return blocks.flatMap(([, language, content = '']) => {
    const lines = content.replaceAll('\\\n', ' ').split('\n');
    return language === 'sh'
      ? lines.filter((line) => line && !line.startsWith('#'))
      : lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  });
}

/** The names by which GitHub links to the headings of a page. */
export function anchors({ text }: Page): Set<string> {
  const headings = text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
