// Time, memory, concurrency, idle time: what ends a process, and which parts of its environment stay.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../support/process.ts';
import { type RuntimeFixture, runtimeFixture, until } from './fixture.ts';

let fixture: RuntimeFixture;
beforeAll(async () => {
  fixture = await runtimeFixture();
});
afterAll(() => fixture.close());

const counting = {
  python: `import os, tempfile, time
n = 0
def handler(event, context):
    global n
    n += 1
    path = os.path.join(tempfile.gettempdir(), "kept")
    kept = os.path.exists(path)
    open(path, "w").close()
    if event.get("sleep"):
        time.sleep(event["sleep"])
    if event.get("exit") is not None:
        os._exit(event["exit"]) if event.get("hard") else exit(event["exit"])
    if event.get("signal"):
        os.kill(os.getpid(), event["signal"])
        time.sleep(5)
    return {"n": n, "kept": kept, "pid": os.getpid(), "tmp": tempfile.gettempdir()}
`,
  node: `import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
let n = 0;
export const handler = async (event) => {
  n++;
  const path = tmpdir() + '/kept';
  const kept = existsSync(path);
  writeFileSync(path, '');
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep * 1000));
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.signal) { process.kill(process.pid, event.signal); await new Promise((resolve) => setTimeout(resolve, 5000)); }
  return { n, kept, pid: process.pid, tmp: tmpdir() };
};
`,
};

describe.concurrent.each(['python', 'node'] as const)('the limits of a function in %s', (language) => {
  it('a time-out kills the process; the next invocation gets a fresh one, and finds its files in /tmp', async () => {
    const spec = await fixture[language](counting[language], { timeout: 1 });
    const first = await fixture.invoke(spec);
    expect(first.json).toMatchObject({ n: 1, kept: false });
    const late = await fixture.invoke(spec, { sleep: 30 });
    expect(late.failed).toBe(true);
    expect(late.text).toBe(
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${late.requestId} Error: Task timed out after 1.00 seconds"}`,
    );
    expect(late.lines).toEqual([
      `START RequestId: ${late.requestId} Version: $LATEST`,
      expect.stringMatching(
        new RegExp(`^[\\dT:.-]+Z ${late.requestId} Task timed out after 1\\.00 seconds$`),
      ),
      '',
      `END RequestId: ${late.requestId}`,
      expect.stringMatching(
        /\tDuration: 1000\.00 ms\tBilled Duration: 1000 ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tStatus: timeout$/,
      ),
    ]);
    await until(() => !isAlive(first.json.pid));
    const next = await fixture.invoke(spec);
    expect(next.json).toMatchObject({ n: 1, kept: true, tmp: first.json.tmp });
    expect(next.json.pid).not.toBe(first.json.pid);
    expect(next.log).not.toContain('Init Duration');
    expect(
      new Set(fixture.events.filter(({ group }) => group === spec.logGroup).map(({ stream }) => stream)).size,
    ).toBe(1);
  });

  it.each([
    [{ exit: 0 }, 'Runtime exited without providing a reason'],
    [{ exit: 3 }, 'Runtime exited with error: exit status 3'],
    [{ signal: 11 }, 'Runtime exited with error: signal: segmentation fault'],
  ])('%j is reported as the end of the process', async (event, reason) => {
    const spec = await fixture[language](counting[language]);
    const { failed, text, log, requestId } = await fixture.invoke(spec, event);
    expect(failed).toBe(true);
    expect(text).toBe(
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: ${reason}"}`,
    );
    expect(log).toContain(
      `RequestId: ${requestId} Error: ${reason}\nRuntime.ExitError\nEND RequestId: ${requestId}\n`,
    );
    expect(log).toMatch(/ MB\tInit Duration: [\d.]+ ms\tStatus: error\tError Type: Runtime\.ExitError\n$/);
    expect((await fixture.invoke(spec)).json).toMatchObject({ n: 1, kept: true });
  });

  it('a process that ends during init is started a second time, and both are reported', async () => {
    const code =
      language === 'python'
        ? 'import sys\nprint("up")\nsys.exit(0)\n'
        : 'console.log("up");\nprocess.exit(0);\n';
    const spec = await fixture[language](code);
    const { text, lines, requestId } = await fixture.invoke(spec);
    expect(text).toBe(
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: Runtime exited without providing a reason"}`,
    );
    expect(lines).toEqual([
      expect.stringMatching(/up$/),
      expect.stringMatching(
        /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.ExitError$/,
      ),
      expect.stringMatching(/up$/),
      expect.stringMatching(
        /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error\tError Type: Runtime\.ExitError$/,
      ),
      `START RequestId: ${requestId} Version: $LATEST`,
      `RequestId: ${requestId} Error: Runtime exited without providing a reason`,
      'Runtime.ExitError',
      `END RequestId: ${requestId}`,
      expect.stringMatching(/^REPORT .*Status: error\tError Type: Runtime\.ExitError$/),
    ]);
  });

  it('a process that exceeds its memory is killed', async () => {
    const code =
      language === 'python'
        ? 'import time\ndef handler(event, context):\n    data = bytearray(event * 1024 * 1024)\n    time.sleep(10 if event > 100 else 0)\n    return len(data)\n'
        : 'export const handler = async (event) => {\n  const data = Buffer.alloc(event * 1024 * 1024, 1);\n  if (event > 100) await new Promise((resolve) => setTimeout(resolve, 10000));\n  return data.length;\n};\n';
    const spec = await fixture[language](code, { memorySize: 128 });
    expect((await fixture.invoke(spec, 10)).json).toBe(10 * 1024 * 1024);
    const { failed, text, log, requestId } = await fixture.invoke(spec, 300);
    expect(failed).toBe(true);
    expect(text).toBe(
      `{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: ${requestId} Error: Runtime exited with error: signal: killed"}`,
    );
    expect(log).toMatch(
      /\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime\.OutOfMemory\n$/,
    );
    expect((await fixture.invoke(spec, 5)).failed).toBe(false);
  });

  it('background work stops between invocations', async () => {
    const code =
      language === 'python'
        ? 'import threading, time\nn = 0\ndef count():\n    global n\n    while True:\n        n += 1\n        time.sleep(0.01)\nthreading.Thread(target=count, daemon=True).start()\ndef handler(event, context):\n    return n\n'
        : 'let n = 0;\nsetInterval(() => { n++; }, 10);\nexport const handler = async () => n;\n';
    const spec = await fixture[language](code);
    const before = (await fixture.invoke(spec)).json;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await fixture.invoke(spec)).json - before).toBeLessThan(30);
  });

  it('child processes end with the process', async () => {
    const code =
      language === 'python'
        ? 'import subprocess\ndef handler(event, context):\n    return subprocess.Popen(["sleep", "1000"]).pid\n'
        : "import { spawn } from 'node:child_process';\nexport const handler = async () => spawn('sleep', ['1000']).pid;\n";
    const spec = await fixture[language](code);
    const child = (await fixture.invoke(spec)).json;
    expect(isAlive(child)).toBe(true);
    fixture.pool.retire(spec.account, spec.region, spec.name);
    await until(() => !isAlive(child));
  });
});

/** Some functions in both languages. */
const programs = {
  python: {
    /** The first init never ends; that of the next process does. */
    slowOnce:
      'import os, tempfile, time\npath = tempfile.gettempdir() + "/again"\nif not os.path.exists(path):\n    open(path, "w").close()\n    time.sleep(60)\ndef handler(event, context):\n    return "made it"\n',
    slow: 'import time\ntime.sleep(60)\ndef handler(event, context):\n    pass\n',
    /** Waits for the file in the event. */
    waiting:
      'import os, time\ndef handler(event, context):\n    while not os.path.exists(event):\n        time.sleep(0.01)\n    return os.getpid()\n',
    telling:
      'import os, tempfile\ndef handler(event, context):\n    return [os.getpid(), os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], tempfile.gettempdir()]\n',
    filling:
      'import tempfile\ndef handler(event, context):\n    open(tempfile.gettempdir() + "/big", "wb").write(bytes(3 * 1024 * 1024))\n',
  },
  node: {
    slowOnce:
      "import { existsSync, writeFileSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\nconst path = tmpdir() + '/again';\nif (!existsSync(path)) {\n  writeFileSync(path, '');\n  await new Promise((resolve) => setTimeout(resolve, 60000));\n}\nexport const handler = async () => 'made it';\n",
    slow: 'await new Promise((resolve) => setTimeout(resolve, 60000));\n',
    waiting:
      "import { existsSync } from 'node:fs';\nexport const handler = async (event) => {\n  while (!existsSync(event)) await new Promise((resolve) => setTimeout(resolve, 10));\n  return process.pid;\n};\n",
    telling:
      "import { tmpdir } from 'node:os';\nexport const handler = async () => [process.pid, process.env.AWS_LAMBDA_INITIALIZATION_TYPE, tmpdir()];\n",
    filling:
      "import { writeFileSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\nexport const handler = async () => writeFileSync(tmpdir() + '/big', Buffer.alloc(3 * 1024 * 1024, 1));\n",
  },
};

describe.concurrent.each(['python', 'node'] as const)('an init of %s', (language) => {
  const program = programs[language];

  it('that takes too long is repeated within the time of the invocation', async () => {
    const short = await runtimeFixture({ init: 2000 });
    try {
      const { json, lines } = await short.invoke(await short[language](program.slowOnce));
      expect(json).toBe('made it');
      expect(lines[0]).toMatch(/^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout$/);
      expect(lines.at(-1)).not.toContain('Init Duration');
    } finally {
      await short.close();
    }
  });

  it('that never ends is a time-out of the invocation', async () => {
    const short = await runtimeFixture({ init: 200 });
    try {
      const spec = await short[language](program.slow, { timeout: 1 });
      const { json, lines, requestId } = await short.invoke(spec);
      expect(json).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
      });
      expect(lines.slice(0, 3)).toEqual([
        expect.stringMatching(/^INIT_REPORT .*\tPhase: init\tStatus: timeout$/),
        'INIT_REPORT Init Duration: 1000.00 ms\tPhase: invoke\tStatus: timeout',
        `START RequestId: ${requestId} Version: $LATEST`,
      ]);
    } finally {
      await short.close();
    }
  });
});

describe.concurrent.each(['python', 'node'] as const)('the pool of environments, for %s,', (language) => {
  const program = programs[language];

  it('starts an environment for each concurrent invocation, and reuses them', async () => {
    const spec = await fixture[language](program.waiting);
    const gate = join(fixture.root, `gate-${language}`);
    const running = () => fixture.pool.running(spec.account, spec.region, spec.name);
    const first = [1, 2, 3].map(() => fixture.invoke(spec, gate));
    expect(running()).toBe(3);
    await writeFile(gate, '');
    const pids = (await Promise.all(first)).map(({ json }) => json);
    expect(new Set(pids).size).toBe(3);
    expect(running()).toBe(0);
    expect(pids).toContain((await fixture.invoke(spec, gate)).json);
  });

  it('ends idle environments', async () => {
    const idle = await runtimeFixture({ idle: 50 });
    try {
      const spec = await idle[language](program.telling);
      const [pid, , tmp] = (await idle.invoke(spec)).json;
      await until(() => !isAlive(pid) && !existsSync(tmp));
      expect((await idle.invoke(spec)).json[0]).not.toBe(pid);
    } finally {
      await idle.close();
    }
  });

  it('runs changed code in a new environment', async () => {
    const spec = await fixture[language](program.telling);
    const [before] = (await fixture.invoke(spec)).json;
    const [after] = (await fixture.invoke({ ...spec, revision: 'changed' })).json;
    expect(after).not.toBe(before);
    await until(() => !isAlive(before));
  });

  it('keeps provisioned environments started', async () => {
    const idle = await runtimeFixture({ idle: 20 });
    try {
      const spec = await idle[language](program.telling, { version: '1' });
      expect(await idle.pool.provision(spec, 2)).toBe(2);
      const messages = idle.logOf(spec);
      expect(
        messages.filter((message) => /^INIT_REPORT Init Duration: [\d.]+ ms\n$/.test(message)),
      ).toHaveLength(2);
      const both = await Promise.all([idle.invoke(spec), idle.invoke(spec)]);
      const pids = both.map(({ json }) => json[0]);
      expect(both.map(({ json }) => json[1])).toEqual(['provisioned-concurrency', 'provisioned-concurrency']);
      const more = await Promise.all([1, 2, 3].map(() => idle.invoke(spec)));
      expect(more.map(({ json }) => json[1]).sort()).toEqual([
        'on-demand',
        'provisioned-concurrency',
        'provisioned-concurrency',
      ]);
      const extra = more.map(({ json }) => json[0]).find((pid) => !pids.includes(pid));
      await until(() => !isAlive(extra));
      expect(pids.every(isAlive)).toBe(true);
      expect(await idle.pool.provision(spec, 0)).toBe(0);
      await until(() => !pids.some(isAlive));
      expect(await idle.pool.provision(await idle[language]('broken(\n'), 1)).toBe(0);
    } finally {
      await idle.close();
    }
  });

  it('reports that /tmp holds more than its limit', async () => {
    const spec = await fixture[language](program.filling, { ephemeralStorage: 2 });
    await fixture.invoke(spec);
    await until(() => fixture.logOf(spec).some((line) => line.includes('/tmp holds 3 MB of 2 MB')));
  });
});

it('removes the files of servers that have ended', async () => {
  const gone = join(fixture.root, 'cache', 'tmp', '999999999-x');
  await writeFile(join(fixture.root, 'note'), '');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(gone, { recursive: true });
  const { Scratch } = await import('../../../src/local/runtime/process/scratch.ts');
  await new Scratch(join(fixture.root, 'cache')).folder();
  expect(existsSync(gone)).toBe(false);
  expect(await readFile(join(fixture.root, 'note'), 'utf8')).toBe('');
});
