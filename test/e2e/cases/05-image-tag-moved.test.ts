// The image of a function under a tag that moves: the tag names another image, and the URI stays the same.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientSettings, clientsOf } from '../../support/local.ts';
import { type MotoAccount, motoAccount } from '../../support/moto.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { startMotoServer } from '../../support/shared/emulators.ts';
import type { Shared } from '../../support/shared/setup.ts';
import { motoServer } from '../../support/tools.ts';

const program = await motoServer();

describe.skipIf(!program)('an image function', () => {
  let moto: MotoAccount;
  let server: Shared | undefined;
  let ecr: ECRClient;
  let folder: string;
  let role: string;

  beforeAll(async () => {
    // By default moto's Lambda does not look into its ECR.
    server = await startMotoServer(program, { MOTO_LAMBDA_STUB_ECR: 'false' });
    moto = await motoAccount(undefined, server?.value);
    folder = await temporaryFolder('image-tag');
    const { iam } = await clientsOf(moto.env);
    const { CreateRoleCommand } = await import('@aws-sdk/client-iam');
    const created = await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{}' }));
    role = created.Role?.Arn as string;
    ecr = new ECRClient(clientSettings(moto.env));
  });
  afterAll(async () => {
    ecr?.destroy();
    await server?.stop?.();
    if (folder) await removeFolder(folder);
  });

  const on = (args: string[], code = 0) => expectSlsctl(args, { cwd: folder, env: moto.env, code });

  /** A project with the function, whose image is in a repository of its own. */
  async function project(name: string, tag: string, more = ''): Promise<string> {
    const uri = `${moto.account}.dkr.ecr.us-east-1.amazonaws.com/${name}:${tag}`;
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'slsctl.yml'),
      `project: ${name}\nregion: us-east-1\nfunctions:\n  ${name}: { image: "${uri}", role: "${role}"${more} }\n`,
    );
    return uri;
  }

  /** Puts another image under the tag; resolves with its digest. */
  async function push(name: string, tag: string, content: string): Promise<string> {
    const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: 7,
        digest: digestOf(`config of ${content}`),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: 9,
          digest: digestOf(content),
        },
      ],
    };
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName: name,
        imageTag: tag,
        imageManifest: JSON.stringify(manifest),
      }),
    );
    return image?.imageId?.imageDigest as string;
  }

  const repository = (name: string) => ecr.send(new CreateRepositoryCommand({ repositoryName: name }));

  async function liveDigest(name: string): Promise<string | undefined> {
    const { lambda } = await clientsOf(moto.env);
    const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    return Code?.ResolvedImageUri?.split('@')[1];
  }

  it.each([['latest'], ['1.2']])('is updated when the tag %s names another image', async (tag) => {
    const name = `moved-${tag.replace('.', '-')}`;
    await repository(name);
    await project(name, tag);
    const first = await push(name, tag, 'first');
    await on(['deploy']);
    expect(await liveDigest(name)).toBe(first);
    await on(['plan', '--exit-code']);

    const second = await push(name, tag, 'second');
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toContain(`ImageUri.${tag}`);
    expect(stdout).toContain(`${first} → ${second}`);
    await on(['deploy']);
    expect(await liveDigest(name)).toBe(second);
    await on(['plan', '--exit-code']);

    const third = await push(name, tag, 'third');
    await on(['deploy', '--code-only']);
    expect(await liveDigest(name)).toBe(third);
  });

  it('is not asked about when the URI has a digest', async () => {
    const name = 'pinned';
    await repository(name);
    const digest = await push(name, 'latest', 'pinned');
    await writeFile(
      join(folder, 'slsctl.yml'),
      `project: ${name}\nregion: us-east-1\nfunctions:\n  ${name}: { image: "${moto.account}.dkr.ecr.us-east-1.amazonaws.com/${name}@${digest}", role: "${role}" }\n`,
    );
    await on(['deploy']);
    const { stdout, stderr } = await on(['plan', '--exit-code', '--explain']);
    expect(stderr).not.toContain('ecr');
    expect(stdout).not.toContain('not compared');
  });

  it('says that the tag is not compared when ECR does not tell its image, and --rebuild sends the URI again', async () => {
    const name = 'untold';
    await repository(name);
    await project(name, 'latest');
    await push(name, 'latest', 'first');
    await on(['deploy']);
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: name, imageIds: [{ imageTag: 'latest' }] }));
    const { stdout } = await on(['plan', '--exit-code']);
    expect(stdout).toContain('the image behind the tag latest is not compared');
    expect(stdout).toContain('deploy --rebuild sends the URI again');
    const { stderr } = await on(['deploy']);
    expect(stderr).toContain('is not compared');
    // moto knows no such image any more, so the update itself must fail: it was sent.
    const { stderr: refused } = await slsctl(['deploy', '--rebuild', '--explain'], {
      cwd: folder,
      env: moto.env,
    });
    expect(refused).toContain('aws lambda update-function-code');
  });

  it('has no zip', async () => {
    await project('nozip', 'latest');
    const { stderr } = await on(['package'], 2);
    expect(stderr).toContain('nozip is a container image, there is no zip');
    await writeFile(join(folder, 'index.js'), 'exports.handler = async () => 1;\n');
    const text = await readFile(join(folder, 'slsctl.yml'), 'utf8');
    await writeFile(
      join(folder, 'slsctl.yml'),
      `${text}  zipped: { runtime: nodejs22.x, handler: index.handler, code: { path: ., include: [index.js] } }\n`,
    );
    expect((await on(['package'])).stdout).toContain('zipped');
    expect((await on(['package', 'nozip'], 2)).stderr).toContain('nozip is a container image');
  });
});
