// The interpreter of a runtime: along PATH, behind shims, asked once for its version, or the nearest version.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Interpreter, InterpreterCache } from '../../../src/local/runtime/interpreters/cache.ts';
import { candidatesOf } from '../../../src/local/runtime/interpreters/files.ts';
import { type RuntimeFixture, runtimeFixture } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

describe('interpreters', () => {
  const path = process.env.PATH ?? '';
  let folder = '';
  afterEach(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true, force: true });
  });

  async function programs(...files: string[]): Promise<string> {
    folder = await mkdtemp(join(tmpdir(), 'slsctl-path-'));
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '#!/bin/sh\n', { mode: 0o755 });
    }
    return folder;
  }

  it('are found along PATH, those named after the version first', async () => {
    const root = await programs('a/python3', 'b/python3.12', 'b/python3', 'a/python3.9');
    process.env.PATH = ['relative', join(root, 'a'), join(root, 'b')].join(delimiter);
    const at = (...files: string[]) => files.map((file) => join(root, file));
    expect(await candidatesOf('python', '3.12')).toEqual({
      named: at('b/python3.12'),
      others: at('a/python3', 'a/python3.9', 'b/python3'),
    });
  });

  it('are found behind the shims of version managers', async () => {
    const root = await programs(
      'pyenv/shims/python3.12',
      'pyenv/shims/python3',
      'pyenv/versions/3.12.1/bin/python3',
      'pyenv/versions/3.12.10/bin/python3',
      'pyenv/versions/3.9.18/bin/python3',
      'pyenv/versions/other/bin/python3',
      'asdf/shims/node',
      'asdf/installs/nodejs/22.1.0/bin/node',
      'nvm/versions/node/v20.1.0/bin/node',
      'nvm/versions/node/v24.3.0/bin/node',
    ); // prettier-ignore
    process.env.PATH = ['pyenv/shims', 'asdf/shims', 'nvm/versions/node/v20.1.0/bin']
      .map((entry) => join(root, entry))
      .join(delimiter);
    const at = (...files: string[]) => files.map((file) => join(root, file));
    expect(await candidatesOf('python', '3.12')).toEqual({
      named: at('pyenv/versions/3.12.10/bin/python3', 'pyenv/versions/3.12.1/bin/python3'),
      others: at('pyenv/versions/3.9.18/bin/python3'),
    });
    expect((await candidatesOf('nodejs', '24')).named).toEqual(
      at('nvm/versions/node/v20.1.0/bin/node', 'nvm/versions/node/v24.3.0/bin/node'),
    );
    expect((await candidatesOf('nodejs', '22')).named).toContain(
      join(root, 'asdf/installs/nodejs/22.1.0/bin/node'),
    );
  });

  it('are run for their version once, until their file changes', async () => {
    const root = await programs('python3');
    const program = join(root, 'python3');
    let asked = 0;
    const answer: Interpreter = { file: program, version: '3.12.1' };
    const ask = async () => {
      asked++;
      return answer;
    };
    const first = new InterpreterCache(root);
    expect(await first.of(program, ask)).toEqual(answer);
    first.save();
    const noted = async () => JSON.parse(await readFile(join(root, 'interpreters.2.json'), 'utf8'))[program];
    await expect.poll(noted).toMatchObject({ answer });
    expect(await new InterpreterCache(root).of(program, ask)).toEqual(answer);
    expect(asked).toBe(1);
    await writeFile(program, '#!/bin/sh\n# changed\n');
    await new InterpreterCache(root).of(program, ask);
    expect(asked).toBe(2);
    await writeFile(join(root, 'interpreters.2.json'), 'not JSON');
    await new InterpreterCache(root).of(program, ask);
    expect(asked).toBe(3);
  });

  it.each([9, 10, 11, 12, 13, 14])(
    'run python3.%i, or report the version that runs instead',
    async (minor) => {
      const spec = await fixture.python(
        'import sys, logging\ndef handler(event, context):\n    logging.warning("hi")\n    if event:\n        raise ValueError("no")\n    return sys.version_info[1]\n',
        { runtime: `python3.${minor}` },
      );
      const { json } = await fixture.invoke(spec, 0);
      const notice = fixture.noticeOf(spec);
      expect(json).toBe(Number(notice ? /running on python 3\.(\d+)/.exec(notice)?.[1] : minor));
      expect((await fixture.invoke(spec, 1)).json.stackTrace).toEqual([
        '  File "/var/task/m.py", line 5, in handler\n    raise ValueError("no")\n',
      ]);
    },
  );

  it.each([20, 22, 24])('run nodejs%i.x, or report the version that runs instead', async (major) => {
    const spec = await fixture.node(
      'export const handler = async () => Number.parseInt(process.versions.node, 10);\n',
      {
        runtime: `nodejs${major}.x`,
      },
    );
    const { json } = await fixture.invoke(spec);
    const notice = fixture.noticeOf(spec);
    expect(json).toBe(Number(notice ? /running on nodejs (\d+)/.exec(notice)?.[1] : major));
  });

  it('of another version are reported in one line', async () => {
    const spec = await fixture.python(
      'import sys\ndef handler(event, context):\n    return sys.version_info[:2]\n',
      {
        runtime: 'python3.99',
      },
    );
    const { json } = await fixture.invoke(spec);
    expect(json[0]).toBe(3);
    expect(fixture.logOf(spec)[1]).toMatch(
      /^slsctl local: python3\.99 is not on this machine; running on python 3\.\d+\.\d+\n$/,
    );
  });
});
