// The tools that all test files of a run share: each starts at its first use, and stops with the run.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { preloadedAwsCli } from './aws-cli.ts';
import { startLocalStack, startMinistack, startMotoServer } from './emulators.ts';
import {
  findAwsCli,
  findLocalStack,
  findMinistack,
  findMotoServer,
  findRecentAwsCli,
  findUv,
} from './find.ts';

export interface Shared {
  /** A path or an address. */
  value: string;
  stop?(): Promise<void>;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that answers `GET /KIND`. */
    sharedTools: string;
  }
}

/** Each answers undefined when the tool is missing. */
const starters = {
  awsCli: async () => preloadedAwsCli(await findAwsCli()),
  recentAwsCli: async () => preloadedAwsCli(await findRecentAwsCli()),
  motoServer: async () => path(await findMotoServer()),
  moto: async () => startMotoServer(await findMotoServer()),
  ministackProgram: async () => path(await findMinistack()),
  ministack: async () => startMinistack(await findMinistack()),
  localStackPython: async () => path(await findLocalStack()),
  localStack: async () => startLocalStack(await findLocalStack()),
  uv: async () => path(await findUv()),
} satisfies Record<string, () => Promise<Shared | undefined>>;

export type Kind = keyof typeof starters;

const path = (value: string | undefined) => (value === undefined ? undefined : { value });

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<Shared | undefined>>();
  const server = createServer(async (request, response) => {
    const kind = (request.url ?? '').slice(1) as Kind;
    if (!started.has(kind)) started.set(kind, starters[kind]());
    const answer = await started.get(kind)?.then(
      (tool) => ({ value: tool?.value }),
      (error: Error) => ({ error: error.message }),
    );
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('sharedTools', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    const tools = await Promise.allSettled(started.values());
    await Promise.all(tools.map((tool) => (tool.status === 'fulfilled' ? tool.value?.stop?.() : undefined)));
  };
}
