// The local S3 behind a server in the test's own process, with the SDK's client.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import type { ServiceFactory } from '../../../../src/local/compose.ts';
import { signedServer } from '../../signed-server.ts';

/** `factories`: as for `signedServer`. */
export async function localS3(factories?: Readonly<Record<string, ServiceFactory>>) {
  const server = await signedServer(undefined, factories);
  const clients: S3Client[] = [];
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await server.close();
  });
  const client = (config: S3ClientConfig = {}) => {
    const { endpoint, credentials } = server;
    const made = new S3Client({
      endpoint,
      credentials,
      region: 'us-east-1',
      forcePathStyle: true,
      ...config,
    });
    clients.push(made);
    return made;
  };
  return { server, client, s3: client(), files: () => readdir(join(server.dir, 's3')) };
}

/** The error of a refused call: `NoSuchKey 404: The specified key does not exist.` */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
  return 'not refused';
}

export async function textOf(answer: { Body?: { transformToString(): Promise<string> } | undefined }) {
  return answer.Body?.transformToString();
}
