// Advice for the failures of pip and uv, found by the words of their output.
import { readFile } from 'node:fs/promises';
import { exitCodes, UserError } from '../../../errors/user-error.ts';

interface Advice {
  /** Matches the words of pip or uv. */
  says: RegExp;
  next: string;
  /** The requirements are wrong, and not the network or the index: exit code 2. */
  input?: true;
}

/** The first match counts. */
const advice: Advice[] = [
  {
    says: /\b401\b.{0,20}Unauthorized|HTTP error 401/,
    next: 'log in to the index: user and token in ~/.netrc or in the URL of the index, or "aws codeartifact login --tool pip"',
  },
  {
    says: /\b403\b.{0,20}Forbidden|HTTP error 403/,
    next: 'renew the login if it has expired, or ask for permission to read this index',
  },
  {
    says: /\b5\d\d error responses|\b5\d\d (Server Error|[A-Z])|HTTP error 5\d\d|too many requests/i,
    next: 'the package index has a problem: run it again later',
  },
  {
    says: /confirming the ssl certificate|CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i,
    next: 'set the certificate of the index or the proxy: pip config set global.cert FILE; for uv, SSL_CERT_FILE',
  },
  {
    says: /connection error|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|client error \(Connect\)/,
    next: 'check the network, the proxy and the package index (pip config list), then run it again',
  },
  {
    says: /No space left on device/,
    next: 'free space on the disk of the project and of the temporary folder, then run it again',
  },
  { says: /codec can't decode|valid UTF-8/, next: 'save it as UTF-8', input: true },
  {
    says: /recursion depth|recursively references/,
    next: 'remove the -r line with which a file includes itself',
    input: true,
  },
  {
    says: /not a valid editable|valid wheel filename|is not installable|looks like a (filename|path)|wheel filename .* is invalid|Distribution not found at/,
    next: 'correct the path, which is relative to the folder of this file, or remove the line',
    input: true,
  },
  {
    says: /Invalid ?(requirement|marker|version|specifier)|Couldn't parse requirement/i,
    next: 'write NAME, NAME==VERSION, a URL, or a path that begins with ./',
    input: true,
  },
  { says: /is an editable install/, next: 'write the line without -e', input: true },
  {
    says: /not a supported wheel/,
    next: 'use a wheel for this runtime and architecture',
    input: true,
  },
  {
    says: /HASHES|--require-hashes|hash mismatch/i,
    next: 'find out why the file has changed, then update the hashes',
    input: true,
  },
  {
    says: /was not found in the package registry/,
    next: 'check the name and the package index',
    input: true,
  },
  {
    says: /ResolutionImpossible|conflicting dependencies|No solution found/,
    next: 'change or remove one of these versions',
    input: true,
  },
  { says: /^fatal: /m, next: 'try "git ls-remote" with the address of the repository' },
];

/**
 * The user's error. The installer's output (`said`) decides about the advice and the exit code. `reason` is empty when
 * the title already gives it.
 */
export function installFailure(title: string, said: string, reason = said): UserError {
  const known = advice.find(({ says }) => says.test(said));
  const options = { reason: withoutPasswords(reason) || undefined, next: known?.next };
  return new UserError(title, known?.input && exitCodes.usage, options);
}

/** git's own error lines in the output of pip or uv; undefined when git did not fail. */
export function saidByGit(output: string): string | undefined {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const said = lines.filter((line) => /^(fatal|remote|\S+@\S+): /.test(line));
  return said.some((line) => line.startsWith('fatal: '))
    ? [...new Set(said)].slice(-4).join('\n')
    : undefined;
}

/** The error of the operating system or of TLS inside Python's nested exceptions. */
export function saidBySystem(text: string): string | undefined {
  return /\[(?:Errno \d+|SSL: \w+)\] [^'"():]*/.exec(text)?.[0].trim();
}

/** Shortens long lines: to the system's error, to the first sentence, or to the start. */
export function shortened(text: string): string {
  const short = (line: string) =>
    saidBySystem(line) ?? /^.{20,200}?(?=\. )/.exec(line)?.[0] ?? `${line.slice(0, 200)} …`;
  return text
    .split('\n')
    .map((line) => (line.length > 300 ? short(line) : line))
    .join('\n');
}

/** `file:line` of the requirement that the error message quotes; only the file when no line contains a quoted part. */
export async function placeIn(file: string, message: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const path = /^\S*[./\\]\S*/.exec(message)?.[0] ?? '';
  const quoted = [...message.matchAll(/'([^'\n]+)'|`([^`\n]+)`/g)].map(
    ([, single, backtick]) => single ?? backtick ?? '',
  );
  const messageLines = message.split('\n').map((line) => line.trim());
  const lines = text.split(/\r?\n/);
  // The longest part is the most specific one.
  const parts = [path, ...quoted, ...messageLines]
    .filter((part) => /\w/.test(part))
    .sort((a, b) => b.length - a.length);
  for (const part of parts) {
    const index = lines.findIndex((line) => line.includes(part));
    if (index >= 0) return `${file}:${index + 1}`;
  }
  return file;
}

function withoutPasswords(text: string): string {
  return text.replace(/:\/\/[^\s/@]+@/g, '://****@');
}
