// What a project made for functions that its config does not name any more.
import { GetRoleCommand, paginateListRoles } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/aws.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { roleName, rolePath } from './names.ts';
import { foreignTags, tagRecord } from './ownership.ts';
import { absent, describedFunction } from './role.ts';
import { ownerOf } from './stack.ts';

/**
 * The functions of this project and stage, in this region, whose roles are still there though slsctl.yml does
 * not declare them: with no settings, fit for removal only. A function whose role the user supplied leaves no
 * such trace. Rejects as ListRoles does, for which an account may give no permission.
 */
export async function leftoverFunctions(project: Project, aws: Aws): Promise<FunctionConfig[]> {
  const declared = new Set(project.functions.map(({ name }) => roleName(name, aws.region)));
  const candidates: { role: string; name: string }[] = [];
  const pages = paginateListRoles({ client: aws.iam }, { PathPrefix: rolePath(project.name) });
  for await (const page of pages) {
    for (const { RoleName = '', Description } of page.Roles ?? []) {
      const made = describedFunction(Description);
      if (declared.has(RoleName) || made?.region !== aws.region) continue;
      candidates.push({ role: RoleName, name: made.name });
    }
  }
  // The list has no tags, and the stages of a project share its path.
  const own = await Promise.all(
    candidates.map(async ({ role }) => {
      const found = await absent(() => aws.iam.send(new GetRoleCommand({ RoleName: role })));
      return found?.Role && foreignTags(ownerOf(project), tagRecord(found.Role.Tags)) === undefined;
    }),
  );
  return candidates.filter((_, index) => own[index]).map(({ name }) => bare(name));
}

function bare(name: string): FunctionConfig {
  return {
    key: name,
    name,
    settings: {},
    code: { path: '', include: [], exclude: [] },
    policies: [],
    statements: [],
    tags: {},
    logRetentionInDays: undefined,
  };
}
