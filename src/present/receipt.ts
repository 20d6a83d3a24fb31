// The receipt of a removal: which resources are gone, which still exist and why, and which were left alone.

import type { Context } from '../context.ts';
import type { Receipt } from '../engine/destroy.ts';
import type { Item, Plan } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { type ExitCode, exitCodes } from '../errors/user-error.ts';
import { type CallersText, callersAfter, noCallers } from './callers.ts';
import { tellFailure } from './failures.ts';

export interface ReceiptParts {
  receipts: readonly Receipt[];
  /** Resources of another owner, which were not touched. */
  foreign: readonly Item[];
  /** What still names the removed functions; undefined: no function was to be removed. */
  callers?: CallersText;
  /** What was to be removed, and from where: `hello, stage prod, in account 123456789012, eu-central-1`. */
  where?: string;
  /** The command that removes the rest. */
  again: string;
}

/** Prints the receipt and returns the exit code: 1 when a resource of the project remains that is not retained for ever. */
export function showReceipts(
  context: Context,
  { receipts, foreign, where, callers = noCallers, again }: ReceiptParts,
): ExitCode {
  const { ui } = context;
  const { green, red, yellow, dim } = ui.style;
  const kept = receipts.filter((receipt) => receipt.kept);
  const tried = receipts.filter((receipt) => !receipt.kept);
  const remaining = tried.filter(({ gone }) => !gone);
  const width = Math.max(...tried.map(({ resource }) => resource.kind.length));
  for (const { resource, gone, extent, error } of tried) {
    const name = `${resource.kind.padEnd(width)}  ${resource.name}${extent ? dim(`  ${extent}`) : ''}`;
    ui.print(gone ? `${green('✓')} gone  ${name}` : `${red('✗')} here  ${name}`);
    if (gone) continue;
    tellFailure(context, kindAndName(resource), error ?? new Error('AWS still has it'));
  }
  for (const { resource, kept: why } of kept) {
    ui.print(yellow(`! kept: ${kindAndName(resource)}: ${why?.reason}`));
  }
  for (const { resource, reason } of foreign) {
    ui.print(yellow(`! left alone: ${kindAndName(resource)}: ${reason}`));
  }
  ui.answer({
    gone: receipts
      .filter(({ gone }) => gone)
      .map(({ resource: { kind, name }, extent }) => ({ kind, name, extent })),
    remaining: remaining.map(({ resource: { kind, name }, error }) => ({
      kind,
      name,
      reason: error === undefined ? undefined : describeError(error).message,
    })),
    kept: kept.map(({ resource: { kind, name }, kept: why }) => ({ kind, name, ...why })),
    leftAlone: foreign.map(({ resource: { kind, name }, reason }) => ({ kind, name, reason })),
    ...callers,
  });
  if (remaining.length > 0) {
    ui.print(red(`Still there: ${remaining.map(({ resource }) => kindAndName(resource)).join(', ')}.`));
    ui.next({ command: again });
    return exitCodes.failed;
  }
  const withData = kept.filter((receipt) => receipt.kept?.data);
  if (withData.length > 0) {
    ui.print(red(`Still there: ${withData.map(({ resource }) => kindAndName(resource)).join(', ')}.`));
    for (const line of callersAfter(callers, ui.style)) ui.print(line);
    ui.next({ command: `${again} --delete-data` });
    return exitCodes.failed;
  }
  if (tried.length > 0) {
    const others = kept.length + foreign.length + callers.callers.length + callers.notLookedFor.length > 0;
    const nothing = green(others ? 'Nothing that the project owns remains.' : 'Nothing remains.');
    ui.print(where === undefined ? nothing : `${nothing} ${dim(`(${where})`)}`);
  }
  for (const line of callersAfter(callers, ui.style)) ui.print(line);
  return exitCodes.done;
}

/** The items of another owner. */
export function leftAlone({ items }: Plan): Item[] {
  return items.filter(({ action }) => action === 'foreign');
}
