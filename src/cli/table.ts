// The table of all commands, in the order of the help.
import { lifecycle } from './lifecycle.ts';
import { local } from './local.ts';
import { parts } from './parts.ts';
import type { CommandSpec } from './spec.ts';
import { traffic } from './traffic.ts';

export const commands: readonly CommandSpec[] = [...lifecycle, ...parts, ...traffic, ...local];
