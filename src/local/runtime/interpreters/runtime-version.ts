// Lambda's name for the version of a function's runtime.

import { createHash } from 'node:crypto';
import { partitionOf } from '../../partition.ts';

export function runtimeVersionArn(region: string, runtime: string): string {
  return `arn:${partitionOf(region)}:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;
}

/** `python3.12` → `python:3.12.v1`, `nodejs22.x` → `nodejs:22.v1`, `provided.al2023` → `provided:al2023.v1`. */
export function runtimeVersion(runtime: string): string {
  const version = runtime.replace(/^([a-z]+)\.?/, '$1:').replace(/\.x$/, '');
  return `${version}.v1`;
}
