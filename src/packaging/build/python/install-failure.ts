// What to do about what pip and uv say when they cannot install: one list for both.
import { readFile } from 'node:fs/promises';
import { exitCodes, UserError } from '../../../errors/user-error.ts';

interface Advice {
  /** In the words of pip or uv. */
  says: RegExp;
  next: string;
  /** Whether the requirements are at fault, not what answers for them. */
  input?: true;
}

/** The first that fits counts. */
const advice: Advice[] = [
  {
    says: /\b401\b.{0,20}Unauthorized|HTTP error 401/,
    next: 'log in to it: user and token in ~/.netrc or in the URL of the index, or "aws codeartifact login --tool pip"',
  },
  {
    says: /\b403\b.{0,20}Forbidden|HTTP error 403/,
    next: 'renew the login if it has expired, or ask for the right to read this index',
  },
  {
    says: /\b5\d\d error responses|\b5\d\d (Server Error|[A-Z])|HTTP error 5\d\d|too many requests/i,
    next: 'the fault is with the index: run it again later',
  },
  {
    says: /confirming the ssl certificate|CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i,
    next: 'name the certificate of the index or the proxy: pip config set global.cert FILE, SSL_CERT_FILE for uv',
  },
  {
    says: /connection error|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|client error \(Connect\)/,
    next: 'check the network, the proxy and which index is asked (pip config list), and run it again',
  },
  {
    says: /No space left on device/,
    next: 'make room on the disk of the project and of the temporary folder, and run it again',
  },
  { says: /codec can't decode|valid UTF-8/, next: 'save it as UTF-8', input: true },
  {
    says: /recursion depth|recursively references/,
    next: 'take out the -r line by which a file includes itself',
    input: true,
  },
  {
    says: /not a valid editable|valid wheel filename|is not installable|looks like a (filename|path)|wheel filename .* is invalid|Distribution not found at/,
    next: 'correct the path, which counts from the folder of this file, or take the line out',
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
    next: 'take the wheel that is for this runtime and architecture',
    input: true,
  },
  {
    says: /HASHES|--require-hashes|hash mismatch/i,
    next: 'find out why the file has changed; then write the hashes anew',
    input: true,
  },
  {
    says: /was not found in the package registry/,
    next: 'check the name, and which index is asked',
    input: true,
  },
  {
    says: /ResolutionImpossible|conflicting dependencies|No solution found/,
    next: 'change or leave out one of these versions',
    input: true,
  },
  { says: /^fatal: /m, next: 'try "git ls-remote" with the address of the repository' },
];

/** The error; what pip or uv said decides what comes next and the exit code. `reason` is empty when the title says it. */
export function installFailure(title: string, said: string, reason = said): UserError {
  const known = advice.find(({ says }) => says.test(said));
  const options = { reason: withoutPasswords(reason) || undefined, next: known?.next };
  return new UserError(title, known?.input && exitCodes.usage, options);
}

/** What git said, when it was git that failed: pip and uv hide it among words of their own. */
export function saidByGit(output: string): string | undefined {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const said = lines.filter((line) => /^(fatal|remote|\S+@\S+): /.test(line));
  return said.some((line) => line.startsWith('fatal: '))
    ? [...new Set(said)].slice(-4).join('\n')
    : undefined;
}

/** The error of the operating system or of TLS, which Python wraps in several others. */
export function saidBySystem(text: string): string | undefined {
  return /\[(?:Errno \d+|SSL: \w+)\] [^'"():]*/.exec(text)?.[0].trim();
}

/** A line that goes on for long is what the system said, its first sentence or its start. */
export function shortened(text: string): string {
  const short = (line: string) =>
    saidBySystem(line) ?? /^.{20,200}?(?=\. )/.exec(line)?.[0] ?? `${line.slice(0, 200)} …`;
  return text
    .split('\n')
    .map((line) => (line.length > 300 ? short(line) : line))
    .join('\n');
}

/** `file:line` of what the words quote; the file alone when it is not in there. */
export async function placeIn(file: string, words: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const path = /^\S*[./\\]\S*/.exec(words)?.[0] ?? '';
  const quoted = [...words.matchAll(/'([^'\n]+)'|`([^`\n]+)`/g)].map(([, one, other]) => one ?? other ?? '');
  const set = words.split('\n').map((line) => line.trim());
  const lines = text.split(/\r?\n/);
  // The longest says the most exactly where it is.
  for (const each of [path, ...quoted, ...set]
    .filter((one) => /\w/.test(one))
    .sort((a, b) => b.length - a.length)) {
    const index = lines.findIndex((line) => line.includes(each));
    if (index >= 0) return `${file}:${index + 1}`;
  }
  return file;
}

function withoutPasswords(text: string): string {
  return text.replace(/:\/\/[^\s/@]+@/g, '://****@');
}
