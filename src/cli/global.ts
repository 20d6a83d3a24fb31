// Options that every command takes.
import { type CommandSpec, choice } from './spec.ts';

export const globalOptions: NonNullable<CommandSpec['options']> = [
  ['-c, --config <file>', 'slsctl.yml to use (default: in this folder or the nearest parent folder)'],
  ['--stage <name>', 'use this stage of slsctl.yml; names on AWS get the suffix -NAME'],
  ['--region <region>', 'AWS region'],
  ['--profile <name>', 'profile of the AWS config files'],
  ['--endpoint-url <url>', 'use this AWS-compatible endpoint'],
  ['--local', 'use the local AWS: no account, no Docker, no network'],
  choice('-o, --output <format>', 'text, or one JSON document on stdout', ['text', 'json']).default('text'),
  ['--explain', 'print each AWS call as the aws command that does the same'],
  ['--show-values', 'show values of environment variables'],
  ['-y, --yes', 'answer yes to questions'],
  ['-v, --verbose', 'show details of errors, and long lists in full'],
  ['-q, --quiet', 'show no progress'],
  ['--no-color', 'show no colours'],
];
