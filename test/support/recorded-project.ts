// A project from the template in Python, and a local AWS of its own behind a proxy that records.
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { startInProcess } from '../local/in-process.ts';
import { expectSlsctl } from './in-process.ts';
import { clientsOf, type LocalAws } from './local.ts';
import { functionKey, removeFolder, temporaryFolder } from './project.ts';
import { type Recorder, recorder } from './proxy.ts';

export interface RecordedProject {
  aws: LocalAws;
  proxy: Recorder;
  folder: string;
  /** The function's. */
  name: string;
  lambda: LambdaClient;
  stop(): Promise<void>;
}

export async function recordedProject(purpose: string): Promise<RecordedProject> {
  const [aws, folder] = await Promise.all([startInProcess(), temporaryFolder(purpose)]);
  const proxy = await recorder(aws.endpoint);
  const { lambda } = await clientsOf(aws.env);
  await expectSlsctl(['init', folder, '--template', 'hello-python', '--yes']);
  return {
    aws,
    proxy,
    folder,
    name: await functionKey(folder),
    lambda,
    async stop() {
      await proxy.close();
      await aws.stop();
      await removeFolder(folder);
    },
  };
}
