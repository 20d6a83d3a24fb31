// The log stream of an execution environment.
import { randomBytes } from 'node:crypto';
import type { EnvironmentHost } from '../environment-host.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { SystemLog } from './system-log.ts';

export class EnvironmentLog {
  /** The name of the stream. */
  readonly stream: string;
  /** The events that Lambda itself writes. */
  readonly lines: SystemLog;
  private readonly spec: FunctionSpec;
  private readonly host: EnvironmentHost;

  constructor(spec: FunctionSpec, host: EnvironmentHost, provisioned: boolean) {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${spec.version}]${randomBytes(16).toString('hex')}`;
    this.lines = new SystemLog(spec, this.stream, provisioned);
    this.spec = spec;
    this.host = host;
  }

  /** Empty lines are no events, as on AWS. */
  write(message: string | undefined): void {
    if (message === undefined || message === '\n') return;
    this.host.log(this.spec, this.stream, message);
  }
}
