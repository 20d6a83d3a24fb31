// The events that Lambda itself writes into a function's log, as text or as JSON with a level.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
import { partitionOf } from '../../partition.ts';
import type { FunctionSpec, LogLevel } from '../function-spec.ts';
import { runtimeVersion, runtimeVersionArn } from '../interpreters/runtime-version.ts';

const levels: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Success, an error that the function returned, the end of its process, or a time-out. */
export type Status = 'success' | 'failure' | 'error' | 'timeout';
export type Phase = 'init' | 'invoke';

export interface InitReport {
  readonly phase: Phase;
  /** Milliseconds. */
  readonly duration: number;
  readonly status: Status;
  readonly errorType?: string;
}

export interface Report {
  readonly requestId: string;
  /** Milliseconds. */
  readonly duration: number;
  /** MB */
  readonly maxMemory: number;
  /** Milliseconds; only of a cold start. */
  readonly initDuration?: number;
  readonly status: Status;
  readonly errorType?: string;
  /** Bytes of the answer. */
  readonly produced: number;
}

/** Every method returns a log event, or undefined when Lambda writes none. */
export class SystemLog {
  private readonly spec: FunctionSpec;
  private readonly stream: string;
  private readonly initializationType: string;
  private readonly json: boolean;

  constructor(spec: FunctionSpec, stream: string, provisioned: boolean) {
    this.spec = spec;
    this.stream = stream;
    this.initializationType = provisioned ? 'provisioned-concurrency' : 'on-demand';
    this.json = spec.logging?.format === 'JSON';
  }

  initStart(): string | undefined {
    const { region, runtime, name, version, memorySize } = this.spec;
    const [at, arn] = [runtimeVersion(runtime), runtimeVersionArn(region, runtime)];
    if (!this.json) return `INIT_START Runtime Version: ${at}\tRuntime Version ARN: ${arn}\n`;
    return this.event('INFO', 'initStart', {
      initializationType: this.initializationType,
      phase: 'init',
      runtimeVersion: at,
      runtimeVersionArn: arn,
      functionName: name,
      functionVersion: version,
      instanceId: this.stream.replace('[', `${name}[`),
      instanceMaxMemory: memorySize * 1024 * 1024,
    });
  }

  /** As text it is written only when init failed or ran ahead of invocations. */
  initReport({ phase, duration, status, errorType }: InitReport): string | undefined {
    const ahead = this.initializationType !== 'on-demand';
    if (this.json) {
      const level = status !== 'success' ? 'WARN' : ahead ? 'INFO' : 'DEBUG';
      const { initializationType } = this;
      const metrics = { durationMs: rounded(duration) };
      return this.event(level, 'initReport', { initializationType, phase, status, errorType, metrics });
    }
    if (status === 'success')
      return ahead ? `INIT_REPORT Init Duration: ${duration.toFixed(2)} ms\n` : undefined;
    return `INIT_REPORT Init Duration: ${duration.toFixed(2)} ms\tPhase: ${phase}\t${statusText(status, errorType)}\n`;
  }

  start(requestId: string): string | undefined {
    const { account, region, name, version } = this.spec;
    if (!this.json) return `START RequestId: ${requestId} Version: ${version}\n`;
    const functionArn = `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
    return this.event('INFO', 'start', { requestId, functionArn, version });
  }

  end({ requestId, duration, status, errorType, produced }: Report): string | undefined {
    if (!this.json) return `END RequestId: ${requestId}\n`;
    const metrics = { durationMs: rounded(duration), producedBytes: produced };
    const level = status === 'success' ? 'DEBUG' : 'WARN';
    return this.event(level, 'runtimeDone', { requestId, status, errorType, metrics });
  }

  report({ requestId, duration, maxMemory, initDuration, status, errorType }: Report): string | undefined {
    const { memorySize } = this.spec;
    const billed = Math.max(1, Math.ceil(duration));
    if (this.json) {
      const metrics = {
        durationMs: rounded(duration),
        billedDurationMs: billed,
        memorySizeMB: memorySize,
        maxMemoryUsedMB: maxMemory,
        initDurationMs: initDuration === undefined ? undefined : rounded(initDuration),
      };
      return this.event(status === 'success' ? 'INFO' : 'WARN', 'report', {
        requestId,
        metrics,
        status,
        errorType,
      });
    }
    const init = initDuration === undefined ? '' : `Init Duration: ${initDuration.toFixed(2)} ms\t`;
    const ending = status === 'error' || status === 'timeout' ? statusText(status, errorType) : '';
    return `REPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memorySize} MB\tMax Memory Used: ${maxMemory} MB\t${init}${ending}\n`;
  }

  /** With JSON the status of the report says it. */
  timedOut(requestId: string, seconds: number): string | undefined {
    if (this.json) return undefined;
    return `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds\n\n`;
  }

  exited(requestId: string, reason: string, type: string): string | undefined {
    return this.json ? undefined : `RequestId: ${requestId} Error: ${reason}\n${type}\n`;
  }

  /** Whether a line that the function wrote passes the level. Bootstraps filter their own events earlier. */
  passes(line: string): boolean {
    if (!this.json) return true;
    const least = levels.indexOf(this.spec.logging?.applicationLevel ?? 'INFO');
    return levels.indexOf(levelOf(line)) >= least;
  }

  private event(level: LogLevel, type: string, record: object): string | undefined {
    if (levels.indexOf(level) < levels.indexOf(this.spec.logging?.systemLevel ?? 'INFO')) return undefined;
    return `${JSON.stringify({ time: new Date().toISOString(), type: `platform.${type}`, record })}\n`;
  }
}

/** RFC 3339 */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A line that is not JSON with a level and a time counts as INFO. */
function levelOf(line: string): LogLevel {
  if (!line.startsWith('{')) return 'INFO';
  try {
    const { level, timestamp } = JSON.parse(line) as { level?: unknown; timestamp?: unknown };
    const named = String(level).toUpperCase() as LogLevel;
    return time.test(String(timestamp)) && levels.includes(named) ? named : 'INFO';
  } catch {
    return 'INFO';
  }
}

function statusText(status: Status, errorType: string | undefined): string {
  return `Status: ${status}${errorType ? `\tError Type: ${errorType}` : ''}`;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
