// The HTTPS address of a function. One that everybody may call needs two statements in the resource policy.
import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type FunctionUrlConfig,
  GetFunctionUrlConfigCommand,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import { attachmentFields, withoutDefaults } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences, removals, sameJson } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { type Permission, permissionOf, readPolicy, type Statement } from './resource-policy.ts';

type Declared = NonNullable<Attachments['url']>;

export interface LiveUrl {
  config: FunctionUrlConfig;
  /** Of the function's resource policy. */
  statements: Statement[];
}

/** Since October 2025 the second is needed, too. The ids are those that the console gives them. */
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
export const publicStatementIds = Object.keys(publicStatements);

/** What AWS does where nothing is said. */
const unsaid = { InvokeMode: 'BUFFERED', Cors: { MaxAge: 0 } };

export class FunctionUrlResource extends Attachment<LiveUrl> {
  readonly kind = 'function URL';
  async read(): Promise<LiveUrl | undefined> {
    const command = new GetFunctionUrlConfigCommand({ FunctionName: this.name });
    const [config, statements = []] = await Promise.all([
      absent(() => this.aws.lambda.send(command)),
      readPolicy(this.aws, this.name),
    ]);
    return config && { config, statements };
  }

  loss({ config }: LiveUrl): string {
    return `the address ${config.FunctionUrl}; callers get errors`;
  }

  /** Of a public address also which statement it has not, so that it is left without. */
  declare({ config, statements }: LiveUrl): Partial<Attachments> | undefined {
    const declared = attachmentFields({ Url: withoutDefaults(config, unsaid) });
    const missing = config.AuthType === 'NONE' ? policyChanges(statements, true) : [];
    if (missing.length === 0) return declared;
    const ids = missing.map(({ path }) => [path.slice('Policy.'.length), null]);
    return { ...declared, permissions: Object.fromEntries(ids) };
  }

  removal({ config, statements }: LiveUrl): Change[] {
    return [
      { path: 'FunctionUrl', from: config.FunctionUrl, to: undefined },
      ...policyChanges(statements, false),
    ];
  }

  protected async change(changes: readonly Change[]): Promise<void> {
    const FunctionName = this.name;
    const { lambda } = this.aws;
    for (const { path, from, to } of changes.filter((one) => one.path.startsWith('Policy.'))) {
      const StatementId = path.slice('Policy.'.length);
      if (from) await absent(() => lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })));
      if (to) {
        await lambda.send(new AddPermissionCommand({ FunctionName, StatementId, ...(to as Permission) }));
      }
    }
  }

  async remove(live: LiveUrl): Promise<void> {
    const FunctionName = this.name;
    await absent(() => this.aws.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName })));
    await this.change(this.removal(live));
  }
}

export class DeclaredFunctionUrl extends FunctionUrlResource implements DeclaredResource<LiveUrl> {
  private readonly declared: Declared;
  private readonly refused: readonly string[];

  /** `refused`: ids of statements that the project says must not be there, though a public address needs them. */
  constructor(aws: Aws, host: FunctionResource, declared: Declared, refused: readonly string[] = []) {
    super(aws, host);
    this.declared = declared;
    this.refused = refused;
  }

  diff(live: LiveUrl | undefined): Change[] {
    const { Cors, ...settings } = apiNames(this.declared);
    const cors = { ...unsaid.Cors, ...live?.config.Cors };
    return [
      ...differences(settings, live?.config, ''),
      ...(Cors === null
        ? removals(withoutDefaults(cors, unsaid.Cors), 'Cors')
        : differences(Cors, live && cors, 'Cors')),
      ...policyChanges(live?.statements ?? [], this.declared.authType === 'NONE', this.refused),
    ];
  }

  async apply(live: LiveUrl | undefined, changes: Change[]): Promise<LiveUrl> {
    const { lambda } = this.aws;
    const { Cors, ...settings } = apiNames(this.declared);
    const FunctionName = this.name;
    const whole = changes.some(({ path }) => !path.startsWith('Policy.'));
    if (!live) {
      await lambda.send(
        new CreateFunctionUrlConfigCommand({ FunctionName, ...settings, Cors: Cors ?? undefined }),
      );
    } else if (whole) {
      // A CORS configuration is replaced as a whole; an empty one takes it back.
      const after = Cors === null ? {} : Cors && { ...live.config.Cors, ...Cors };
      await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, ...settings, Cors: after }));
    }
    await this.change(changes);
    return this.after();
  }
}

/** A statement of another id that says the same will do. */
function policyChanges(live: Statement[], open: boolean, refused: readonly string[] = []): Change[] {
  return Object.entries(publicStatements).flatMap(([id, to]): Change[] => {
    const own = live.find(({ Sid }) => Sid === id);
    if (refused.includes(id)) return [];
    if (!open) return own ? [{ path: `Policy.${id}`, from: permissionOf(own), to: undefined }] : [];
    if (live.some((one) => one.Effect === 'Allow' && sameJson(permissionOf(one), to))) return [];
    return [{ path: `Policy.${id}`, from: own && permissionOf(own), to }];
  });
}
