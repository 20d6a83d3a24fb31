// The whole life of a function on the embedded local AWS, with slsctl alone.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, program, type Ran, run, startSlsctl } from '../support/cli.ts';
import { everything, type LocalAws, startLocal } from '../support/local.ts';
import { editProject, functionKey, removeFolder, replaceIn, temporaryFolder } from '../support/project.ts';

const greeting =
  '{"statusCode": 200, "body": "{\\"message\\": \\"Hello, Sam! Welcome to serverless computing.\\"}"}';

let local: LocalAws;
let folder = '';

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local?.stop());

const on = (args: string[], code = 0, input?: string): Promise<Ran> =>
  expectSlsctl(args, {
    cwd: folder || local.home,
    env: { SLSCTL_HOME: local.home, SLSCTL_LOCAL: '1' },
    code,
    input,
  });

/** Runs with `--output json`; the whole of stdout is one document. */
async function json(args: string[], code = 0): Promise<unknown> {
  return JSON.parse((await on([...args, '--output', 'json'], code)).stdout);
}

describe('hello-python', () => {
  let name: string;

  beforeAll(async () => {
    folder = await temporaryFolder('python');
  });
  afterAll(async () => {
    await removeFolder(folder);
    folder = '';
  });

  it('starts from a template', async () => {
    expect((await on(['init', '--list'])).stdout).toMatch(
      /hello-python[\s\S]*hello-node|hello-node[\s\S]*hello-python/,
    );
    await on(['init', '.', '--template', 'hello-python', '--yes']);
    name = await functionKey(folder);
    expect((await stat(join(folder, 'lambda_function.py'))).isFile()).toBe(true);
  });

  it('refuses to overwrite a project', async () => {
    const { stderr } = await on(['init', '.', '--template', 'hello-python', '--yes'], 2);
    expect(stderr).toContain('slsctl.yml');
  });

  it('packages the same bytes twice', async () => {
    const first = await json(['package']);
    const second = await json(['package']);
    expect(second).toEqual(first);
    expect(JSON.stringify(first)).toContain('sha256');
    expect((await on(['package', '--list'])).stdout).toContain('lambda_function.py');
    await on(['package', '--out', 'mine.zip']);
    expect((await readFile(join(folder, 'mine.zip'))).subarray(0, 2).toString()).toBe('PK');
    await removeFolder(join(folder, 'mine.zip'));
  });

  it('plans and deploys, and then the plan is empty', async () => {
    expect((await on(['plan', '--exit-code'], 10)).stdout).toContain(name);
    const { stdout, stderr } = await on(['deploy']);
    expect(stdout).toContain(name);
    expect(stderr).toContain('next: slsctl invoke');
    await on(['plan', '--exit-code']);
    await on(['deploy', '--dry-run']);
    await json(['plan']);
    await json(['deploy']);
  });

  it("answers the article's exact response, with the logs on stderr", async () => {
    const { stdout, stderr } = await on(['invoke', '--payload', '{"name": "Sam"}', '--tail']);
    expect(stdout.trimEnd()).toBe(greeting);
    expect(stderr).toContain('Processing request for: Sam');
  });

  it('reads the payload from a file and from stdin', async () => {
    // The template brings a sample event.
    expect((await on(['invoke', name, '--payload', '@event.json'])).stdout.trimEnd()).toBe(greeting);
    expect((await on(['invoke', name, '--payload', '-'], 0, '{"name": "Sam"}')).stdout.trimEnd()).toBe(
      greeting,
    );
    await json(['invoke', '--payload', '{"name": "Sam"}']);
  });

  it('shows the logs', async () => {
    const { stdout } = await on(['logs', '--since', '5m']);
    expect(stdout).toContain('Processing request for: Sam');
    const filtered = await on(['logs', '--since', '5m', '--filter', 'Processing', '--format', 'raw']);
    expect(filtered.stdout).toContain('Processing request for: Sam');
    expect(filtered.stdout).not.toContain('REPORT RequestId');
    const lines = (await on(['logs', '--since', '5m', '--output', 'json'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).length).toBeGreaterThan(3);
  });

  it('follows the logs until it is interrupted', async () => {
    const logs = await startSlsctl(['logs', '--follow', '--since', '1m'], {
      cwd: folder,
      env: { SLSCTL_HOME: local.home, SLSCTL_LOCAL: '1' },
    });
    try {
      await logs.saw('Processing request for: Sam');
      await on(['invoke', '--payload', '{"name": "Follower"}']);
      await logs.saw('Processing request for: Follower');
    } finally {
      logs.child.kill('SIGINT');
    }
    const { code, stdout, stderr } = await logs.done;
    expect(code).toBe(130);
    expect(stdout.split('Processing request for: Follower')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  it('sets and unsets environment variables in slsctl.yml and on AWS, and keeps comments', async () => {
    const file = join(folder, 'slsctl.yml');
    await writeFile(file, `# my own words\n${await readFile(file, 'utf8')}`);
    const set = await on(['env', 'set', 'TABLE_NAME=my-users', 'STAGE=dev=1']);
    expect(set.stdout + set.stderr).not.toContain('my-users');
    expect(await readFile(file, 'utf8')).toMatch(/^# my own words\n[\s\S]*TABLE_NAME: my-users/);
    const masked = await on(['env', 'list']);
    expect(masked.stdout).toContain('TABLE_NAME');
    expect(masked.stdout + masked.stderr).not.toContain('my-users');
    expect(JSON.stringify(await json(['env', 'list']))).not.toContain('my-users');
    expect((await on(['env', 'list', '--show-values'])).stdout).toMatch(
      /my-users[\s\S]*dev=1|dev=1[\s\S]*my-users/,
    );
    await on(['plan', '--exit-code']);

    await on(['env', 'unset', 'STAGE', 'TABLE_NAME']);
    const after = await readFile(file, 'utf8');
    expect(after).toMatch(/^# my own words\n/);
    expect(after).not.toContain('TABLE_NAME');
    expect((await on(['env', 'list', '--show-values'])).stdout).not.toContain('my-users');
    await on(['plan', '--exit-code']);
  });

  it('shows the role, the status and the managed resources', async () => {
    const role = await on(['role', 'show']);
    expect(role.stdout).toContain('lambda.amazonaws.com');
    expect(role.stdout).toContain('AWSLambdaBasicExecutionRole');
    await json(['role', 'show']);
    expect((await on(['status'])).stdout).toContain(name);
    await json(['status']);
    expect((await on(['list'])).stdout).toContain(name);
    await json(['list']);
  });

  it('exits 1 when the function fails, with its answer on stdout', async () => {
    await replaceIn(join(folder, 'lambda_function.py'), /^( *)name = .*$/m, '$1raise ValueError("no name")');
    await on(['deploy', '--code-only']);
    const { stdout, stderr } = await on(['invoke', '--payload', '{}'], 1);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'ValueError', errorMessage: 'no name' });
    expect(stderr).not.toMatch(/^\s+at /m);
    await json(['invoke', '--payload', '{}'], 1);
  });

  it('keeps its state when the local AWS restarts', async () => {
    const before = await everything(local.env);
    const outside = { cwd: folder, env: { SLSCTL_HOME: local.home } };
    await expectSlsctl(['local', 'stop'], outside);
    await expectSlsctl(['local', 'start', '--port', String(local.port)], outside);
    expect(await everything(local.env)).toEqual(before);
    expect(JSON.parse((await on(['invoke', '--payload', '{}'], 1)).stdout)).toMatchObject({
      errorType: 'ValueError',
    });
  });

  it('keeps stages apart by name', async () => {
    await editProject(folder, [[['stages', 'prod', 'defaults', 'memorySize'], 512]]);
    expect((await on(['plan'], 2)).stderr).toContain('which stage? slsctl.yml has prod');
    await on(['deploy', '--stage', 'prod']);
    expect(await everything(local.env)).toEqual(
      expect.arrayContaining([`function ${name}`, `function ${name}-prod`]),
    );
    await on(['plan', '--exit-code', '--stage', 'prod']);
    await on(['destroy', '--yes', '--stage', 'prod']);
    const left = await everything(local.env);
    expect(left).toContain(`function ${name}`);
    expect(left.filter((one) => one.includes('prod'))).toEqual([]);
    await editProject(folder, [[['stages'], undefined]]);
  });

  it('asks before destroy, and without a terminal names the option to confirm', async () => {
    const { stderr } = await on(['destroy'], 2);
    expect(stderr).toContain('--yes');
    expect(await everything(local.env)).toContain(`function ${name}`);
  });

  it('destroys everything, with a receipt', async () => {
    expect((await on(['destroy', '--yes'])).stdout).toMatch(/nothing remains/i);
    expect(await everything(local.env)).toEqual([]);
    await json(['destroy', '--yes']);
  });
});

describe.each(['hello-node', 'hello-typescript'])('%s', (template) => {
  beforeAll(async () => {
    folder = await temporaryFolder('node');
  });
  afterAll(async () => {
    await removeFolder(folder);
    folder = '';
  });

  it('runs from init to destroy', async () => {
    await on(['init', '.', '--template', template, '--yes']);
    await on(['deploy']);
    const { stdout } = await on(['invoke', '--payload', '{"name": "Sam"}']);
    const answer = JSON.parse(stdout);
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ message: 'Hello, Sam! Welcome to serverless computing.' });
    expect((await on(['logs', '--since', '5m'])).stdout).toContain('Processing request for: Sam');
    expect((await on(['destroy', '--yes'])).stdout).toMatch(/nothing remains/i);
    expect(await everything(local.env)).toEqual([]);
  });
});

describe('hello-typescript', () => {
  beforeAll(async () => {
    folder = await temporaryFolder('typescript');
  });
  afterAll(async () => {
    await removeFolder(folder);
    folder = '';
  });

  it('passes the compiler, and its package has one file and a source map', async () => {
    await on(['init', '.', '--template', 'hello-typescript', '--yes']);
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const { code, stdout } = await run(process.execPath, [tsc, '--project', folder]);
    expect(code, stdout).toBe(0);
    const { entries } = (await json(['package'])) as { entries: { path: string }[] };
    expect(entries.map(({ path }) => path)).toEqual(['index.mjs', 'index.mjs.map']);
  });
});

describe('the local AWS', () => {
  it('prints its address as shell exports and as JSON', async () => {
    const exports = (await on(['local', 'env'])).stdout;
    expect(exports).toContain(`export AWS_ENDPOINT_URL=`);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']) {
      expect(exports).toContain(`export ${name}=`);
    }
    expect((await on(['local', 'status'])).stdout).toContain(String(local.port));
    await json(['local', 'status']);
  });

  it.skipIf(process.platform === 'win32')(
    'is reachable for clients with a profile and a session token in the shell',
    async () => {
      const misled = { AWS_PROFILE: 'other', AWS_SESSION_TOKEN: 'of something else' };
      const script = `eval "$('${process.execPath}' '${program}' local env)"; env`;
      const { stdout } = await run('sh', ['-c', script], {
        env: { SLSCTL_HOME: local.home, ...misled },
      });
      expect(stdout).toContain(`AWS_ENDPOINT_URL=${local.endpoint}`);
      expect(stdout).not.toMatch(/AWS_PROFILE|AWS_SESSION_TOKEN/);
    },
  );

  it('can be started twice', async () => {
    await expectSlsctl(['local', 'start', '--port', String(local.port)], {
      env: { SLSCTL_HOME: local.home },
    });
    expect(await everything(local.env)).toEqual([]);
  });
});
