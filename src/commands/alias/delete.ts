// `slsctl alias delete`: removes an alias from slsctl.yml and from AWS.
import { functionPath } from '../../config/edit.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes } from '../../errors/user-error.ts';
import { aliasScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';
import { functionAndName } from '../../workflow/function-and-name.ts';
import { stillInherited } from '../../workflow/inherited.ts';
import { noteMoves, trafficOn } from '../../workflow/traffic-places.ts';
import { confirmed } from '../../workflow/with-target.ts';

export async function aliasDelete(context: Context, { words }: { words: string[] }): Promise<number> {
  const { ui } = context;
  const project = await context.project();
  const { target, name } = functionAndName(project, words, 'alias');
  if (!/^[a-zA-Z0-9-_]{1,128}$/.test(name)) {
    throw badInput(`${JSON.stringify(name)} is not the name of an alias`);
  }
  const traffic = trafficOn(target, name);
  const more = traffic === undefined ? '' : ` Removed with it: ${traffic}.`;
  const question = (account: string) =>
    `Delete alias ${name} of ${target.name}, in ${account}? Requests to it will fail.${more}`;
  if (!(await confirmed(context, question))) {
    ui.note('nothing was deleted');
    return exitCodes.failed;
  }
  let after = target;
  const exitCode = await changeConfig(context, {
    target,
    edits: [{ path: [...functionPath(target.key, project.overlay), 'aliases', name], value: undefined }],
    done: `removed alias ${name}`,
    needless: (file) => `there is no alias ${name}, neither in ${file} nor on ${target.name}`,
    check: (edited) => {
      after = selectFunction(edited, target.key);
      if (!after.attachments?.aliases?.[name]) return;
      throw stillInherited(`alias ${name} would still be declared`, target, edited, [
        `write aliases: { ${name}: null } for this function, then run `,
        { command: 'deploy' },
      ]);
    },
    scope: aliasScope(name),
    data: { alias: name },
  });
  if (exitCode === exitCodes.done) noteMoves(context, target, after);
  return exitCode;
}
