// The points of a step: each request of an undisturbed run that changes something, and what exists after the run.
import { compose } from '../src/local/compose.ts';
import type { Service } from '../src/local/service.ts';
import * as all from '../src/local/services/all.ts';
import { surroundings } from '../test/local/composed.ts';
import { type InProcessAws, startInProcess } from '../test/local/in-process.ts';
import { type Clients, clientsOf } from '../test/support/local.ts';
import { removeFolder } from '../test/support/project.ts';
import { type Inventory, inventory } from './inventory.ts';
import { createProject, mustRun, type Step, steps } from './project.ts';
import { watch } from './proxy.ts';

/** For the names of operations only: they hold nothing. */
export const services: readonly Service[] = compose(all, surroundings()).services;

export interface Point {
  readonly step: Step;
  /** `lambda:CreateFunction` */
  readonly name: string;
  /** Counts the requests of this name, from 1. */
  readonly number: number;
}

export const titleOf = ({ step, name, number }: Point) => `${step.name}, ${name} ${number}`;

/** A run that nothing disturbs. */
export interface Undisturbed {
  readonly step: Step;
  readonly points: readonly Point[];
  /** The number of all requests. */
  readonly requests: number;
  readonly after: Inventory;
}

export async function undisturbed(config?: Parameters<typeof createProject>[1]): Promise<Undisturbed[]> {
  const aws = await startInProcess();
  const clients = await clientsOf(aws.env);
  const found: Undisturbed[] = [];
  const project = await createProject('undisturbed', config);
  try {
    for (const step of steps) {
      const points: Point[] = [];
      let requests = 0;
      const proxy = await watch(aws.endpoint, services, async ({ name, number, writes }, forward) => {
        requests += 1;
        if (writes) points.push({ step, name, number });
        await forward();
        return true;
      });
      await step.edit?.(project);
      await mustRun(step.args(project), project, { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint });
      await proxy.close();
      found.push({ step, points, requests, after: await inventory(clients, project.name) });
    }
  } finally {
    await removeFolder(project.folder);
    await aws.stop();
  }
  return found;
}

/** A project in the state before a step, on a local AWS of its own. */
export interface Stage {
  readonly aws: InProcessAws;
  readonly clients: Clients;
}

/** Local AWSs that are replaced after some uses, because lists grow. */
export class Stages {
  private stage: Promise<Stage> | undefined;
  private uses = 0;

  async next(): Promise<Stage> {
    if (this.uses++ % 20 === 0) {
      await this.close();
      this.stage = startInProcess().then(async (aws) => ({ aws, clients: await clientsOf(aws.env) }));
    }
    return this.stage as Promise<Stage>;
  }

  async close(): Promise<void> {
    await (await this.stage)?.aws.stop();
    this.stage = undefined;
  }
}
