// Credentials that a program prints: `credential_process` of a profile.
import { spawn } from 'node:child_process';
import { firstLine, misconfigured, unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';
import { shellWords } from './shell-words.ts';

/** Its output is never shown: it holds secrets. */
export async function processCredentials(means: Means, profile: string): Promise<Credentials> {
  const { credential_process: line = '' } = means.settings.section(profile);
  const source = `the credential_process of profile ${profile}`;
  const fix = `correct credential_process of profile ${profile}, or run its command alone to see what it prints`;
  const { code, stdout, stderr } = await run(means, line, profile);
  if (code !== 0) {
    throw unusable(`${source} failed: ${typeof code === 'number' ? `exit ${code}` : code}`, {
      reason: firstLine(stderr),
      next: fix,
    });
  }
  const printed = parsed(stdout);
  if (!printed) throw unusable(`${source} did not print a JSON object`, { next: fix });
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } = printed;
  if (Version !== 1) {
    const given = Version === undefined ? 'has no Version' : `has Version ${JSON.stringify(Version)}`;
    throw unusable(`the JSON of ${source} ${given}; allowed: 1`, { next: fix });
  }
  for (const [key, value] of Object.entries({ AccessKeyId, SecretAccessKey })) {
    if (!value) throw unusable(`the JSON of ${source} has no ${key}`, { next: fix });
  }
  const expiration = Expiration ? new Date(String(Expiration)) : undefined;
  if (expiration && !(expiration.getTime() > Date.now())) {
    throw unusable(`${source} gave credentials that have expired`, {
      reason: `their Expiration is ${firstLine(String(Expiration))}`,
      next: 'sign in again with the program that gives them, then repeat the command',
    });
  }
  const sessionToken = SessionToken ? String(SessionToken) : undefined;
  const accountId = AccountId ? String(AccountId) : means.settings.section(profile).aws_account_id;
  return {
    accessKeyId: String(AccessKeyId),
    secretAccessKey: String(SecretAccessKey),
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration }),
    ...(accountId && { accountId }),
  };
}

interface Ended {
  /** Exit code, or the signal that ended it. */
  code: number | string;
  stdout: string;
  stderr: string;
}

/** As the `aws` CLI does, without a shell; on Windows with one, since Node.js runs no .cmd file without. */
function run({ settings, signal }: Means, line: string, profile: string): Promise<Ended> {
  const { cwd, env } = settings;
  const shell = process.platform === 'win32';
  const [program, ...args] = shell ? [line] : shellWords(line);
  if (!program) throw misconfigured(`credential_process of profile ${profile} is empty`, profile);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, shell, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
    child.on('close', (code, by) => resolve({ code: code ?? `ended by ${by}`, ...text }));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) return reject(error);
      const reason = error.code === 'ENOENT' ? `there is no program ${program}` : error.message;
      reject(
        unusable(`the credential_process of profile ${profile} cannot be started`, {
          reason,
          next: `correct credential_process of profile ${profile} in the AWS config file`,
          cause: error,
        }),
      );
    });
  });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
