// `slsctl invoke`: calls the live function; prints the response on stdout and its log on stderr.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type InvocationResponse, InvokeCommand } from '@aws-sdk/client-lambda';
import { checkPayload } from '../advise/limits.ts';
import { isOwnLimit } from '../aws/middleware/throttled.ts';
import type { FunctionConfig } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { reservedConcurrency } from '../resources/attachments/concurrency.ts';
import { tellError } from '../ui/report-error.ts';
import { knowLiveValues } from '../workflow/variables/live-values.ts';

export interface InvokeArgs {
  function?: string;
  payload?: string;
  event?: string;
  async?: boolean;
  qualifier?: string;
  tail?: boolean;
  stateMachine?: string;
}

export async function invoke(context: Context, args: InvokeArgs): Promise<number> {
  if (args.stateMachine !== undefined) return ofMachine(context, args, args.stateMachine);
  const { payload, target } = await requestOf(context, args);
  const aws = await context.aws();
  const known = args.async ? undefined : knowLiveValues(context, target, { qualifier: args.qualifier });
  const response = await aws.lambda
    .send(
      new InvokeCommand({
        FunctionName: target.name,
        Qualifier: args.qualifier,
        InvocationType: args.async ? 'Event' : 'RequestResponse',
        LogType: args.async ? undefined : 'Tail',
        Payload: payload,
      }),
    )
    .catch(async (cause) => {
      throw isOwnLimit(cause) ? await atItsLimit(context, target.name, cause) : cause;
    });
  await known;
  return args.async ? showQueued(context, target.name, response) : showResponse(context, args, response);
}

async function ofMachine(context: Context, args: InvokeArgs, machine: string): Promise<number> {
  const others = {
    [args.function ?? '']: args.function,
    '--event': args.event,
    '--qualifier': args.qualifier,
    '--tail': args.tail,
  };
  const [other] = Object.entries(others).find(([, given]) => given !== undefined) ?? [];
  if (other !== undefined) throw badInput(`--state-machine and ${other} exclude each other`);
  const payload = await readPayload(context, args.payload ?? '{}');
  const { runStateMachine } = await import('../workflow/state-machines/run.ts');
  const input = Buffer.from(payload).toString();
  return runStateMachine(context, { machine, input, async: args.async ?? false });
}

/** What is sent, and to which function; both are checked before anything is called. */
async function requestOf(
  context: Context,
  args: InvokeArgs,
): Promise<{ payload: Uint8Array; target: FunctionConfig }> {
  const { event: kind } = args;
  if (kind === undefined) {
    const payload = await readPayload(context, args.payload ?? '{}');
    checkPayload(payload, args.async ? 'async' : 'sync');
    return { payload, target: selectFunction(await context.project(), args.function) };
  }
  if (args.payload !== undefined) throw badInput('--event and --payload exclude each other');
  const { checkKind, sampleEvent } = await import('../workflow/sample-event.ts');
  checkKind(kind);
  const project = await context.project();
  const target = selectFunction(project, args.function);
  return { payload: await sampleEvent(context, project, target, kind), target };
}

/** The error for a function whose reserved concurrency is used up. */
async function atItsLimit(context: Context, name: string, cause: Error): Promise<UserError> {
  const aws = await context.aws();
  const reserved = await reservedConcurrency(aws, name).catch(() => undefined);
  const more = { command: `concurrency set ${name} --reserved N` };
  const reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';
  if (reserved === 0) {
    const message = `${name} may not run: its reserved concurrency is 0`;
    return new UserError(message, exitCodes.failed, { reason, next: more, cause });
  }
  return new UserError(
    `${name} already runs as many invocations as it may${reserved === undefined ? '' : `: ${reserved}`}`,
    exitCodes.failed,
    {
      reason: `${reason}: its reserved concurrency is used up`,
      next: ['wait until an invocation ends, queue this one with --async, or allow more: ', more],
      cause,
    },
  );
}

function showQueued(context: Context, name: string, response: InvocationResponse): number {
  const { ui } = context;
  ui.answer({ statusCode: response.StatusCode, queued: true });
  ui.print(`queued (${response.StatusCode})`);
  ui.next({ command: `logs ${name} --since 1m` });
  return exitCodes.done;
}

function showResponse({ ui }: Context, args: InvokeArgs, response: InvocationResponse): number {
  const body = Buffer.from(response.Payload ?? []).toString('utf8');
  const log = Buffer.from(response.LogResult ?? '', 'base64').toString('utf8');
  const failed = response.FunctionError !== undefined;
  // The user asked for the log (--tail), or needs it to understand a failure.
  const say = args.tail ? ui.aside : failed ? ui.note : undefined;
  for (const line of log.split('\n').filter(Boolean)) say?.(ui.style.dim(line), 'function');
  if (ui.json) {
    const {
      StatusCode: statusCode,
      FunctionError: functionError,
      ExecutedVersion: executedVersion,
    } = response;
    ui.answer({ statusCode, functionError, executedVersion, payload: parsed(body), log }, 'function');
  } else {
    ui.write(body);
    if (!body.endsWith('\n')) ui.write('\n');
  }
  if (failed) {
    tellError(ui, { message: `the function failed: ${describeFailure(body, response.FunctionError)}` });
  }
  return failed ? exitCodes.failed : exitCodes.done;
}

function describeFailure(body: string, kind: string | undefined): string {
  const error = parsed(body) as { errorType?: string; errorMessage?: string } | null;
  return [error?.errorType, error?.errorMessage].filter(Boolean).join(': ') || String(kind);
}

/** Parses JSON; other text, which a custom runtime may send, is returned unchanged. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The bytes of `--payload JSON|@file|-`, checked to be JSON and otherwise unchanged. */
async function readPayload(context: Context, given: string): Promise<Uint8Array> {
  const source =
    given === '-' ? '--payload - (standard input)' : given.startsWith('@') ? given.slice(1) : '--payload';
  const content =
    given === '-'
      ? await text(addAbortSignal(context.signal, context.stdin.open()))
      : given.startsWith('@')
        ? await readEvent(context, source)
        : given;
  try {
    JSON.parse(content);
  } catch (cause) {
    const shown = content.length > 60 ? `${content.slice(0, 60)}…` : content;
    throw badInput(`${source} is not JSON: ${shown || '(empty)'}`, {
      reason: (cause as Error).message,
      next: `give JSON ('{"name": "Sam"}'), a file (@event.json) or - for standard input`,
      cause,
    });
  }
  return Buffer.from(content, 'utf8');
}

async function readEvent({ cwd }: Context, file: string): Promise<string> {
  try {
    return (await readFile(resolve(cwd, file), 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw badInput(
      `--payload @${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`,
      { cause },
    );
  }
}
