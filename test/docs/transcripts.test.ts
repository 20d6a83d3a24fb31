// Every console transcript of README and docs/ shows what its commands print now. `npm run docs` writes them.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, root } from './pages.ts';
import { replay } from './transcripts.ts';

const withTranscripts = pages.filter(({ text }) => text.includes('```console\n'));

describe.skipIf(process.platform === 'win32')('the transcripts', () => {
  it('stand in pages without generated parts, which another test writes', () => {
    expect(withTranscripts.length).toBeGreaterThan(0);
    expect(withTranscripts.filter(({ text }) => text.includes('<!-- generated:'))).toEqual([]);
  });

  it.concurrent.for(withTranscripts.map(({ path }) => path))(
    'of %s are what the commands print (npm run docs)',
    async (path, { expect }) => {
      const page = pages.find((one) => one.path === path)?.text ?? '';
      await expect(await replay(page)).toMatchFileSnapshot(join(root, path));
    },
  );
});
