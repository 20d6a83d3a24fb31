// The HTTPS address of a function or of one of its aliases. A public address needs two statements in the resource policy.
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type FunctionUrlConfig,
  GetFunctionUrlConfigCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import { withoutDefaults } from '../../config/without-defaults.ts';
import type { Change, DeclaredResource, Resource } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { qualifiersOf } from '../alias/list.ts';
import { differences, removals } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import type { Kind } from './kind.ts';
import type { Permission } from './statements.ts';

type Declared = NonNullable<Attachments['url']>;

/** AWS requires the second one since October 2025. The ids are the console's. */
const publicStatements: Record<string, Permission> = {
  FunctionURLAllowPublicAccess: {
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  },
  FunctionURLInvokeAllowPublicAccess: {
    Action: 'lambda:InvokeFunction',
    Principal: '*',
    InvokedViaFunctionUrl: true,
  },
};

/** AWS's defaults. */
const awsDefaults = { InvokeMode: 'BUFFERED', Cors: { MaxAge: 0 } };

export class FunctionUrlResource extends Attachment<FunctionUrlConfig> {
  readonly kind = 'function URL';

  async read(): Promise<FunctionUrlConfig | undefined> {
    const url = await absent(() => this.aws.lambda.send(new GetFunctionUrlConfigCommand(this.at)));
    return url && this.isHere(url) ? url : undefined;
  }

  /** Some endpoints answer the URL of the function for every qualifier. */
  protected isHere({ FunctionArn = '' }: Pick<FunctionUrlConfig, 'FunctionArn'>): boolean {
    const { Qualifier } = this.at;
    return Qualifier === undefined || FunctionArn.endsWith(`:${Qualifier}`);
  }

  loss({ FunctionUrl }: FunctionUrlConfig): string {
    return `the address ${FunctionUrl}; callers get errors`;
  }

  extent({ FunctionUrl }: FunctionUrlConfig): string {
    return `its address ${FunctionUrl}`;
  }

  fields(live: FunctionUrlConfig): Record<string, unknown> | undefined {
    const { Qualifier } = this.at;
    return { Url: { ...(withoutDefaults(live, awsDefaults) as object), Qualifier } };
  }

  removal({ FunctionUrl }: FunctionUrlConfig): Change[] {
    return [{ path: 'FunctionUrl', from: FunctionUrl, to: undefined }];
  }

  async remove(): Promise<void> {
    await absent(() => this.aws.lambda.send(new DeleteFunctionUrlConfigCommand(this.at)));
  }
}

export class DeclaredFunctionUrl extends FunctionUrlResource implements DeclaredResource<FunctionUrlConfig> {
  private readonly declared: Omit<Declared, 'qualifier'>;
  private live: FunctionUrlConfig | undefined;

  constructor(aws: Aws, host: FunctionResource, { declared, qualifier, needs }: DeclaredUrlOptions) {
    super(aws, host, qualifier, needs);
    const { qualifier: _, ...settings } = declared;
    this.declared = settings;
  }

  /** Its address, once it has been read or made. */
  get address(): string | undefined {
    return this.live?.FunctionUrl;
  }

  override async read(): Promise<FunctionUrlConfig | undefined> {
    this.live = await super.read();
    return this.live;
  }

  diff(live: FunctionUrlConfig | undefined): Change[] {
    const { Cors, ...settings } = apiNames(this.declared);
    const cors = { ...awsDefaults.Cors, ...live?.Cors };
    return [
      ...differences(settings, live, ''),
      ...(Cors === null
        ? removals(withoutDefaults(cors, awsDefaults.Cors), 'Cors')
        : differences(Cors, live && cors, 'Cors')),
    ];
  }

  async apply(live: FunctionUrlConfig | undefined): Promise<FunctionUrlConfig> {
    const { lambda } = this.aws;
    const { Cors, ...settings } = apiNames(this.declared);
    if (!live) {
      await this.markPlace();
      const input = { ...this.at, ...settings, Cors: Cors ?? undefined };
      const created = await lambda.send(new CreateFunctionUrlConfigCommand(input));
      if (!this.isHere(created)) throw this.ignored();
    } else {
      // AWS replaces a CORS configuration as a whole; an empty one removes it.
      const whole = Cors === null ? {} : Cors && { ...live.Cors, ...Cors };
      await lambda.send(new UpdateFunctionUrlConfigCommand({ ...this.at, ...settings, Cors: whole }));
    }
    return this.after();
  }

  private ignored(): UserError {
    const { FunctionName, Qualifier } = this.at;
    return new UserError(
      `the endpoint made a URL for ${FunctionName} itself, though it was asked for one of its alias ${Qualifier}`,
      exitCodes.failed,
      { next: 'write qualifier: $LATEST under url: for this endpoint' },
    );
  }
}

interface DeclaredUrlOptions {
  declared: Declared;
  qualifier?: Qualifier;
  needs?: readonly Resource[];
}

/** The URL of a place that slsctl.yml gave up: it goes when the URL of the new place answers. */
export class FormerFunctionUrl extends FunctionUrlResource {
  private readonly options: FormerUrlOptions;

  constructor(aws: Aws, host: FunctionResource, options: FormerUrlOptions) {
    super(aws, host, options.qualifier);
    this.options = options;
  }

  override async read(): Promise<FunctionUrlConfig | undefined> {
    const [url, own] = await Promise.all([super.read(), this.options.isOwn()]);
    return own ? url : undefined;
  }

  override loss(live: FunctionUrlConfig): string {
    const { successor } = this.options;
    if (!successor) return super.loss(live);
    const instead = successor.address ?? `the new address of ${successor.name}, which the deployment shows`;
    return `the address ${live.FunctionUrl}; its callers must use ${instead}`;
  }
}

interface FormerUrlOptions {
  qualifier: Qualifier;
  /** The URL that takes its place; undefined: the function has no URL any more. */
  successor?: DeclaredFunctionUrl;
  /** Whether slsctl made the URL there. */
  isOwn(): Promise<boolean>;
}

export const functionUrl: Kind<Declared> = {
  /** AWS cannot move a URL, so the URL of a new place gets another address, and the former one is removed. */
  resources(declared, { aws, host, places }) {
    if (declared === undefined) return [];
    const home = declared === null ? undefined : places.qualifier(declared.qualifier);
    const successor =
      declared === null
        ? undefined
        : new DeclaredFunctionUrl(aws, host, { declared, qualifier: home, needs: places.needs(home) });
    const certain = new Set<Qualifier>([undefined, ...(successor ? [] : places.followers)]);
    const former = [undefined, ...places.aliases]
      .filter((qualifier) => !successor || qualifier !== home)
      .map((qualifier) => {
        const isOwn = async () => certain.has(qualifier) || host.hadTraffic(qualifier as string);
        return new FormerFunctionUrl(aws, host, { qualifier, successor, isOwn });
      });
    return successor ? [successor, ...former] : former;
  },
  async every(aws, host) {
    const qualifiers = await qualifiersOf(aws, host.name);
    return qualifiers.map((qualifier) => new FunctionUrlResource(aws, host, qualifier));
  },
  claims: {
    of: ({ authType, qualifier: named }, site) =>
      authType === 'NONE'
        ? Object.entries(publicStatements).map(([id, permission]) => ({
            id,
            permission,
            qualifier: site.qualifier(named),
          }))
        : [],
    owns: (id) => Object.hasOwn(publicStatements, id),
  },
};
