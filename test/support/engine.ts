// Deploys the text of a slsctl.yml in the test's own process, like `slsctl deploy`.
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Aws } from '../../src/aws/aws.ts';
import { createAws } from '../../src/aws/create.ts';
import { loadProject } from '../../src/config/load.ts';
import type { Project } from '../../src/config/project.ts';
import { apply } from '../../src/engine/apply.ts';
import { type Plan, plan } from '../../src/engine/plan.ts';
import type { Package } from '../../src/packaging/package.ts';
import { makePackage } from '../../src/packaging/package.ts';
import { stack } from '../../src/resources/stack.ts';

export interface Engine {
  readonly aws: Aws;
  /** A deployment removes attachments that slsctl created and slsctl.yml no longer declares. */
  readonly removesLeftBehind: boolean;
  project(functions: Record<string, unknown>): Promise<Project>;
  plan(functions: Record<string, unknown>): Promise<Plan>;
  /** Rejects with the first error. */
  deploy(functions: Record<string, unknown>): Promise<void>;
}

/** The planned changes, one a line: `update function hello: MemorySize`. */
export function differing({ items }: Plan): string[] {
  return items
    .filter(({ action }) => action !== 'none')
    .map(({ action, resource, changes }) =>
      [
        `${action} ${resource.kind}:`,
        ...changes.map(({ path, from, to }) => JSON.stringify({ path, from, to })),
      ].join(' '),
    );
}

/** `folder` holds the code, the same for all functions. */
export async function engine(
  folder: string,
  env: Record<string, string>,
  { removesLeftBehind = true }: { removesLeftBehind?: boolean } = {},
): Promise<Engine> {
  const aws = await createAws({
    cwd: folder,
    // Without rate limits: one process deploys hundreds of fields.
    env: { SLSCTL_RATE_LIMITS: 'off' },
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    endpoint: env.AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    },
  });
  await aws.knowAccount();
  const code = { path: folder, include: [], exclude: ['slsctl.yml'] };
  const zip = await makePackage({ name: 'any', dir: folder, code });

  const project = (functions: Record<string, unknown>) =>
    loadProject({
      cwd: folder,
      env: {},
      file: join(folder, 'slsctl.yml'),
      source: stringify({ project: 'fields', functions }),
    });
  const planned = async (functions: Record<string, unknown>) => {
    const loaded = await project(functions);
    const packages = new Map<string, Package>(
      loaded.functions.filter(({ image }) => !image).map(({ name }) => [name, zip]),
    );
    const { resources, leftBehind } = stack(loaded, aws, { packages, roleBudget: 10_000 });
    return plan(resources, removesLeftBehind ? leftBehind() : undefined);
  };
  return {
    aws,
    removesLeftBehind,
    project,
    plan: planned,
    async deploy(functions) {
      const { failed } = await apply(await planned(functions));
      if (failed[0]) throw failed[0].error;
    },
  };
}
