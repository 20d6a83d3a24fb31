// The HTTP API of a project and its parts, declared in two ways and not declared at all, for the conformance suite.
import type { ApiFile } from '../../src/config/apis/api.ts';
import type { Owner } from '../../src/engine/resource.ts';
import { AuthorizerResource, DeclaredAuthorizer } from '../../src/resources/apis/authorizer.ts';
import {
  DeclaredDomain,
  DeclaredMapping,
  DomainResource,
  MappingResource,
} from '../../src/resources/apis/domain.ts';
import { DeclaredHttpApi, HttpApiResource } from '../../src/resources/apis/http-api.ts';
import { DeclaredStage, StageResource } from '../../src/resources/apis/stage.ts';
import { tagsOf } from '../../src/resources/owned/ownership.ts';
import { create, owner, type Sample, type Step, type World } from './samples.ts';

const certificate = (step: Step) =>
  `arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-00000000000${step}`;

function declaredApi({ aws }: World, name: string, of: Owner, step: Step = 0): DeclaredHttpApi {
  const api: ApiFile = {
    description: `step ${step}`,
    cors: step === 0 ? { allowOrigins: ['https://one.example'], maxAge: 5 } : null,
  };
  return new DeclaredHttpApi(aws, { name, owner: of, api, tags: tagsOf(of, { step: String(step) }) });
}

/** The API, read as this owner sees it. */
async function liveApi(world: World, name: string, of: Owner): Promise<DeclaredHttpApi> {
  const api = declaredApi(world, name, of);
  await api.read();
  return api;
}

const settings = (step: Step): ApiFile => ({
  throttling: { burstLimit: 5 + step, rateLimit: 2 },
  stageVariables: { color: step === 0 ? 'blue' : null, size: 'large' },
});

function declaredDomain({ aws }: World, name: string, of: Owner, step: Step) {
  const domain = `${name}.example.com`;
  const declared = { name: domain, certificateArn: certificate(step) };
  const identity = { name: domain, owner: of };
  return {
    undeclared: new DomainResource(aws, identity),
    declared: new DeclaredDomain(aws, { ...identity, declared, tags: tagsOf(of, { step: String(step) }) }),
  };
}

export const madeApis: Sample[] = [
  {
    kind: 'HTTP API',
    forms: (world, name, of, step) => ({
      undeclared: new HttpApiResource(world.aws, { name, owner: of }),
      declared: declaredApi(world, name, of, step),
    }),
  },
  {
    kind: 'API stage',
    prepare: (world, name) => create(declaredApi(world, name, owner)),
    async forms(world, name, of, step) {
      const api = await liveApi(world, name, of);
      return {
        undeclared: new StageResource(world.aws, api),
        declared: new DeclaredStage(world.aws, api, settings(step)),
      };
    },
  },
  {
    kind: 'authorizer',
    prepare: (world, name) => create(declaredApi(world, name, owner)),
    async forms(world, name, of, step) {
      const api = await liveApi(world, name, of);
      const jwt = { issuer: 'https://login.example.com', audience: [`step${step}`] };
      return {
        undeclared: new AuthorizerResource(world.aws, api, 'users'),
        declared: new DeclaredAuthorizer(world.aws, api, 'users', {
          declared: { jwt },
          functionOf: () => undefined,
        }),
      };
    },
  },
  {
    kind: 'domain name',
    forms: (world, name, of, step) => declaredDomain(world, name, of, step),
  },
  {
    kind: 'API mapping',
    async prepare(world, name) {
      const api = declaredApi(world, name, owner);
      await create(api);
      await create(new DeclaredStage(world.aws, api, {}));
      await create(declaredDomain(world, name, owner, 0).declared);
      const other = declaredApi(world, `${name}-other`, owner);
      await create(other);
      await create(new DeclaredStage(world.aws, other, {}));
    },
    async forms(world, name, of, step) {
      // It moves from one API of the project to another one.
      const api = await liveApi(world, step === 0 ? name : `${name}-other`, of);
      const domain = `${name}.example.com`;
      return {
        undeclared: new MappingResource(world.aws, api, domain, 'v1'),
        declared: new DeclaredMapping(world.aws, api, domain, 'v1'),
      };
    },
  },
];
