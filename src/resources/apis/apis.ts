// The HTTP APIs that slsctl.yml names: the one that the project makes, and existing ones by their ids.
import type { Aws } from '../../aws/aws.ts';
import type { ApiFile } from '../../config/apis/api.ts';
import { needsApi, routesOf } from '../../config/apis/routes.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import type { Resource } from '../../engine/resource.ts';
import { arnIn } from '../arn.ts';
import type { Adoption } from '../owned/adoption.ts';
import { apiCalls } from './http-api.ts';
import { IntegrationPool } from './integrations.ts';
import type { LiveApi } from './live.ts';
import { ProjectApi } from './project-api.ts';

/** An API in which routes of the project are. */
export interface RouteApi {
  /** undefined: it is not there. */
  knownId(): Promise<string | undefined>;
  /** The ARN that begins those of its requests. */
  readonly arn: string;
  /** `https://…`, without a slash at its end; undefined: nobody has read it. */
  readonly endpoint: string | undefined;
  readonly integrations: IntegrationPool;
  /** The project makes it. */
  readonly own?: ProjectApi;
}

/** An API that somebody else made. */
export class ExistingApi implements RouteApi {
  readonly id: string;
  readonly integrations: IntegrationPool;
  private readonly aws: Aws;
  private live: Promise<LiveApi | undefined> | undefined;
  private found: LiveApi | undefined;

  constructor(aws: Aws, id: string) {
    this.aws = aws;
    this.id = id;
    this.integrations = new IntegrationPool(aws, this);
  }

  /** undefined: there is no such API. */
  async look(): Promise<LiveApi | undefined> {
    this.live ??= apiCalls().then(({ readApi }) => readApi(this.aws, this.id));
    this.found = await this.live;
    return this.found;
  }

  async knownId(): Promise<string | undefined> {
    return (await this.look())?.ApiId;
  }

  get arn(): string {
    return arnIn(this.aws, 'execute-api', this.id);
  }

  get endpoint(): string | undefined {
    return this.found?.ApiEndpoint;
  }
}

type Declared = Pick<Project, 'name' | 'stage' | 'origin'> & Partial<Pick<Project, 'functions' | 'api'>>;

export class Apis {
  /** undefined: no function has a route of it. */
  readonly own?: ProjectApi;
  private readonly aws: Aws;
  private readonly functions: readonly FunctionConfig[];
  private readonly existing = new Map<string, ExistingApi>();

  constructor(project: Declared, aws: Aws, options: { adopt?: Adoption } = {}) {
    this.aws = aws;
    this.functions = project.functions ?? [];
    const api: ApiFile = project.api ?? {};
    if (needsApi(this.functions)) {
      this.own = new ProjectApi(aws, { ...project, functions: this.functions, api }, options);
    }
  }

  /** An API that exists, by its id. */
  at(id: string): ExistingApi {
    const known = this.existing.get(id) ?? new ExistingApi(this.aws, id);
    this.existing.set(id, known);
    return known;
  }

  /** Whether slsctl.yml declares a route with this key in the API with this id. */
  async declares(id: string, key: string): Promise<boolean> {
    const own = await this.own?.knownId();
    return routesOf(this.functions).some(({ route }) => route.key === key && (route.api ?? own) === id);
  }

  /** Names on AWS of the functions of the project. */
  get functionNames(): string[] {
    return this.functions.map(({ name }) => name);
  }

  get resources(): readonly Resource[] {
    return this.own?.resources ?? [];
  }
}
