// A real browser without a window: Chromium of the system, driven by the DevTools protocol over a pipe.
// https://chromedevtools.github.io/devtools-protocol/
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { removeFolder, temporaryFolder } from '../project.ts';

const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** undefined: there is none on PATH. */
export function findChromium(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {}
    }
  }
  return undefined;
}

type Params = Record<string, unknown>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** A response that a page got, also when the page itself cannot read it. */
export interface Seen {
  readonly url: string;
  readonly status: number;
}

export interface Page {
  /** Resolves when the page is loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression; promises are awaited. */
  run(expression: string): Promise<unknown>;
  readonly seen: readonly Seen[];
  /** Answers requests to this address with an answer that was got elsewhere. */
  fulfill(
    url: string,
    answer: { status: number; headers: Record<string, string>; body: string },
  ): Promise<void>;
}

export interface Browser {
  page(): Promise<Page>;
  close(): Promise<void>;
}

export async function startBrowser(file: string): Promise<Browser> {
  const profile = await temporaryFolder('browser');
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
  ];
  // A page whose answer a test supplies has no address, and the browser would keep it from this machine.
  const local = '--disable-features=LocalNetworkAccessChecks';
  const args = [...options, local, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const tools = new Tools(child);
  return {
    async page() {
      const { targetId } = await tools.send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await tools.send('Target.attachToTarget', { targetId, flatten: true });
      return newPage(tools, String(sessionId));
    },
    async close() {
      // The program may be a script, so that a signal would not reach the browser.
      const ended = new Promise((resolve) => child.once('exit', resolve));
      void tools.send('Browser.close');
      await ended;
      await removeFolder(profile);
    },
  };
}

async function newPage(tools: Tools, session: string): Promise<Page> {
  const send = (method: string, params: Params = {}) => tools.send(method, params, session);
  const seen: Seen[] = [];
  const fulfilled = new Map<string, Params>();
  let loaded = () => {};
  tools.listen(session, ({ method, params }) => {
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Network.responseReceived') {
      const { url, status } = params.response as Seen;
      seen.push({ url, status });
    }
    if (method === 'Fetch.requestPaused') {
      const { requestId } = params;
      const answer = fulfilled.get((params.request as Seen).url);
      if (answer) void send('Fetch.fulfillRequest', { requestId, ...answer });
      else void send('Fetch.continueRequest', { requestId });
    }
  });
  await Promise.all([send('Page.enable'), send('Network.enable'), send('Runtime.enable')]);
  return {
    seen,
    async open(url) {
      const done = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      const { errorText } = await send('Page.navigate', { url });
      if (errorText) throw new Error(`${url}: ${errorText}`);
      await done;
    },
    async run(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
    async fulfill(url, { status, headers, body }) {
      const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
      fulfilled.set(url, {
        responseCode: status,
        responseHeaders,
        body: Buffer.from(body).toString('base64'),
      });
      await send('Fetch.enable', { patterns: [{ urlPattern: url }] });
    },
  };
}

/** Messages are JSON, each with a zero byte after it. */
class Tools {
  private readonly into: Writable;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners = new Map<string, (message: Message) => void>();
  private last = 0;

  constructor({ stdio }: ChildProcess) {
    this.into = stdio[3] as Writable;
    this.into.on('error', () => {});
    let text = '';
    const from = (stdio as unknown as (Readable | null)[])[4] as Readable;
    from.setEncoding('utf8').on('data', (part: string) => {
      const messages = (text + part).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.take(JSON.parse(message));
    });
  }

  listen(session: string, listener: (message: Message) => void): void {
    this.listeners.set(session, listener);
  }

  /** Rejects when the browser refuses. */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      );
      this.into.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  private take(message: Message): void {
    const { id, sessionId } = message;
    if (id === undefined) this.listeners.get(sessionId ?? '')?.(message);
    else {
      this.waiting.get(id)?.(message);
      this.waiting.delete(id);
    }
  }
}
