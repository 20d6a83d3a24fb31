// The generated parts of docs/ are what the schema and the command table say now. `npm run docs` writes them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fill } from '../../scripts/docs/blocks.ts';
import { commandBlocks } from '../../scripts/docs/commands.ts';
import { fieldBlocks } from '../../scripts/docs/fields.ts';
import { serviceBlocks } from '../../scripts/docs/services.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const generators = { ...fieldBlocks, ...commandBlocks, ...serviceBlocks };
const pages = readdirSync(docs).filter((name) => name.endsWith('.md'));
const page = (name: string) => readFileSync(join(docs, name), 'utf8');

describe('the generated references', () => {
  it.each(pages)('are up to date in docs/%s (npm run docs)', async (name) => {
    await expect(fill(page(name), generators)).toMatchFileSnapshot(join(docs, name));
  });

  it('stand in a page each', () => {
    const all = pages.map(page).join('\n');
    for (const name of Object.keys(generators)) expect(all).toContain(`<!-- generated: ${name} -->`);
  });
});
