// The lines that Lambda itself writes into a function's log.
import { createHash } from 'node:crypto';

export function runtimeVersionArn(region: string, runtime: string): string {
  return `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;
}

/** `python3.12` → `python:3.12`, `nodejs22.x` → `nodejs:22`. */
export function initStart(region: string, runtime: string): string {
  const version = runtime.replace(/^([a-z]+)/, '$1:').replace(/\.x$/, '');
  return `INIT_START Runtime Version: ${version}.v1\tRuntime Version ARN: ${runtimeVersionArn(region, runtime)}\n`;
}

export function start(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}\n`;
}

export function end(requestId: string): string {
  return `END RequestId: ${requestId}\n`;
}

export interface Report {
  requestId: string;
  /** Milliseconds. */
  duration: number;
  /** MB */
  memorySize: number;
  /** MB */
  maxMemory: number;
  /** Milliseconds; of a cold start only. */
  initDuration?: number;
  status?: 'timeout' | 'error';
  errorType?: string;
}

export function report(report: Report): string {
  const { requestId, duration, memorySize, maxMemory, initDuration, status, errorType } = report;
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${Math.max(1, Math.ceil(duration))} ms`,
    `Memory Size: ${memorySize} MB`,
    `Max Memory Used: ${maxMemory} MB`,
    ...(initDuration === undefined ? [] : [`Init Duration: ${initDuration.toFixed(2)} ms`]),
    ...(status ? [`Status: ${status}`] : []),
    ...(errorType ? [`Error Type: ${errorType}`] : []),
  ];
  return `${parts.join('\t')}\t\n`;
}

export function timedOut(requestId: string, seconds: number): string {
  return `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds\n\n`;
}
