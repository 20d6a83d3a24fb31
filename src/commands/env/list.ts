// `slsctl env list`: lists environment variables, declared and live.
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { FunctionResource } from '../../resources/function/function-resource.ts';
import { columns } from '../../ui/table.ts';

export async function envList(context: Context, args: { function?: string }): Promise<void> {
  const { ui, options } = context;
  const { name } = selectFunction(await context.project(), args.function);
  const project = await context.resolvedProject({ functions: [name] });
  const target = selectFunction(project, name);
  const live = await new FunctionResource(await context.aws(), { name: target.name }).read();
  const declared = target.settings.Environment?.Variables ?? {};
  const there = live?.configuration.Environment?.Variables ?? {};
  const rows = [...new Set([...Object.keys(declared), ...Object.keys(there)])].sort().map((key) => ({
    key,
    value: options.showValues ? (declared[key] ?? there[key]) : '***',
    where: where(declared[key], there[key]),
  }));
  ui.answer({ function: target.name, deployed: live !== undefined, variables: rows });
  if (rows.length === 0) ui.print(`${target.name} has no environment variables`);
  else {
    const { bold, dim, yellow, green } = ui.style;
    const paint = { both: green, differs: yellow, config: yellow, live: yellow };
    ui.print(
      columns([
        ['KEY', 'VALUE', 'WHERE'].map((title) => dim(title)),
        ...rows.map((row) => [
          bold(row.key),
          onOneLine(row.value ?? ''),
          paint[row.where](whereText[row.where]),
        ]),
      ]),
    );
  }
  if (!live) ui.note(`${target.name} is not deployed yet`);
  if (!live || rows.some((row) => row.where === 'config' || row.where === 'differs')) {
    ui.next({ command: 'deploy' });
  }
}

/** The value, as JSON if it has line breaks or other control characters. */
function onOneLine(value: string): string {
  return /\p{Cc}/u.test(value) ? JSON.stringify(value) : value;
}

const whereText = {
  both: 'config and live',
  config: 'config only',
  live: 'live only',
  differs: 'config and live differ',
};

function where(declared: string | undefined, live: string | undefined): keyof typeof whereText {
  if (live === undefined) return 'config';
  if (declared === undefined) return 'live';
  return declared === live ? 'both' : 'differs';
}
